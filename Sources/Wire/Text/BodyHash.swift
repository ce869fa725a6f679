/// A quick number for a run of bytes, to find equal runs by. Not for keys: runs of one number are easily made, and whoever
/// finds one compares the bytes.
public enum BodyHash {
    /// Whether two runs are the same. Arrays compare element by element.
    public static func areEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return unsafe left.withUnsafeBytes { left in unsafe right.withUnsafeBytes { unsafe left.equals($0) } }
    }

    public static func of(_ bytes: [UInt8]) -> UInt64 {
        unsafe bytes.withUnsafeBytes { bytes in
            var hash = UInt64(bytes.count) &* 0x9e37_79b9_7f4a_7c15
            var offset = 0
            while offset + 8 <= bytes.count {
                unsafe mix(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self), into: &hash)
                offset += 8
            }
            var rest: UInt64 = 0
            while offset < bytes.count {
                rest = unsafe rest << 8 | UInt64(bytes[offset])
                offset += 1
            }
            mix(rest, into: &hash)
            return hash
        }
    }

    @inline(__always)
    private static func mix(_ word: UInt64, into hash: inout UInt64) {
        let product = (hash ^ word).multipliedFullWidth(by: 0xff51_afd7_ed55_8ccd)
        hash = product.high ^ product.low
    }
}
