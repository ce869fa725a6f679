internal import Dialects
internal import Wire

/// Which candidate is called next after a failure, and when to give up. Pure: time and chance are given to it.
///
/// A round calls each candidate once. Between rounds there is a wait, never shorter than what the candidates ask for.
struct RetrySchedule {
    enum Step: Equatable {
        case call(Int)
        /// Nanoseconds; then `next` again.
        case wait(UInt64)
        case stop
    }

    private struct Candidate {
        var window: Int?
        var attempts = 0
        var isOut = false
        /// Monotonic nanoseconds.
        var restsUntil: UInt64 = 0
    }

    private let policy: RetryPolicy
    private let maximumAttempts: Int
    /// Monotonic nanoseconds.
    private let deadline: UInt64
    private var candidates: [Candidate]
    private var attempts = 0
    private var rounds = 1
    /// Where this round goes on.
    private var position = 0
    private var isOver = false

    /// - Parameters:
    ///   - windows: of the candidates, in order: tokens, nil where not known.
    ///   - maximumAttempts: in all, where the request has a bound of its own.
    init(policy: RetryPolicy, windows: [Int?], deadline: UInt64, maximumAttempts: Int?) {
        self.policy = policy
        self.maximumAttempts = min(policy.maximumAttempts, maximumAttempts ?? .max)
        self.deadline = deadline
        candidates = windows.map { Candidate(window: $0) }
    }

    /// An attempt at a candidate failed. One that was refused by its breaker was none.
    /// - Parameter retryAfter: seconds that the provider asks for.
    mutating func failed(_ index: Int, _ fault: FaultClass, retryAfter: Int?, now: UInt64) {
        if fault != .circuitOpen {
            attempts += 1
            candidates[index].attempts += 1
        }
        position = index + 1
        if let retryAfter { candidates[index].restsUntil = now &+ HubError.rest(seconds: retryAfter) }
        switch fault.remedy {
        case .answer: isOver = true
        case .elsewhere: candidates[index].isOut = true
        case .largerWindow: removeWindows(upTo: candidates[index].window)
        case .again where candidates[index].attempts >= policy.attemptsPerTarget: candidates[index].isOut = true
        case .again: break
        }
    }

    private mutating func removeWindows(upTo window: Int?) {
        for index in candidates.indices {
            guard let window, let other = candidates[index].window, other > window else {
                candidates[index].isOut = true
                continue
            }
        }
    }

    mutating func next(now: UInt64, random: inout RandomSource) -> Step {
        guard !isOver, attempts < maximumAttempts, rounds <= maximumAttempts, now < deadline else { return .stop }
        while position < candidates.count {
            let candidate = candidates[position]
            if !candidate.isOut, candidate.restsUntil <= now { return .call(position) }
            position += 1
        }
        guard let first = candidates.filter({ !$0.isOut }).map(\.restsUntil).min() else { return .stop }
        let wait = max(policy.wait(afterRounds: rounds, random: &random), first > now ? first - now : 0)
        guard wait < deadline - now else { return .stop }
        rounds += 1
        position = 0
        return .wait(wait)
    }
}

extension HubError {
    /// Nanoseconds of a `Retry-After`; at most a day.
    static func rest(seconds: Int) -> UInt64 { UInt64(min(max(seconds, 0), 86_400)) * 1_000_000_000 }
}
