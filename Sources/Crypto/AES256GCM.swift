internal import COpenSSL

/// AES-256 in Galois counter mode (NIST SP 800-38D) over OpenSSL, each text under a random nonce.
///
/// A key is good for 2^32 texts; after that two of them could share a nonce.
public struct AES256GCM: Sendable {
    public static let keyByteCount = 32
    private static let nonceByteCount = 12
    private static let tagByteCount = 16

    private let key: [UInt8]

    /// Nil unless the key has 32 bytes.
    public init?(key: [UInt8]) {
        guard key.count == Self.keyByteCount else { return nil }
        self.key = key
    }

    /// The nonce, the ciphertext and its tag, 28 bytes more than the text.
    /// - Parameter context: authenticated with the text and not part of the result.
    public func seal(_ text: [UInt8], context: [UInt8]) -> [UInt8] {
        let nonce = SecureRandom.bytes(Self.nonceByteCount)
        var sealed = [UInt8](repeating: 0, count: text.count + Self.tagByteCount)
        let done = unsafe sealed.withUnsafeMutableBufferPointer { sealed in
            unsafe withBytes(nonce, context, text) { key, nonce, context, text in
                unsafe copenssl_aes256gcm_seal(
                    key.baseAddress, nonce.baseAddress, context.baseAddress, context.count, text.baseAddress,
                    text.count, sealed.baseAddress)
            }
        }
        precondition(done == 1, "OpenSSL has no AES-256-GCM")
        return nonce + sealed
    }

    /// The text; nil if it was not sealed so with this key and context.
    public func open(_ sealed: [UInt8], context: [UInt8]) -> [UInt8]? {
        let overhead = Self.nonceByteCount + Self.tagByteCount
        guard sealed.count >= overhead else { return nil }
        let nonce = Array(sealed[..<Self.nonceByteCount])
        let rest = Array(sealed[Self.nonceByteCount...])
        var text = [UInt8](repeating: 0, count: sealed.count - overhead)
        let done = unsafe text.withUnsafeMutableBufferPointer { text in
            unsafe withBytes(nonce, context, rest) { key, nonce, context, rest in
                unsafe copenssl_aes256gcm_open(
                    key.baseAddress, nonce.baseAddress, context.baseAddress, context.count, rest.baseAddress,
                    rest.count, text.baseAddress)
            }
        }
        return done == 1 ? text : nil
    }

    private func withBytes(
        _ nonce: [UInt8], _ context: [UInt8], _ bytes: [UInt8],
        _ body: (
            UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>,
            UnsafeBufferPointer<UInt8>
        ) -> Int32
    ) -> Int32 {
        unsafe key.withUnsafeBufferPointer { key in
            unsafe nonce.withUnsafeBufferPointer { nonce in
                unsafe context.withUnsafeBufferPointer { context in
                    unsafe bytes.withUnsafeBufferPointer { bytes in unsafe body(key, nonce, context, bytes) }
                }
            }
        }
    }
}

/// Random bytes for keys and nonces.
public enum SecureRandom {
    public static func bytes(_ count: Int) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let done = unsafe copenssl_random(buffer.baseAddress, count)
            precondition(done == 1, "OpenSSL has no random bytes")
            filled = count
        }
    }
}
