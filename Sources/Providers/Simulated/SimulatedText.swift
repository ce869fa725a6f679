internal import Wire

/// Text in tokens: its bytes, and where each token ends. Joined, the tokens are the text.
struct SimulatedText {
    private(set) var bytes: [UInt8] = []
    private var ends: [Int] = []

    private static let vocabulary: [[UInt8]] = [
        " the", " a", " gateway", " model", " answers", " quickly", " and", " every", " token", " counts", " while",
        " streams", " flow", " from", " provider", " to", " client", " with", " care", " so", " that", " nothing",
        " is", " lost", " on", " its", " way", " home", " under", " load", " or", " rain",
    ].map { Array($0.utf8) }

    init() {}

    /// Random words.
    init(words count: Int, _ random: inout RandomSource) {
        bytes.reserveCapacity(count * 7)
        ends.reserveCapacity(count)
        var bits: UInt64 = 0
        for position in 0..<count {
            // Twelve words of five bits from each number.
            if position % 12 == 0 { bits = random.next() }
            let word = Self.vocabulary[Int(bits & 31)]
            bits >>= 5
            // The first word has no space before it.
            if position == 0 { bytes.append(contentsOf: word.dropFirst()) } else { bytes.append(contentsOf: word) }
            ends.append(bytes.count)
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
