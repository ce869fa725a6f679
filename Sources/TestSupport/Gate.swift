internal import Dispatch
internal import Synchronization

/// An event that happens once. Tests wait for it blocking and within a limit, handlers by suspending.
public final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let semaphore = DispatchSemaphore(value: 0)

    public init() {}

    public var isOpen: Bool { state.withLock { $0.isOpen } }

    public func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
        semaphore.signal()
    }

    /// Blocks until the gate is open.
    public func wait(seconds: Int = 20) throws {
        guard semaphore.wait(timeout: .now() + .seconds(seconds)) == .success else {
            throw SocketFailure("what was waited for has not happened in \(seconds) s")
        }
        semaphore.signal()
    }

    /// Suspends until the gate is open.
    public func opened() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiting.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}
