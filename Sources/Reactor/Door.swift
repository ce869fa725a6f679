internal import CLinux
internal import Glibc
internal import Synchronization

/// The thread-safe way into a reactor: a queue and an eventfd. No wake-up is written while one is pending.
final class Door: Sendable {
    enum Item: Sendable {
        case job(UnownedJob)
        case work(@Sendable () -> Void)
    }

    private struct State {
        var items: [Item] = []
        var isClosed = false
    }

    let descriptor = clinux_eventfd()
    private let state = Mutex(State())

    func put(_ item: sending Item) {
        let mustWake = state.withLock { state in
            noteEntered()
            defer { noteLeft() }
            if state.isClosed { return false }
            state.items.append(item)
            return state.items.count == 1
        }
        if mustWake { clinux_eventfd_signal(descriptor) }
    }

    func take() -> [Item] {
        clinux_eventfd_clear(descriptor)
        return state.withLock { state in
            noteEntered()
            defer { noteLeft() }
            let items = state.items
            state.items = []
            return items
        }
    }

    /// What is put afterwards is dropped: the reactor is gone.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.items = []
        }
    }

    /// These two are for the thread sanitizer: it does not see how a contended `Mutex` waits, and would take everything
    /// that is handed over here for a race.
    private func noteEntered() {
        unsafe clinux_note_acquired(Unmanaged.passUnretained(self).toOpaque())
    }

    private func noteLeft() {
        unsafe clinux_note_released(Unmanaged.passUnretained(self).toOpaque())
    }

    // Not in `close`: another thread may be about to signal, and the number could by then belong to another file.
    deinit {
        Glibc.close(descriptor)
    }
}
