public import Dialects
internal import Synchronization

/// How one key of a provider that has several has been doing: refused, limited, or failing with some model.
///
/// Its breakers outlive a reload, as those of targets do; that it was refused does not: it may have been replaced.
public final class KeyHealth: Sendable {
    /// How long a key that was refused is left alone: it may be in force again, or paid for.
    private static let refusedRest: UInt64 = 300_000_000_000
    /// One that has asked for too much, where the provider does not say for how long.
    private static let limitedRest: UInt64 = 10_000_000_000

    private let provider: String
    private let name: String
    private let record: HealthRecord
    private let refusedUntil = Atomic<UInt64>(0)

    init(provider: String, name: String, record: HealthRecord) {
        self.provider = provider
        self.name = name
        self.record = record
    }

    /// - Parameter model: of those that are known; the others share one name.
    public func target(_ model: String) -> TargetHealth {
        record.target(provider: provider, model: model, key: name)
    }

    /// Whether a call with it would most likely be taken.
    public func isReady(_ model: String, at now: UInt64) -> Bool {
        guard refusedUntil.load(ordering: .relaxed) <= now else { return false }
        let target = target(model)
        return !target.isResting(at: now) && !target.isShut(at: now) && !target.lacksRoom(at: now) { _ in false }
    }

    /// Of those that are not ready, the one with the least comes back the earliest; monotonic nanoseconds.
    public func restEnd(_ model: String) -> UInt64 {
        max(refusedUntil.load(ordering: .relaxed), target(model).restEnd)
    }

    /// A call under way with it.
    public struct Call: Sendable {
        fileprivate let permit: TargetHealth.Permit
        fileprivate let target: TargetHealth
    }

    /// Begins a call, or throws `circuitOpen`.
    public func begin(_ model: String, at now: UInt64) throws(HubError) -> Call {
        let target = target(model)
        do throws(HubError) {
            return Call(permit: try target.admit(at: now), target: target)
        } catch {
            var error = error
            error.isUnsent = true
            throw error
        }
    }

    /// - Parameter failure: nil where the call succeeded.
    /// - Returns: whether it was the key, so that another may do.
    public func end(_ call: Call, _ failure: HubError?, at now: UInt64) -> Bool {
        let fault = failure.map { FaultClass($0) }
        let rest = failure?.retryAfter.map { now &+ HubError.rest(seconds: $0) }
        let isProviders = fault?.isProviders(failure) ?? false
        let outcome: CircuitBreaker.Outcome =
            failure == nil ? .success : isProviders ? .failure(restsUntil: rest) : .neutral
        call.target.ended(call.permit, outcome, at: now)
        switch fault {
        case nil:
            // It works: whatever was said of it is over.
            refusedUntil.store(0, ordering: .relaxed)
            call.target.rests(until: 0)
            return false
        case .authentication:
            refusedUntil.store(now &+ Self.refusedRest, ordering: .relaxed)
            return true
        case .rateLimit:
            call.target.rests(until: rest ?? now &+ Self.limitedRest)
            return true
        default: return false
        }
    }
}
