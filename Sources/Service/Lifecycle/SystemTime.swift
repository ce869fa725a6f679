internal import HubCore
internal import Reactor

/// The machine's clocks.
struct SystemTime: TimeSource {
    var monotonicNanoseconds: UInt64 { MonotonicTime.now.nanoseconds }
    var wallNanoseconds: UInt64 { WallClock.nanoseconds }
}
