internal import COpenSSL

/// An RSA key that signs.
///
/// `@unchecked Sendable`: OpenSSL's key does not change after it was read, and each signature has a context of its own.
@safe
public final class RSAPrivateKey: @unchecked Sendable {
    private let key: OpaquePointer
    /// RFC 7518 §3.3 demands 2048; above the most a signature would hold its thread up.
    private static let bits: ClosedRange<Int32> = 2048...8192

    /// Nil for what is no unencrypted private RSA key of 2048 to 8192 bits in PEM's form, and for one that is damaged so that
    /// nothing can be signed with it, which is tried.
    public init?(pem: String) {
        let bytes = Array(pem.utf8)
        let read = unsafe bytes.withUnsafeBytes { bytes in
            unsafe copenssl_rsa_key_read(
                bytes.baseAddress, bytes.count, Self.bits.lowerBound, Self.bits.upperBound)
        }
        guard let read = unsafe read else { return nil }
        unsafe key = read
        // Reading checks no numbers. `deinit` frees the key.
        if sign([0]).isEmpty { return nil }
    }

    deinit {
        unsafe copenssl_rsa_key_free(key)
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256: as many bytes as the key has.
    public func signature(of bytes: [UInt8]) -> [UInt8] {
        let signature = sign(bytes)
        precondition(!signature.isEmpty, "OpenSSL cannot sign with a key that it has signed with")
        return signature
    }

    /// Empty where that fails.
    private func sign(_ bytes: [UInt8]) -> [UInt8] {
        let capacity = Int(Self.bits.upperBound) / 8
        return unsafe [UInt8](unsafeUninitializedCapacity: capacity) { signature, count in
            count = unsafe bytes.withUnsafeBytes { bytes in
                unsafe copenssl_rsa_sign_sha256(
                    key, bytes.baseAddress, bytes.count, signature.baseAddress, capacity)
            }
        }
    }
}
