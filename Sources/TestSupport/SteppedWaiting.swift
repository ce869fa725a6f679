public import HubCore
internal import Synchronization

/// Waits until the test says that the time has passed. Several may wait.
public final class SteppedWaiting: Waiting {
    private struct State {
        var next = 0
        var waiting: [Int: (nanoseconds: UInt64, continuation: CheckedContinuation<Void, Never>)] = [:]
        /// Ended before they began: their tasks had been cancelled.
        var cancelled: Set<Int> = []
        var begun: [UInt64: Int] = [:]
    }

    private let state = Mutex(State())

    public init() {}

    public func wait(nanoseconds: UInt64) async throws(CancellationError) {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { begin(number, nanoseconds, $0) }
        } onCancel: {
            cancel(number)
        }
        if Task.isCancelled { throw CancellationError() }
    }

    private func begin(_ number: Int, _ nanoseconds: UInt64, _ continuation: CheckedContinuation<Void, Never>) {
        let isOver = state.withLock { state in
            state.begun[nanoseconds, default: 0] += 1
            if state.cancelled.remove(number) != nil { return true }
            state.waiting[number] = (nanoseconds, continuation)
            return false
        }
        if isOver { continuation.resume() }
    }

    private func cancel(_ number: Int) {
        let continuation = state.withLock { state in
            let waiting = state.waiting.removeValue(forKey: number)
            if waiting == nil { state.cancelled.insert(number) }
            return waiting?.continuation
        }
        continuation?.resume()
    }

    /// How often somebody began to wait for so long.
    public func begunCount(milliseconds: UInt64) -> Int {
        state.withLock { $0.begun[milliseconds * 1_000_000] ?? 0 }
    }

    /// How many wait for so long now.
    public func waitingCount(milliseconds: UInt64) -> Int {
        state.withLock { state in state.waiting.values.count { $0.nanoseconds == milliseconds * 1_000_000 } }
    }

    /// Ends all waits of that length.
    public func pass(milliseconds: UInt64) {
        let ended = state.withLock { state in
            let ended = state.waiting.filter { $0.value.nanoseconds == milliseconds * 1_000_000 }
            for number in ended.keys { state.waiting[number] = nil }
            return ended.values.map(\.continuation)
        }
        for continuation in ended { continuation.resume() }
    }
}
