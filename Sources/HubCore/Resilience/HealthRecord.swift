internal import Synchronization

/// The health of all targets that were ever configured: it outlives a reload. Bounded as the metrics are, by what
/// configurations and the catalogue list.
public final class HealthRecord: Sendable {
    private struct Key: Hashable {
        var provider: String
        var model: String
        /// Of one key among several; nil for the target as a whole.
        var key: String?
    }

    private let policy: BreakerPolicy
    private let onChange: @Sendable (BreakerChange) -> Void
    let outliers: OutlierWatch
    private let targets = Mutex<[Key: TargetHealth]>([:])
    private let providers = Mutex<[String: ProviderState]>([:])

    /// - Parameters:
    ///   - onChange: told when a breaker changes, by whoever made it change: must not block.
    ///   - onOutlier: told when a target is given a rest for being worse than others, or comes back, likewise.
    public init(
        policy: BreakerPolicy = BreakerPolicy(), outliers: OutlierPolicy = OutlierPolicy(),
        onChange: @escaping @Sendable (BreakerChange) -> Void = { _ in },
        onOutlier: @escaping @Sendable (OutlierChange) -> Void = { _ in }
    ) {
        self.outliers = OutlierWatch(outliers, onChange: onOutlier)
        self.policy = policy
        self.onChange = onChange
    }

    func target(provider: String, model: String, key: String? = nil) -> TargetHealth {
        targets.withLock { targets in
            let name = Key(provider: provider, model: model, key: key)
            if let known = targets[name] { return known }
            let new = TargetHealth(provider: provider, model: model, key: key, policy: policy, onChange: onChange)
            targets[name] = new
            return new
        }
    }

    /// Of one key of a provider that has several.
    /// - Parameter name: stands for the key, and does not show it.
    public func key(provider: String, name: String) -> KeyHealth {
        KeyHealth(provider: provider, name: name, record: self)
    }

    func provider(_ id: String) -> ProviderState {
        providers.withLock { providers in
            if let known = providers[id] { return known }
            let new = ProviderState()
            providers[id] = new
            return new
        }
    }

    /// By provider: the worst state of its breakers, those of its keys included, and how often they opened.
    public func breakers() -> [String: (state: TargetHealth.Breaker, trips: UInt64)] {
        var result: [String: (state: TargetHealth.Breaker, trips: UInt64)] = [:]
        for target in targets.withLock({ Array($0.values) }) {
            let state = target.breakerState
            let known = result[target.provider] ?? (.closed, 0)
            result[target.provider] = (
                state.rawValue > known.state.rawValue ? state : known.state, known.trips + target.trips
            )
        }
        return result
    }

    /// By provider: the models that rest for being worse than others, and how often any has.
    public func ejections(at now: UInt64) -> [String: (models: [String], total: UInt64)] {
        var result: [String: (models: [String], total: UInt64)] = [:]
        for target in targets.withLock({ Array($0.values) }) where target.ejections > 0 {
            var known = result[target.provider] ?? ([], 0)
            if target.isEjected(at: now) { known.models.append(target.model) }
            known.total += target.ejections
            result[target.provider] = known
        }
        return result
    }
}

/// What is known of a provider as a whole.
public final class ProviderState: Sendable {
    private let unhealthy = Atomic(false)
    private let maintained = Atomic(false)

    /// By its health checks.
    public var isUnhealthy: Bool {
        get { unhealthy.load(ordering: .relaxed) }
        set { unhealthy.store(newValue, ordering: .relaxed) }
    }

    /// By the operator.
    public var isInMaintenance: Bool {
        get { maintained.load(ordering: .relaxed) }
        set { maintained.store(newValue, ordering: .relaxed) }
    }

    var isAvailable: Bool { !isUnhealthy && !isInMaintenance }
}
