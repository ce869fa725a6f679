internal import Dialects
internal import Wire

/// Embeddings of the simulated provider: texts that share words are near each other. Pure.
enum SimulatedEmbedding {
    static let dimensions = 256
    /// Each word adds to so many of the dimensions.
    private static let featuresPerWord = 4

    /// Of length 1.
    static func vector(_ input: EmbeddingRequest.Input, seed: UInt64, dimensions: Int) -> [Float] {
        var sums = [Float](repeating: 0, count: dimensions)
        switch input {
        case .text(let text):
            for word in text.utf8.split(whereSeparator: { $0 <= 0x20 }) {
                var hash = SeedHash(seed: seed)
                var letters = Array(word)
                letters.withUnsafeMutableBytes { hash.mix(UnsafeRawBufferPointer($0)) }
                add(hash.value, to: &sums)
            }
        case .tokens(let tokens):
            for token in tokens.elements {
                var hash = SeedHash(seed: seed)
                hash.mix(token.uint64 ?? 0)
                add(hash.value, to: &sums)
            }
        }
        // A text without words has a direction too.
        if sums.allSatisfy({ $0 == 0 }) { sums[0] = 1 }
        let length = sums.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return sums.map { $0 / length }
    }

    private static func add(_ hash: UInt64, to sums: inout [Float]) {
        var random = RandomSource(seed: hash)
        for _ in 0..<featuresPerWord {
            let word = random.next()
            sums[Int(word % UInt64(sums.count))] += word >> 63 == 0 ? 1 : -1
        }
    }

    /// Tokens are words.
    static func tokens(_ input: EmbeddingRequest.Input) -> Int {
        switch input {
        case .text(var text): max(1, text.withUTF8 { WordCount.words(in: UnsafeRawBufferPointer($0)) })
        case .tokens(let tokens): tokens.count
        }
    }
}
