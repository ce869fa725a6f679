/// Counts words, eight bytes at a time.
enum WordCount {
    /// A word is a run of bytes above 0x20.
    static func words(in text: UnsafeRawBufferPointer) -> Int {
        guard let start = text.baseAddress else { return 0 }
        var count = 0
        // The high bit of the lowest byte is set when the byte before this group belongs to a word.
        var carried: UInt64 = 0
        var position = 0
        while position + 8 <= text.count {
            // Words that began at each of the eight places, a byte each: counting bits takes longer without an
            // instruction for it, which not every machine has. A byte counts to 255.
            var begun: UInt64 = 0
            let end = min(text.count - 7, position + 8 * 255)
            while position < end {
                let isWord = wordBytes(start.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                begun &+= (isWord & ~(isWord << 8 | carried)) >> 7
                carried = isWord >> 56
                position &+= 8
            }
            count += sumOfBytes(begun)
        }
        var wasWord = carried != 0
        while position < text.count {
            let isWord = text[position] > 0x20
            if isWord, !wasWord { count += 1 }
            wasWord = isWord
            position += 1
        }
        return count
    }

    private static func sumOfBytes(_ word: UInt64) -> Int {
        let pairs = (word & 0x00ff_00ff_00ff_00ff) &+ (word >> 8 & 0x00ff_00ff_00ff_00ff)
        return Int((pairs &* 0x0001_0001_0001_0001) >> 48)
    }

    /// The high bit of each byte that is above 0x20: adding 0x5f carries into it from 0x21 on.
    private static func wordBytes(_ group: UInt64) -> UInt64 {
        let low = UInt64(littleEndian: group) & 0x7f7f_7f7f_7f7f_7f7f
        return ((low &+ 0x5f5f_5f5f_5f5f_5f5f) | UInt64(littleEndian: group)) & 0x8080_8080_8080_8080
    }
}
