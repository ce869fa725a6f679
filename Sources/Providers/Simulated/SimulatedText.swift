internal import Wire

/// Text in tokens: its bytes, and where each token ends. Joined, the tokens are the text.
struct SimulatedText {
    private(set) var bytes: [UInt8] = []
    private var ends: [Int] = []

    /// A long text of random words, each with the space before it, and where each word begins; the end last.
    private static let corpus: (bytes: [UInt8], starts: [UInt16]) = {
        let words = [
            "the", "a", "gateway", "model", "answers", "quickly", "and", "every", "token", "counts", "while", "streams",
            "flow", "from", "provider", "to", "client", "with", "care", "so", "that", "nothing", "is", "lost", "on",
            "its", "way", "home", "under", "load", "or", "rain",
        ]
        var bytes: [UInt8] = []
        var starts: [UInt16] = [0]
        var random = RandomSource(seed: 1)
        for _ in 0..<4096 {
            bytes.append(UInt8(ascii: " "))
            bytes.append(contentsOf: words[Int(random.next() % UInt64(words.count))].utf8)
            starts.append(UInt16(bytes.count))
        }
        return (bytes, starts)
    }()

    init() {}

    /// Words from a random place of the corpus on; after its end it begins again.
    init(words count: Int, _ random: inout RandomSource) {
        guard count > 0 else { return }
        let (text, starts) = Self.corpus
        let words = starts.count - 1
        var place = Int(random.next() % UInt64(words))
        ends.reserveCapacity(count)
        bytes.reserveCapacity(count * text.count / words + 64)
        while ends.count < count {
            let taken = min(count - ends.count, words - place)
            // The first word has no space before it.
            let first = Int(starts[place]) + (ends.isEmpty ? 1 : 0)
            let offset = bytes.count - first
            bytes.append(contentsOf: text[first..<Int(starts[place + taken])])
            for word in place + 1...place + taken { ends.append(Int(starts[word]) + offset) }
            place = 0
        }
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
