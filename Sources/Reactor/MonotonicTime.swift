internal import CLinux

/// A point on the monotonic clock, in nanoseconds since an arbitrary start.
public struct MonotonicTime: Comparable, Hashable, Sendable {
    public var nanoseconds: UInt64

    public init(nanoseconds: UInt64) {
        self.nanoseconds = nanoseconds
    }

    /// Reads the clock (about 20 ns).
    public static var now: MonotonicTime {
        MonotonicTime(nanoseconds: clinux_monotonic_nanoseconds())
    }

    public static let distantFuture = MonotonicTime(nanoseconds: .max)

    public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// Saturates: a deadline too far away is `distantFuture`, a negative duration is no time at all.
    public static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        time.after(nanoseconds: duration.saturatedNanoseconds)
    }

    /// A deadline too far away is `distantFuture`. Cheaper than adding a Duration, whose unit is 10^-18 s.
    public func after(nanoseconds wait: UInt64) -> MonotonicTime {
        let (sum, overflow) = nanoseconds.addingReportingOverflow(wait)
        return MonotonicTime(nanoseconds: overflow ? .max : sum)
    }

    /// Time passed since an earlier point; zero if `earlier` is later.
    public func since(_ earlier: MonotonicTime) -> Duration {
        .nanoseconds(Int64(clamping: nanoseconds > earlier.nanoseconds ? nanoseconds - earlier.nanoseconds : 0))
    }
}

/// The wall clock, for timestamps only: it may jump.
public enum WallClock {
    /// Nanoseconds since 1970 UTC, to the kernel's tick: timestamps, ids and dates need no more.
    public static var nanoseconds: UInt64 { clinux_coarse_wall_nanoseconds() }
}

extension Duration {
    /// Whole nanoseconds, never negative, at most `UInt64.max`.
    public var saturatedNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (whole, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return .max }
        let (sum, carried) = whole.addingReportingOverflow(UInt64(attoseconds) / 1_000_000_000)
        return carried ? .max : sum
    }
}
