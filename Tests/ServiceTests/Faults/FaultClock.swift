import HubCore
import Providers
import Synchronization

@testable import Service

/// The machine's time, moved ahead by what requests would have waited: sockets need real time, retries do not.
final class FaultClock: TimeSource, Waiting {
    private let ahead = Mutex<UInt64>(0)
    private let waits = Mutex<[UInt64]>([])

    /// Milliseconds that requests have waited, in order.
    var milliseconds: [UInt64] { waits.withLock { $0.map { $0 / 1_000_000 } } }

    var monotonicNanoseconds: UInt64 { MachineTime().monotonicNanoseconds + ahead.withLock { $0 } }
    var wallNanoseconds: UInt64 { MachineTime().wallNanoseconds + ahead.withLock { $0 } }

    func advance(seconds: UInt64) { ahead.withLock { $0 += seconds * 1_000_000_000 } }

    func wait(nanoseconds: UInt64) async throws(CancellationError) {
        waits.withLock { $0.append(nanoseconds) }
        ahead.withLock { $0 += nanoseconds }
        if Task.isCancelled { throw CancellationError() }
    }
}
