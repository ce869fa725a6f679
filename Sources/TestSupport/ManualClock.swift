public import HubCore
internal import Synchronization

/// A clock that stands still until it is moved.
public final class ManualClock: TimeSource {
    private let now = Mutex<UInt64>(1_000_000_000)

    public init() {}

    public var monotonicNanoseconds: UInt64 { now.withLock { $0 } }
    /// 2026-01-01 at the start, but for a second.
    public var wallNanoseconds: UInt64 { 1_767_225_600_000_000_000 + monotonicNanoseconds }

    public func advance(milliseconds: UInt64) { now.withLock { $0 += milliseconds * 1_000_000 } }
}
