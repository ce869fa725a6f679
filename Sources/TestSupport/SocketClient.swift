internal import Glibc
public import Reactor

/// A failed call of a test client, or a wait that ran out.
public struct SocketFailure: Error, CustomStringConvertible {
    public let description: String
    /// The errno of a failed system call, else 0.
    public let code: Int32
    /// The peer ended its direction before what was asked for had come.
    public private(set) var isEndOfStream = false

    public init(_ description: String, code: Int32 = 0) {
        self.description = description
        self.code = code
    }

    static func system(_ call: String, code: Int32 = errno) -> SocketFailure {
        SocketFailure("\(call): \(String(cString: strerror(code)))", code: code)
    }

    static func endOfStream(before what: String) -> SocketFailure {
        var failure = SocketFailure("the stream ended before \(what)")
        failure.isEndOfStream = true
        return failure
    }
}

/// A blocking TCP client that sends exactly the bytes it is told to and ends its connection as it is told to.
///
/// Every wait has a limit, so a server that stays silent fails a test instead of stopping it.
public final class SocketClient {
    public let descriptor: Int32
    /// Received and not yet asked for.
    private var received: [UInt8] = []
    private var isClosed = false

    /// - Parameters:
    ///   - source: local IPv4 address to connect from; nil lets the kernel choose.
    ///   - receiveBufferBytes: size of the kernel's buffer; small makes a slow reader felt soon.
    ///   - waitSeconds: limit of every single send or receive.
    public init(
        connectingTo address: SocketAddress, from source: SocketAddress? = nil, receiveBufferBytes: Int32? = nil,
        waitSeconds: Int = 20
    ) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw SocketFailure.system("socket") }
        let limit = timeval(tv_sec: waitSeconds, tv_usec: 0)
        set(SOL_SOCKET, SO_RCVTIMEO, limit)
        set(SOL_SOCKET, SO_SNDTIMEO, limit)
        set(Int32(IPPROTO_TCP), TCP_NODELAY, Int32(1))
        if let receiveBufferBytes { set(SOL_SOCKET, SO_RCVBUF, receiveBufferBytes) }
        if let source, Self.call(bind, descriptor, source) != 0 { throw SocketFailure.system("bind") }
        guard Self.call(connect, descriptor, address) == 0 else { throw SocketFailure.system("connect") }
    }

    deinit {
        close()
    }

    // MARK: Sending

    public func send(_ text: String) throws {
        try send(Array(text.utf8))
    }

    /// Sends all bytes.
    public func send(_ bytes: some Collection<UInt8>) throws {
        var rest = Array(bytes)[...]
        while !rest.isEmpty { rest = rest.dropFirst(try sendOnce(rest)) }
    }

    /// One `send`; returns how many bytes the kernel took.
    public func sendOnce(_ bytes: ArraySlice<UInt8>) throws -> Int {
        let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard count >= 0 else { throw SocketFailure.system("send") }
        return count
    }

    // MARK: Ending

    /// Ends our direction; the server may still answer.
    public func finishSending() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    public func close() {
        guard !isClosed else { return }
        isClosed = true
        Glibc.close(descriptor)
    }

    /// Closes with a reset.
    public func reset() {
        set(SOL_SOCKET, SO_LINGER, linger(l_onoff: 1, l_linger: 0))
        close()
    }

    // MARK: Receiving

    /// What one `recv` returns, after what is left from before; empty at the end of the stream.
    public func receive(maximum: Int = 64 << 10) throws -> [UInt8] {
        if !received.isEmpty {
            defer { received = [] }
            return received
        }
        var code: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: maximum) { buffer, count in
            let result = Glibc.recv(descriptor, buffer.baseAddress, maximum, 0)
            if result < 0 { code = errno }
            count = max(result, 0)
        }
        guard code == 0 else { throw SocketFailure.system("recv", code: code) }
        return bytes
    }

    /// Receives until `text` has come, and returns everything through it.
    public func receive(until text: String) throws -> [UInt8] {
        let end = Array(text.utf8)
        var bytes: [UInt8] = []
        while true {
            let more = try receive()
            if more.isEmpty { throw SocketFailure.endOfStream(before: text.debugDescription) }
            let searchStart = max(0, bytes.count - end.count)
            bytes += more
            if let position = bytes[searchStart...].firstPosition(of: end) {
                received = Array(bytes[(position + end.count)...])
                return Array(bytes[..<(position + end.count)])
            }
        }
    }

    /// Receives exactly so many bytes.
    public func receive(count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            let more = try receive()
            if more.isEmpty { throw SocketFailure.endOfStream(before: "byte \(count)") }
            bytes += more
        }
        received = Array(bytes[count...])
        return Array(bytes[..<count])
    }

    /// Receives until the server ends its direction.
    public func receiveToEnd() throws -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let more = try receive()
            if more.isEmpty { return bytes }
            bytes += more
        }
    }

    /// Waits for the server to end the connection, by an end or by a reset; whatever comes before is dropped.
    public func waitForEnd() throws {
        do {
            while !(try receive().isEmpty) {}
        } catch let failure as SocketFailure where failure.code == ECONNRESET {
            return
        }
    }

    // MARK: Plumbing

    private func set<Value>(_ level: Int32, _ option: Int32, _ value: Value) {
        withUnsafeBytes(of: value) { _ = setsockopt(descriptor, level, option, $0.baseAddress, socklen_t($0.count)) }
    }

    private static func call(
        _ function: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32, _ descriptor: Int32,
        _ address: SocketAddress
    ) -> Int32 {
        precondition(address.isIPv4, "tests connect over IPv4")
        var native = sockaddr_in()
        native.sin_family = sa_family_t(AF_INET)
        native.sin_port = address.port.bigEndian
        native.sin_addr.s_addr = UInt32(truncatingIfNeeded: address.low).bigEndian
        return withUnsafePointer(to: &native) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                function(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

extension ArraySlice<UInt8> {
    /// Index of the first occurrence of `pattern`.
    func firstPosition(of pattern: [UInt8]) -> Int? {
        guard count >= pattern.count else { return nil }
        return (startIndex...(endIndex - pattern.count)).first { self[$0...].starts(with: pattern) }
    }
}
