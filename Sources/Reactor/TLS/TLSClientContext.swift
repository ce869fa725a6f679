internal import COpenSSL

/// Whom a client trusts, ready for connections to servers. Immutable.
///
/// `@unchecked Sendable`: OpenSSL counts references to a context atomically and the hub does not change
/// it after creation.
@safe public final class TLSClientContext: @unchecked Sendable {
    // Owned: freed in deinit, never handed out of this target.
    let pointer: OpaquePointer

    /// - Parameter authorities: path of a PEM file with the certificates to trust; nil trusts those of the system,
    ///   which `SSL_CERT_FILE` may replace.
    public init(authorities: String? = nil) throws(TLSContext.Failure) {
        var message = [CChar](repeating: 0, count: 512)
        guard let pointer = unsafe copenssl_client_context(authorities, &message, message.count) else {
            let bytes = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            throw TLSContext.Failure(description: String(decoding: bytes, as: UTF8.self))
        }
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe copenssl_context_free(pointer)
    }
}
