internal import Wire

/// How often and how soon a call is made again: contract 13.3.
public struct RetryPolicy: Sendable, Equatable {
    /// Calls to one target for one request, at least 1.
    public var attemptsPerTarget = 3
    /// Calls for one request in all.
    public var maximumAttempts = 6
    /// Before the second round; it grows by `multiplier` with each round, to `maximumDelay` at most.
    public var delay: Duration = .seconds(1)
    public var maximumDelay: Duration = .seconds(30)
    public var multiplier = 2.0

    public init() {}

    /// Each target is called once.
    public static var none: RetryPolicy {
        var policy = RetryPolicy()
        policy.attemptsPerTarget = 1
        return policy
    }

    /// Nanoseconds to wait after so many rounds, from 1: a quarter more or less by chance, so that clients that failed
    /// together do not come back together.
    func wait(afterRounds rounds: Int, random: inout RandomSource) -> UInt64 {
        var delay = Double(delay.wholeNanoseconds)
        let longest = Double(maximumDelay.wholeNanoseconds)
        for _ in 1..<max(rounds, 1) where delay < longest { delay *= multiplier }
        let share = Double.random(in: 0.75...1.25, using: &random)
        return UInt64(min(delay, longest) * share)
    }
}
