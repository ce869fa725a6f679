import Foundation
import Glibc
import Synchronization

/// Accepts connections on a port of its own and runs a script for each on a thread: exact bytes, hangs and resets.
final class ScriptedServer: Sendable {
    let port: Int
    private let listener: Int32
    private let peers = Mutex<[Peer]>([])

    /// - Parameter script: the connection is closed when it returns.
    init(_ script: @escaping @Sendable (Peer) -> Void) throws {
        (listener, port) = try listenOnLoopback()
        Thread { self.acceptAll(script) }.start()
    }

    var acceptedCount: Int { peers.withLock { $0.count } }

    func url(_ path: String = "/", scheme: String = "http") -> String { "\(scheme)://127.0.0.1:\(port)\(path)" }

    /// Ends the threads: what they block on fails.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        peers.withLock { peers in
            for peer in peers { peer.abandon() }
        }
    }

    private func acceptAll(_ script: @escaping @Sendable (Peer) -> Void) {
        while true {
            let descriptor = accept(listener, nil, nil)
            guard descriptor >= 0 else { break }
            let peer = Peer(descriptor)
            peers.withLock { $0.append(peer) }
            Thread {
                script(peer)
                peer.close()
            }.start()
        }
        Glibc.close(listener)
    }
}

/// The server's end of one connection, used by its script's thread.
final class Peer: Sendable {
    struct Request {
        var head: String
        var body: [UInt8]
    }

    private let descriptor: Mutex<Int32?>
    private let number: Int32

    init(_ descriptor: Int32) {
        number = descriptor
        self.descriptor = Mutex(descriptor)
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    }

    /// The next request with the body its Content-Length tells; nil when the client has closed.
    func readRequest() -> Request? {
        var bytes: [UInt8] = []
        let end = Array("\r\n\r\n".utf8)
        while !bytes.suffix(4).elementsEqual(end) {
            guard let byte = read(1).first else { return nil }
            bytes.append(byte)
        }
        let head = String(decoding: bytes, as: UTF8.self)
        let field = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
        let length = field.flatMap { Int($0.drop { $0 != ":" }.dropFirst().trimmingCharacters(in: .whitespaces)) } ?? 0
        var body: [UInt8] = []
        while body.count < length {
            let part = read(length - body.count)
            if part.isEmpty { return nil }
            body += part
        }
        return Request(head: head, body: body)
    }

    /// - Returns: false when the client is gone.
    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool { send(bytes) {} }

    /// - Parameter onStall: called when the client's window has been full for a while.
    @discardableResult
    func send(_ bytes: [UInt8], onStall: () -> Void) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let sent = rest.withUnsafeBytes { Glibc.send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if sent < 0, errno == EAGAIN {
                onStall()
                continue
            }
            guard sent > 0 else { return false }
            rest = rest.dropFirst(sent)
        }
        return true
    }

    func answer(_ body: String = "ok", status: String = "200 OK", headers: String = "") {
        send("HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
    }

    /// Makes `send` report a stall after this time.
    func setSendTimeout(milliseconds: Int) {
        // A timeval: seconds and microseconds.
        let time = [0, milliseconds * 1000]
        setsockopt(number, SOL_SOCKET, SO_SNDTIMEO, time, socklen_t(2 * MemoryLayout<Int>.size))
    }

    /// Returns when the client has closed or reset the connection.
    func waitForEnd() {
        while !read(4096).isEmpty {}
    }

    func reset() {
        // A linger: on, for no time.
        let linger: [Int32] = [1, 0]
        setsockopt(number, SOL_SOCKET, SO_LINGER, linger, socklen_t(2 * MemoryLayout<Int32>.size))
        close()
    }

    func close() {
        descriptor.withLock { descriptor in
            if let open = descriptor { Glibc.close(open) }
            descriptor = nil
        }
    }

    fileprivate func abandon() {
        descriptor.withLock { descriptor in
            if let descriptor { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
    }

    private func read(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let received = recv(number, &bytes, count, 0)
        return Array(bytes.prefix(max(0, received)))
    }
}
