internal import Wire

/// A long text of random words that simulated answers are taken from.
final class SimulatedCorpus: Sendable {
    static let shared = SimulatedCorpus()

    /// Each word with the space before it.
    private let bytes: [UInt8]
    /// Where each word begins; the end last.
    private let starts: [UInt16]

    let wordCount: Int

    private init() {
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
        self.bytes = bytes
        self.starts = starts
        wordCount = starts.count - 1
    }

    /// Words that lie side by side.
    func words(_ place: Int, count: Int) -> ArraySlice<UInt8> {
        bytes[Int(starts[place])..<Int(starts[place + count])]
    }

    /// Of words from a place on, over the end and on from the beginning, without the first space.
    func byteCount(of count: Int, from place: Int) -> Int {
        guard count > 0 else { return 0 }
        let (rounds, rest) = (place + count).quotientAndRemainder(dividingBy: wordCount)
        return rounds * bytes.count + Int(starts[rest]) - Int(starts[place]) - 1
    }
}
