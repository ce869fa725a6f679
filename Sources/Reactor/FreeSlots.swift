/// Which slots of a table are free, a bit each. The lowest is taken first, so that a table is used from its beginning and
/// can be cut behind the last slot in use.
struct FreeSlots {
    private var words: [UInt64] = []
    /// No word before it has a free slot.
    private var first = 0

    mutating func insert(_ slot: Int) {
        let word = slot / 64
        while words.count <= word { words.append(0) }
        words[word] |= 1 << UInt64(slot % 64)
        first = min(first, word)
    }

    mutating func popLowest() -> Int? {
        while first < words.count {
            let word = words[first]
            if word != 0 {
                words[first] = word & (word - 1)
                return first * 64 + word.trailingZeroBitCount
            }
            first += 1
        }
        return nil
    }

    /// Forgets the slots from `bound` on.
    mutating func cut(at bound: Int) {
        words.cut(at: (bound + 63) / 64)
        if bound % 64 != 0, bound / 64 < words.count { words[bound / 64] &= (1 << UInt64(bound % 64)) - 1 }
        first = min(first, words.count)
    }
}

extension Array {
    /// Removes what comes from `bound` on, and with it the room for more than twice as many.
    mutating func cut(at bound: Int) {
        if bound < count { removeLast(count - bound) }
        guard capacity > 2 * count + 64 else { return }
        var copy: [Element] = []
        copy.reserveCapacity(count)
        copy.append(contentsOf: self)
        self = copy
    }
}
