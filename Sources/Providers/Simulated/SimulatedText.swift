internal import Wire

/// Text in tokens: its bytes, and where each token ends. Joined, the tokens are the text.
struct SimulatedText {
    private(set) var bytes: [UInt8] = []
    private var ends: [Int] = []

    /// Each word with the space before it, padded to `wordBytes`.
    private static let vocabulary: (bytes: [UInt8], counts: [Int]) = {
        let words = [
            "the", "a", "gateway", "model", "answers", "quickly", "and", "every", "token", "counts", "while", "streams",
            "flow", "from", "provider", "to", "client", "with", "care", "so", "that", "nothing", "is", "lost", "on",
            "its", "way", "home", "under", "load", "or", "rain",
        ]
        let padded = words.map { Array(" \($0)".utf8) }
        return (
            padded.flatMap { $0 + [UInt8](repeating: 0, count: wordBytes - $0.count) }, padded.map(\.count)
        )
    }()
    private static let wordBytes = 16

    init() {}

    /// Random words.
    init(words count: Int, _ random: inout RandomSource) {
        guard count > 0 else { return }
        let (words, lengths) = Self.vocabulary
        var ends: [Int] = []
        ends.reserveCapacity(count)
        // Every word is copied with its padding, which the next one overwrites: room for the last one's is there.
        bytes = [UInt8](unsafeUninitializedCapacity: (count + 1) * Self.wordBytes) { text, filled in
            var bits: UInt64 = 0
            var end = 0
            for position in 0..<count {
                // Twelve words of five bits from each number.
                if position % 12 == 0 { bits = random.next() }
                let word = Int(bits & 31)
                bits >>= 5
                // The first word has no space before it.
                let skipped = position == 0 ? 1 : 0
                words.withUnsafeBufferPointer { words in
                    let from = words[(word * Self.wordBytes + skipped)..<(word + 1) * Self.wordBytes]
                    _ = text[end...].update(fromContentsOf: from)
                }
                end += lengths[word] - skipped
                ends.append(end)
            }
            filled = end
        }
        self.ends = ends
    }

    /// One token.
    init(token: [UInt8]) {
        bytes = token
        ends = [token.count]
    }

    /// Words of a given text, each with the spaces before it.
    init(splitting text: String) {
        bytes = Array(text.utf8)
        var isInside = false
        for (position, byte) in bytes.enumerated() {
            if byte == 0x20, isInside { ends.append(position) }
            isInside = byte != 0x20
        }
        if !bytes.isEmpty { ends.append(bytes.count) }
    }

    var count: Int { ends.count }

    func token(_ position: Int) -> ArraySlice<UInt8> {
        bytes[(position == 0 ? 0 : ends[position - 1])..<ends[position]]
    }

    mutating func cut(to count: Int) {
        ends.removeLast(ends.count - count)
        bytes.removeLast(bytes.count - (ends.last ?? 0))
    }
}
