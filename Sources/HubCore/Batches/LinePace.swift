public import Dialects

/// When a request of a batch is made again, and how much of a limit is left to others. Pure.
public enum LinePace {
    public enum Decision: Sendable, Equatable {
        /// The failure is the request's answer.
        case answer
        /// - Parameter all: no request of the batch is to be made before.
        case wait(nanoseconds: UInt64, all: Bool)
    }

    /// Failures that may be the moment's, but hardly so often.
    static let maximumFailures = 3
    private static let shortestWait: UInt64 = 1_000_000_000
    private static let longestWait: UInt64 = 60_000_000_000
    /// The share of a limit that batches leave to requests that somebody waits for.
    private static let reservedShare = 4

    /// After a failure: what asks for patience is waited for as long as the batch has time.
    /// - Parameters:
    ///   - failures: of this request so far, this one included.
    ///   - chance: at random.
    public static func after(_ failure: HubError, failures: Int, chance: UInt64) -> Decision {
        switch failure.code {
        // A limit below what the request may need: it never fits.
        case .rateLimitExceeded where failure.retryAfter == nil: return .answer
        case .rateLimitExceeded, .quotaExceeded, .providerRateLimited, .circuitOpen, .noProviderAvailable, .overloaded,
            .notReady, .storeUnavailable:
            return .wait(nanoseconds: delay(failure.retryAfter, failures, chance), all: true)
        case .providerError, .providerUnreachable, .providerTimeout, .providerBadResponse, .deadlineExceeded:
            guard failures < maximumFailures else { return .answer }
            return .wait(nanoseconds: delay(failure.retryAfter, failures, chance), all: false)
        default: return .answer
        }
    }

    /// 1 s, 2 s, 4 s up to a minute, and up to half of it more; or as long as was asked for.
    private static func delay(_ asked: Int?, _ failures: Int, _ chance: UInt64) -> UInt64 {
        let base =
            asked.map { UInt64(clamping: $0) &* 1_000_000_000 }
            ?? min(longestWait, shortestWait << UInt64(min(max(failures, 1) - 1, 6)))
        let bounded = min(max(base, shortestWait), 3600 * 1_000_000_000)
        return bounded + chance % (bounded / 2)
    }

    /// After an answer: how long to leave the rest of a limit to others. 0 while there is enough of it.
    public static func pause(_ states: LimitStates) -> UInt64 {
        [states.requests, states.tokens].compactMap { $0 }.map { state in
            // Of small limits a request or two is left.
            guard state.limit > 1, state.remaining < max(1, state.limit / reservedShare) else { return 0 }
            let share = UInt64(clamping: state.resetMilliseconds) / UInt64(reservedShare) &* 1_000_000
            return min(max(share, shortestWait / 10), longestWait)
        }.max() ?? 0
    }
}
