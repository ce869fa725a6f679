public import HubCore
internal import Reactor

/// The machine's clocks.
public struct MachineTime: TimeSource {
    public init() {}

    public var monotonicNanoseconds: UInt64 { MonotonicTime.now.nanoseconds }
    public var wallNanoseconds: UInt64 { WallClock.nanoseconds }
}
