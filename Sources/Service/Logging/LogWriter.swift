internal import Dispatch
internal import Glibc
internal import Synchronization

/// Writes log lines on a thread of its own. What a slow reader does not take is bounded and then dropped, counted.
final class LogWriter: Sendable {
    private struct State: Sendable {
        var pending: [UInt8] = []
        var isWriting = false
        var droppedBytes = 0
    }

    private let state = Mutex(State())
    private let queue = DispatchQueue(label: "log", qos: .utility)
    private let descriptor: Int32
    private static let maximumPendingBytes = 8 << 20

    init(descriptor: Int32 = STDOUT_FILENO) {
        self.descriptor = descriptor
    }

    /// Whole lines, each with its line end.
    func append(_ lines: [UInt8]) {
        guard !lines.isEmpty else { return }
        let mustStart = state.withLock { state in
            guard state.pending.count + lines.count <= Self.maximumPendingBytes else {
                state.droppedBytes += lines.count
                return false
            }
            state.pending += lines
            guard !state.isWriting else { return false }
            state.isWriting = true
            return true
        }
        if mustStart { queue.async { self.drain() } }
    }

    /// Waits until everything is written: at the end of the process.
    func flush() {
        queue.sync { drain() }
    }

    private func drain() {
        while true {
            let (bytes, dropped) = state.withLock { state in
                let taken = (state.pending, state.droppedBytes)
                state.pending = []
                state.droppedBytes = 0
                if taken.0.isEmpty { state.isWriting = false }
                return taken
            }
            if dropped > 0 {
                write(Array(#"{"level":"warn","event":"log.dropped","bytes":\#(dropped)}"#.utf8) + [0x0a])
            }
            if bytes.isEmpty { return }
            write(bytes)
        }
    }

    private func write(_ bytes: [UInt8]) {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress.map { $0 + offset }, $0.count - offset)
            }
            if count > 0 {
                offset += count
            } else if errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&waiting, 1, 1000)
            } else if errno != EINTR {
                return
            }
        }
    }
}
