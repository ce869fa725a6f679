public import HubCore
internal import Synchronization

/// Waits by moving a clock, and remembers for how long.
public final class ManualWaiting: Waiting {
    private let clock: ManualClock
    private let times = Mutex<[UInt64]>([])

    public init(_ clock: ManualClock) {
        self.clock = clock
    }

    /// Milliseconds, in order.
    public var milliseconds: [UInt64] { times.withLock { $0.map { $0 / 1_000_000 } } }

    public func wait(nanoseconds: UInt64) async throws(CancellationError) {
        times.withLock { $0.append(nanoseconds) }
        clock.advance(milliseconds: (nanoseconds + 999_999) / 1_000_000)
        if Task.isCancelled { throw CancellationError() }
    }
}
