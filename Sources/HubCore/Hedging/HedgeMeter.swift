internal import Synchronization

/// The second calls of a route, or of all that have no rule of their own. Shared by all reactors.
public final class HedgeMeter: Sendable {
    public let policy: HedgePolicy
    private let budget: Mutex<HedgeBudget>

    public init(_ policy: HedgePolicy) {
        self.policy = policy
        budget = Mutex(HedgeBudget(share: policy.share))
    }

    var isOn: Bool { policy.share > 0 }

    /// Where there is one target only.
    var ofSameTarget: HedgeMeter? { isOn && policy.allowsSameTarget ? self : nil }

    /// Counts a request. False if there is no second call left for it.
    func countRequest() -> Bool {
        budget.withLock { budget in
            budget.countRequest()
            return budget.hasOne
        }
    }

    func take() -> Bool { budget.withLock { $0.take() } }
}
