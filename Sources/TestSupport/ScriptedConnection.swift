internal import Glibc

/// One connection to a scripted provider: blocking reads and writes on a thread of its own.
struct ScriptedConnection {
    let descriptor: Int32
    private var received: [UInt8] = []

    init(descriptor: Int32) {
        self.descriptor = descriptor
        var one: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    /// The next request; nil when the client has closed.
    mutating func readRequest() -> ScriptedRequest? {
        while true {
            if let end = headEnd() {
                guard let head = ScriptedRequest(head: received[..<end], body: []) else { return nil }
                let length = head.header("content-length").flatMap { Int($0) } ?? 0
                let bodyStart = end + 4
                while received.count < bodyStart + length { if !receive() { return nil } }
                let body = Array(received[bodyStart..<bodyStart + length])
                defer { received.removeFirst(bodyStart + length) }
                return ScriptedRequest(head: received[..<end], body: body)
            }
            if !receive() { return nil }
        }
    }

    private func headEnd() -> Int? {
        guard received.count >= 4 else { return nil }
        return (0...received.count - 4).first { received[$0..<$0 + 4].elementsEqual("\r\n\r\n".utf8) }
    }

    private mutating func receive() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        received += buffer[..<count]
        return true
    }

    /// Returns whether the connection can take another request.
    ///
    /// - Parameter onPeerClose: called when the client closes before the answer is over, be it while it is written.
    func write(_ answer: ScriptedAnswer, onPeerClose: () -> Void) -> Bool {
        if answer.sendsHead, !sendHeadAndBody(answer) {
            onPeerClose()
            return false
        }
        switch answer.ending {
        case .complete:
            if case .untilClose = answer.framing { return false }
            return true
        case .close, .closeBeforeHead:
            return false
        case .reset, .resetBeforeHead:
            resetOnClose()
            return false
        case .repeating(let text, let times, _):
            let piece = answer.framed(Array(text.utf8)[...])
            for _ in 0..<times where !send(piece) || hasPeerClosed(withinMilliseconds: 10) {
                onPeerClose()
                return false
            }
            return send(answer.rest())
        case .silence, .silenceBeforeHead:
            waitForPeerClose()
            onPeerClose()
            return false
        }
    }

    private func sendHeadAndBody(_ answer: ScriptedAnswer) -> Bool {
        let pieces = answer.pieces()
        // A head without its body's first piece would be a write of its own: it is that only if asked for.
        let first = answer.writesPieces ? [] : pieces.first ?? []
        guard send(answer.head() + first) else { return false }
        return pieces.dropFirst(answer.writesPieces ? 0 : 1).allSatisfy(send)
    }

    private func send(_ bytes: [UInt8]) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            offset += count
        }
        return true
    }

    /// Closing with unsent time zero makes the kernel send a reset.
    private func resetOnClose() {
        var now = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
    }

    private func hasPeerClosed(withinMilliseconds timeout: Int32) -> Bool {
        var descriptors = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&descriptors, 1, timeout) > 0 else { return false }
        var byte: UInt8 = 0
        return recv(descriptor, &byte, 1, 0) <= 0
    }

    private func waitForPeerClose() {
        var buffer = [UInt8](repeating: 0, count: 1024)
        while recv(descriptor, &buffer, buffer.count, 0) > 0 {}
    }
}
