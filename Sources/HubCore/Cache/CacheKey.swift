internal import Crypto
internal import Wire

/// Names an answer: SHA-256 over the canonical form of all that makes it what it is. Contract 13.8.
public struct CacheKey: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// Of canonical JSON.
    init(canonical text: [UInt8]) {
        self.init(digest: SHA256.digest(text))
    }

    /// - Parameter digest: 32 bytes.
    init(digest: [UInt8]) {
        precondition(digest.count == 32, "a SHA-256 has 32 bytes")
        func word(_ index: Int) -> UInt64 { digest[index * 8..<index * 8 + 8].reduce(0) { $0 << 8 | UInt64($1) } }
        words = (word(0), word(1), word(2), word(3))
    }

    /// 64 hex digits, lower case. Nil for anything else.
    public init?(hex: String) {
        guard hex.utf8.count == 64, let digest = Hex.decode(hex) else { return nil }
        self.init(digest: digest)
    }

    public var hex: String {
        var text: [UInt8] = []
        text.reserveCapacity(64)
        for word in [words.0, words.1, words.2, words.3] { text.appendHex(word, minimumDigits: 16) }
        return String(decoding: text, as: UTF8.self)
    }

    /// Where it is kept in Redis.
    public var sharedName: String { "llm:cache:" + hex }

    /// A digest is evenly spread: any part of it is as good a hash as the whole.
    var hash: UInt64 { words.0 }
    var secondHash: UInt64 { words.1 }

    public static func == (left: CacheKey, right: CacheKey) -> Bool {
        left.words == right.words
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
    }
}
