internal import COpenSSL

/// SHA-256 over OpenSSL.
public enum SHA256 {
    /// 32 bytes.
    public static func digest(_ bytes: [UInt8]) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: 32) { digest, count in
            let done = unsafe bytes.withUnsafeBytes { bytes in
                unsafe copenssl_sha256(bytes.baseAddress, bytes.count, digest.baseAddress)
            }
            precondition(done == 1, "OpenSSL has no SHA-256")
            count = 32
        }
    }
}

/// Compares secrets.
public enum ConstantTime {
    /// Takes the same time wherever the two differ; different lengths are told at once.
    public static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in
                unsafe copenssl_equal(left.baseAddress, right.baseAddress, left.count) == 1
            }
        }
    }
}
