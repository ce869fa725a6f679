/// Finds the bytes that end or spoil a line, eight at a time.
enum LineScanner {
    private static let ones: UInt64 = 0x0101_0101_0101_0101

    /// Offset of the first control character but HTAB in `start..<end`, or `end` when there is none.
    static func firstControl(in bytes: Span<UInt8>, from start: Int, to end: Int) -> Int {
        precondition(start >= 0 && end <= bytes.count)
        let raw = unsafe bytes.bytes
        var offset = start
        while offset + 8 <= end {
            let word = unsafe raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let marks = controls(UInt64(littleEndian: word))
            if marks == 0 {
                offset += 8
                continue
            }
            offset += marks.trailingZeroBitCount / 8
            if bytes[offset] != ByteClass.horizontalTab { return offset }
            offset += 1
        }
        while offset < end, !ByteClass.isForbiddenControl(bytes[offset]) { offset += 1 }
        return offset
    }

    /// Sets the top bit of every byte of `word` below 0x20 or equal to 0x7F.
    ///
    /// A borrow can mark bytes after the first such byte wrongly, never before it: only the lowest mark counts.
    @inline(__always)
    private static func controls(_ word: UInt64) -> UInt64 {
        let belowSpace = (word &- ones &* 0x20) & ~word
        let distanceFromDelete = word ^ (ones &* 0x7F)
        let isDelete = (distanceFromDelete &- ones) & ~distanceFromDelete
        return (belowSpace | isDelete) & (ones &* 0x80)
    }
}
