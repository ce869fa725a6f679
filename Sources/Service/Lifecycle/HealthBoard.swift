internal import HubCore
internal import Synchronization

/// What is known of each provider's health: contract 13.6. Pure but for its lock.
final class HealthBoard: Sendable {
    enum Status: String, Sendable {
        case healthy, unhealthy
    }

    struct State: Sendable {
        /// A provider that was never checked counts as healthy.
        var status = Status.healthy
        var failures = 0
        var successes = 0
        var latencyMilliseconds: Double?
        /// Wall nanoseconds.
        var checkedAt: UInt64?
    }

    private static let failuresUntilUnhealthy = 3
    private static let successesUntilHealthy = 2
    private let states = Mutex<[String: State]>([:])

    func state(of provider: String) -> State {
        states.withLock { $0[provider] ?? State() }
    }

    /// Returns the new status if the check changed it.
    func record(
        _ health: ProviderHealth, of provider: String, latencyNanoseconds: UInt64, at wallNanoseconds: UInt64
    ) -> Status? {
        states.withLock { states in
            var state = states[provider] ?? State()
            let before = state.status
            state.checkedAt = wallNanoseconds
            switch health.status {
            case .healthy:
                state.latencyMilliseconds = Double(latencyNanoseconds / 1000) / 1000
                state.failures = 0
                state.successes += 1
                if state.successes >= Self.successesUntilHealthy { state.status = .healthy }
            case .unhealthy:
                state.successes = 0
                state.failures += 1
                if state.failures >= Self.failuresUntilUnhealthy { state.status = .unhealthy }
            }
            states[provider] = state
            return state.status == before ? nil : state.status
        }
    }
}
