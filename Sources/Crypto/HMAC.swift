/// HMAC with SHA-256 (RFC 2104).
public enum HMACSHA256 {
    private static let blockBytes = 64

    /// 32 bytes.
    public static func code(of bytes: [UInt8], key: [UInt8]) -> [UInt8] {
        var block = key.count > blockBytes ? SHA256.digest(key) : key
        block += [UInt8](repeating: 0, count: blockBytes - block.count)
        let inner = SHA256.digest(block.map { $0 ^ 0x36 } + bytes)
        return SHA256.digest(block.map { $0 ^ 0x5C } + inner)
    }
}
