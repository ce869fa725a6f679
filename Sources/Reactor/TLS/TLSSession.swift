internal import COpenSSL

/// The TLS state of one connection.
@safe final class TLSSession {
    // Owned: freed in deinit, never handed out.
    private let pointer: OpaquePointer
    private var isClosed = false

    init(_ context: TLSContext, descriptor: Int32) throws(SystemError) {
        guard let pointer = unsafe copenssl_session_new(context.pointer, descriptor) else {
            throw SystemError("SSL_new")
        }
        unsafe self.pointer = pointer
    }

    /// A session with a server whose certificate must be for `host`, a name or a literal address.
    init(_ context: TLSClientContext, descriptor: Int32, host: String) throws(SystemError) {
        let isAddress: Int32 = SocketAddress(literal: host, port: 0) == nil ? 0 : 1
        guard let pointer = unsafe copenssl_client_session_new(context.pointer, descriptor, host, isAddress) else {
            throw SystemError("SSL_new")
        }
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe copenssl_session_free(pointer)
    }

    func handshake() -> TransportResult {
        let result = unsafe copenssl_handshake(pointer)
        return result > 0 ? .bytes(0) : outcome(result)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) -> TransportResult {
        outcome(unsafe copenssl_read(pointer, buffer.baseAddress, buffer.count))
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> TransportResult {
        let result = outcome(unsafe copenssl_write(pointer, bytes.baseAddress, bytes.count))
        return result == .endOfStream ? .failed : result
    }

    /// Tells the peer that nothing more comes.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        unsafe copenssl_shutdown(pointer)
    }

    private func outcome(_ result: Int32) -> TransportResult {
        switch Int(result) {
        case 1...: .bytes(Int(result))
        case Int(COPENSSL_WANT_READ): .wouldBlock(.read)
        case Int(COPENSSL_WANT_WRITE): .wouldBlock(.write)
        case Int(COPENSSL_CLOSED): .endOfStream
        default: .failed
        }
    }
}
