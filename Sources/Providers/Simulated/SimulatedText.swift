internal import Wire

/// Text in tokens.
struct SimulatedText {
    private enum Form {
        /// Its bytes, and where each token ends. Joined, the tokens are the text.
        case given(bytes: [UInt8], ends: [Int])
        /// Words of the corpus from this one on; after its end it begins again.
        case words(from: Int)
    }

    private var form: Form
    private(set) var count: Int

    init() {
        self.init(bytes: [], ends: [])
    }

    private init(bytes: [UInt8], ends: [Int]) {
        form = .given(bytes: bytes, ends: ends)
        count = ends.count
    }

    /// Words from a random place of the corpus on.
    init(words count: Int, _ random: inout RandomSource) {
        form = .words(from: Int(random.next() % UInt64(SimulatedCorpus.shared.wordCount)))
        self.count = max(0, count)
    }

    /// One token.
    init(token: [UInt8]) {
        self.init(bytes: token, ends: [token.count])
    }

    /// Words of a given text, each with the spaces before it.
    init(splitting text: String) {
        let bytes = Array(text.utf8)
        var ends: [Int] = []
        var isInside = false
        for (position, byte) in bytes.enumerated() {
            if byte == 0x20, isInside { ends.append(position) }
            isInside = byte != 0x20
        }
        if !bytes.isEmpty { ends.append(bytes.count) }
        self.init(bytes: bytes, ends: ends)
    }

    var byteCount: Int {
        switch form {
        case .given(let bytes, _): bytes.count
        case .words(let start): SimulatedCorpus.shared.byteCount(of: count, from: start)
        }
    }

    /// The first word of a corpus has no space before it.
    func token(_ position: Int) -> ArraySlice<UInt8> {
        switch form {
        case .given(let bytes, let ends):
            return bytes[(position == 0 ? 0 : ends[position - 1])..<ends[position]]
        case .words(let start):
            let corpus = SimulatedCorpus.shared
            let word = corpus.words((start + position) % corpus.wordCount, count: 1)
            return position == 0 ? word.dropFirst() : word
        }
    }

    mutating func cut(to count: Int) {
        self.count = count
        guard case .given(var bytes, var ends) = form else { return }
        ends.removeLast(ends.count - count)
        bytes.removeLast(bytes.count - (ends.last ?? 0))
        form = .given(bytes: bytes, ends: ends)
    }

    /// What comes after so many tokens.
    func dropping(first tokens: Int) -> SimulatedText {
        var bytes: [UInt8] = []
        var ends: [Int] = []
        for position in min(tokens, count)..<count {
            bytes += token(position)
            ends.append(bytes.count)
        }
        return SimulatedText(bytes: bytes, ends: ends)
    }

    /// As one JSON string.
    func write(to writer: inout JSONWriter) {
        switch form {
        case .given(let bytes, _):
            bytes.withUnsafeBytes { writer.string(utf8: $0) }
        case .words(let start):
            // Nothing in the corpus needs an escape.
            let corpus = SimulatedCorpus.shared
            writer.verbatim("\"")
            var (place, left) = (start, count)
            while left > 0 {
                let taken = min(left, corpus.wordCount - place)
                writer.bytes += corpus.words(place, count: taken).dropFirst(left == count ? 1 : 0)
                (place, left) = (0, left - taken)
            }
            writer.verbatim("\"")
        }
    }
}
