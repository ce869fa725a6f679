internal import Synchronization

/// Compares the targets of decisions, at most once per interval for each target. Shared by all reactors.
final class OutlierWatch: Sendable {
    let policy: OutlierPolicy
    private let interval: UInt64
    private let onChange: @Sendable (OutlierChange) -> Void
    /// One comparison at a time: so many may rest, not more.
    private let turn = Mutex(())

    init(_ policy: OutlierPolicy, onChange: @escaping @Sendable (OutlierChange) -> Void) {
        self.policy = policy
        self.onChange = onChange
        interval = policy.interval.wholeNanoseconds
    }

    /// Whether the last look at a target is long enough ago.
    func isDue(_ target: TargetHealth, at now: UInt64) -> Bool {
        policy.isEnabled && now >= target.lookedAt.load(ordering: .relaxed) &+ interval
    }

    /// Compares targets. Whoever comes while others compare does not wait for them.
    /// - Parameter kinds: of the targets, the same for those that are expected to be as quick as each other.
    func look(at targets: [TargetHealth], kinds: [Int], now: UInt64) {
        let changes = turn.withLockIfAvailable { _ in compare(targets, kinds, now) }
        for change in changes ?? [] { onChange(change) }
    }

    private func compare(_ all: [TargetHealth], _ kinds: [Int], _ now: UInt64) -> [OutlierChange] {
        var group = OutlierGroup(policy: policy, members: [])
        var targets: [TargetHealth] = []
        var known: Set<ObjectIdentifier> = []
        // Models that nobody lists share one record: it must not count twice.
        for (target, kind) in zip(all, kinds) where known.insert(ObjectIdentifier(target)).inserted {
            let isDue = isDue(target, at: now)
            var member = target.outlierFigures(of: policy.minimumCalls, at: now, marking: isDue)
            member.kind = kind
            member.isDue = member.isDue && isDue
            if isDue { target.lookedAt.store(now, ordering: .relaxed) }
            targets.append(target)
            group.members.append(member)
        }
        let changes = group.look(at: now)
        for (target, member) in zip(targets, group.members) { target.keep(member.state) }
        return changes.map { position, change in
            let target = targets[position]
            if case .ejected = change { target.wasEjected() }
            return OutlierChange(provider: target.provider, model: target.model, change, now: now)
        }
    }
}

/// A target was given a rest for being worse than the others of its group, or has come back.
public struct OutlierChange: Sendable {
    public let provider: String
    public let model: String
    /// Nil: it has come back.
    public let reason: OutlierReason?
    /// For how long.
    public let seconds: Int

    init(provider: String, model: String, _ change: OutlierState.Change, now: UInt64) {
        self.provider = provider
        self.model = model
        switch change {
        case .returned: (reason, seconds) = (nil, 0)
        case .ejected(let until, let cause):
            (reason, seconds) = (cause, Int(clamping: (until &- now) / 1_000_000_000))
        }
    }
}
