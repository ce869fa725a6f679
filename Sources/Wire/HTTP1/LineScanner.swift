/// Finds the bytes that end or spoil a line, eight at a time.
enum LineScanner {
    /// Offset of the first control character but HTAB in `start..<end`, or `end` when there is none.
    static func firstControl(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
        precondition(end <= bytes.count)
        var offset = start
        while offset < end {
            offset = skipPlainWords(in: bytes, from: offset, to: end)
            let stop = min(offset + 8, end)
            while offset < stop {
                if ByteClass.isForbiddenControl(bytes[offset]) { return offset }
                offset += 1
            }
        }
        return end
    }

    /// Advances over whole words that hold no control character, HTAB included.
    private static func skipPlainWords(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
        let raw = unsafe bytes.bytes
        var offset = start
        while offset + 8 <= end {
            let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            if mayHoldControl(word) { break }
            offset += 8
        }
        return offset
    }

    /// True when a byte of `word` is below 0x20 or is 0x7F; the carries can err only once one such byte is there.
    @inline(__always)
    private static func mayHoldControl(_ word: UInt64) -> Bool {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let belowSpace = (word &- ones &* 0x20) & ~word
        let distanceFromDelete = word ^ (ones &* 0x7F)
        let isDelete = (distanceFromDelete &- ones) & ~distanceFromDelete
        return (belowSpace | isDelete) & (ones &* 0x80) != 0
    }
}
