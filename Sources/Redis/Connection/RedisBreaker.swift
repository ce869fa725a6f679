internal import Reactor

/// Stops asking a server that does not answer: while it is open commands are refused at once, and a probe at a time finds
/// out whether the server is back. Pure; the time is a parameter.
///
/// It counts what callers do not see: every command whose reply did not come in time or said that the server is not in
/// order, in a row. A server whose every reply is slow is of no use either, though each comes in time.
public struct RedisBreaker: Sendable {
    public struct Limits: Sendable {
        /// Failures in a row that open it.
        public var failures = 5
        /// Between a failure and the next probe, and between probes.
        public var probeInterval = Duration.milliseconds(250)
        /// Probes in a row that close it.
        public var successes = 3
        /// A reply that was waited for so long is a slow one.
        public var slowReply = Duration.milliseconds(10)
        /// Slow replies in a row open it, if they are as many as the failures that do, once they have gone on for so long: a
        /// pause of the server, which makes all replies slow that are due in it, does not.
        public var slowPeriod = Duration.milliseconds(250)

        public init() {}
    }

    enum Change: Equatable {
        case opened, closed
    }

    private enum State {
        case closed(failures: Int)
        case open(probeAt: MonotonicTime, successes: Int)
        case probing(successes: Int)
    }

    private let limits: Limits
    private let slowNanoseconds: UInt64
    private var state = State.closed(failures: 0)
    /// Slow replies in a row while it is closed, and when the first came.
    private var slowReplies = 0
    private var slowSince = MonotonicTime(nanoseconds: 0)

    init(_ limits: Limits) {
        self.limits = limits
        slowNanoseconds = limits.slowReply.saturatedNanoseconds
    }

    /// Whether commands of callers may be sent.
    var isClosed: Bool {
        if case .closed = state { true } else { false }
    }

    /// When the next probe is due; nil while closed or while one is under way.
    var nextProbe: MonotonicTime? {
        if case .open(let time, _) = state { time } else { nil }
    }

    /// True if a probe is to be sent now. Its outcome is noted as any other.
    mutating func beginProbe(at now: MonotonicTime) -> Bool {
        guard case .open(let time, let successes) = state, now >= time else { return false }
        state = .probing(successes: successes)
        return true
    }

    /// - Parameter wait: nanoseconds that the reply was waited for, without what the hub itself was busy.
    mutating func noteReply(after wait: UInt64 = 0, at now: MonotonicTime) -> Change? {
        if wait < slowNanoseconds { return noteSuccess(at: now) }
        guard case .closed = state else { return noteFailure(at: now) }
        if slowReplies == 0 { slowSince = now }
        slowReplies += 1
        guard slowReplies >= limits.failures, now >= slowSince + limits.slowPeriod else { return nil }
        return open(at: now)
    }

    private mutating func open(at now: MonotonicTime) -> Change {
        slowReplies = 0
        state = .open(probeAt: now + limits.probeInterval, successes: 0)
        return .opened
    }

    private mutating func noteSuccess(at now: MonotonicTime) -> Change? {
        slowReplies = 0
        switch state {
        case .closed(let failures):
            if failures > 0 { state = .closed(failures: 0) }
            return nil
        case .probing(let successes) where successes + 1 >= limits.successes:
            state = .closed(failures: 0)
            return .closed
        case .probing(let successes):
            state = .open(probeAt: now + limits.probeInterval, successes: successes + 1)
            return nil
        // Of a command from before.
        case .open:
            return nil
        }
    }

    mutating func noteFailure(at now: MonotonicTime) -> Change? {
        switch state {
        case .closed(let failures) where failures + 1 < limits.failures:
            state = .closed(failures: failures + 1)
            return nil
        case .closed:
            return open(at: now)
        case .probing:
            state = .open(probeAt: now + limits.probeInterval, successes: 0)
            return nil
        // Of a command from before.
        case .open:
            return nil
        }
    }

    /// The connection, and with it a probe that was under way, is gone.
    mutating func noteConnectionLost(at now: MonotonicTime) {
        if case .probing = state { state = .open(probeAt: now + limits.probeInterval, successes: 0) }
    }
}
