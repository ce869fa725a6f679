/// How often keys were asked for lately, in a few bits each: a count-min sketch of counters up to 15, all halved from time
/// to time so that what was popular once makes room. The admission of TinyLFU stands on it.
struct FrequencySketch {
    /// Sixteen counters of four bits per word; each key has one in each of four rows.
    private var words: [UInt64]
    private let mask: UInt64
    private var additions = 0
    private let period: Int

    /// - Parameter capacity: entries of the cache.
    init(capacity: Int) {
        var size = 64
        while size < min(capacity, 1 << 20) { size *= 2 }
        words = Array(repeating: 0, count: size)
        mask = UInt64(size - 1)
        period = 10 * size
    }

    func frequency(of key: CacheKey) -> Int {
        var least = 15
        for row in 0..<4 {
            let (word, shift) = place(key, row)
            least = min(least, Int(words[word] >> shift & 0xF))
        }
        return least
    }

    mutating func add(_ key: CacheKey) {
        var didAdd = false
        for row in 0..<4 {
            let (word, shift) = place(key, row)
            guard words[word] >> shift & 0xF < 15 else { continue }
            words[word] += 1 << shift
            didAdd = true
        }
        guard didAdd else { return }
        additions += 1
        if additions >= period { halve() }
    }

    private mutating func halve() {
        for index in words.indices { words[index] = words[index] >> 1 & 0x7777_7777_7777_7777 }
        additions /= 2
    }

    private func place(_ key: CacheKey, _ row: Int) -> (word: Int, shift: UInt64) {
        let spread = key.hash &+ UInt64(row) &* (key.secondHash | 1)
        // The low bits choose the word, the highest the counter within the quarter that is the row's.
        return (Int(spread & mask), (UInt64(row) * 4 + spread >> 62) * 4)
    }
}
