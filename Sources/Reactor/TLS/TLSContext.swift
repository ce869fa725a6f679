internal import COpenSSL

/// A server certificate with its key, ready for connections. Immutable: a reload makes a new one.
///
/// `@unchecked Sendable`: OpenSSL counts references to a context atomically and the hub does not change
/// it after creation.
@safe public final class TLSContext: @unchecked Sendable {
    // Owned: freed in deinit, never handed out of this target.
    let pointer: OpaquePointer

    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// - Parameters:
    ///   - certificate: path of a PEM file, leaf first, with its chain.
    ///   - key: path of the leaf's private key in PEM.
    public init(certificate: String, key: String) throws(Failure) {
        var message = [CChar](repeating: 0, count: 512)
        guard let pointer = unsafe copenssl_server_context(certificate, key, &message, message.count) else {
            let bytes = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            throw Failure(description: String(decoding: bytes, as: UTF8.self))
        }
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe copenssl_context_free(pointer)
    }
}
