internal import COpenSSL
internal import Glibc

/// What one read or write did.
public enum TransportResult: Equatable, Sendable {
    case bytes(Int)
    /// Try again when the descriptor is ready for this; TLS may want the other direction.
    case wouldBlock(DescriptorInterest)
    /// The peer finished its direction.
    case endOfStream
    case failed
}

/// Bytes to and from a connected socket, plain or through TLS. Closing is explicit.
///
/// Belongs to one reactor's thread.
public final class StreamTransport {
    public let descriptor: Int32
    private let session: TLSSession?
    private var isClosed = false

    /// Takes over the descriptor, of an accepted connection.
    public init(descriptor: Int32, tls: TLSContext? = nil) throws(SystemError) {
        self.descriptor = descriptor
        session = try tls.map { context throws(SystemError) in try TLSSession(context, descriptor: descriptor) }
        sendAtOnce()
    }

    /// Takes over the descriptor, of a connection to a server.
    ///
    /// - Parameter host: whom the server's certificate must name.
    public init(descriptor: Int32, client: TLSClientContext?, host: String) throws(SystemError) {
        self.descriptor = descriptor
        session = try client.map { context throws(SystemError) in
            try TLSSession(context, descriptor: descriptor, host: host)
        }
        sendAtOnce()
    }

    private func sendAtOnce() {
        var one: Int32 = 1
        _ = unsafe setsockopt(
            descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &one, socklen_t(MemoryLayout<Int32>.size))
    }

    public var isEncrypted: Bool { session != nil }

    /// Goes on with the TLS handshake; `.bytes(0)` when it is done or there is none.
    public func handshake() -> TransportResult {
        session?.handshake() ?? .bytes(0)
    }

    public func read(into buffer: UnsafeMutableRawBufferPointer) -> TransportResult {
        if let session { return unsafe session.read(into: buffer) }
        while true {
            let count = unsafe recv(descriptor, buffer.baseAddress, buffer.count, 0)
            if count > 0 { return .bytes(count) }
            if count == 0 { return .endOfStream }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock(.read)
            default: return .failed
            }
        }
    }

    public func write(_ bytes: UnsafeRawBufferPointer) -> TransportResult {
        if let session { return unsafe session.write(bytes) }
        while true {
            let count = unsafe send(descriptor, bytes.baseAddress, bytes.count, Int32(MSG_NOSIGNAL))
            if count >= 0 { return .bytes(count) }
            switch errno {
            case EINTR: continue
            case EAGAIN: return .wouldBlock(.write)
            default: return .failed
            }
        }
    }

    /// Ends our direction; the peer may still send.
    public func shutdownWrite() {
        session?.close()
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// Closes the socket. Unwatch the descriptor first.
    public func close() {
        guard !isClosed else { return }
        isClosed = true
        session?.close()
        Glibc.close(descriptor)
    }

    /// Closes so that the peer sees a reset and no end: an answer that was cut must not look complete.
    public func reset() {
        guard !isClosed else { return }
        isClosed = true
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        Glibc.close(descriptor)
    }
}
