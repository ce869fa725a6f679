/// Whether a target rests for being worse than the others, and how often it has of late. Pure: monotonic nanoseconds are
/// given to it.
struct OutlierState: Equatable {
    enum Change: Equatable {
        case ejected(until: UInt64, OutlierReason)
        case returned
    }

    /// Looks in a row at which it was off.
    private(set) var strikes = 0
    /// Rests, less the looks since at which it was well.
    private(set) var rests = 0
    /// While it rests, and until the next look after that.
    private(set) var ejectedUntil: UInt64?

    func isEjected(at now: UInt64) -> Bool { ejectedUntil.map { now < $0 } ?? false }

    /// A rest that is over ends here.
    mutating func returned(at now: UInt64) -> Change? {
        guard let end = ejectedUntil, now >= end else { return nil }
        ejectedUntil = nil
        return .returned
    }

    /// One look at a target that does not rest.
    /// - Parameters:
    ///   - reason: in what it is off; nil: in nothing.
    ///   - mayEject: others rest already, as many as may.
    mutating func looked(
        _ reason: OutlierReason?, mayEject: Bool, policy: OutlierPolicy, at now: UInt64
    ) -> Change? {
        guard let reason else {
            strikes = 0
            rests = max(0, rests - 1)
            return nil
        }
        strikes += 1
        guard strikes >= policy.strikes, mayEject else { return nil }
        strikes = 0
        rests += 1
        let longest = policy.maximumTime.wholeNanoseconds
        let (time, isTooLong) = policy.baseTime.wholeNanoseconds.multipliedReportingOverflow(by: UInt64(rests))
        let end = now &+ (isTooLong ? longest : min(time, longest))
        ejectedUntil = end
        return .ejected(until: end, reason)
    }
}

/// In what a target is far off the others.
public enum OutlierReason: String, Sendable {
    case latency
    case cutStreams = "cut_streams"
}
