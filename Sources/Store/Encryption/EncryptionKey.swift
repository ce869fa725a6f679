internal import Crypto
internal import Wire

/// A key for what is stored.
public struct EncryptionKey: Sendable {
    /// Tells keys apart beside what they sealed, and tells nothing of the key itself: 16 hexadecimal digits.
    let id: String
    let cipher: AES256GCM

    /// Nil unless the text is 32 bytes in base64.
    public init?(base64 text: String) {
        guard let bytes = Base64.decode(text), let cipher = AES256GCM(key: bytes) else { return nil }
        self.cipher = cipher
        id = Hex.encode(Array(SHA256.digest(Array("connector-hub key id\0".utf8) + bytes).prefix(8)))
    }

    /// 32 random bytes in base64.
    static func generate() -> String {
        Base64.encode(SecureRandom.bytes(AES256GCM.keyByteCount))
    }
}

/// The keys that are known: one seals, any opens what it sealed.
public struct Keyring: Sendable {
    let sealing: EncryptionKey
    private let others: [String: EncryptionKey]

    /// - Parameter others: keys that sealed before.
    public init(_ sealing: EncryptionKey, others: [EncryptionKey] = []) {
        self.sealing = sealing
        self.others = Dictionary(others.map { ($0.id, $0) }) { first, _ in first }
    }

    func key(_ id: String) -> EncryptionKey? {
        id == sealing.id ? sealing : others[id]
    }
}
