/// Half-open range of offsets into a head; half the size of `Range<Int>`, since a head keeps up to a hundred pairs.
@usableFromInline
struct ByteRange: Sendable, Equatable {
    @usableFromInline var start: UInt32
    @usableFromInline var end: UInt32

    init(_ start: Int, _ end: Int) {
        self.start = UInt32(start)
        self.end = UInt32(end)
    }

    @usableFromInline var range: Range<Int> { Int(start)..<Int(end) }
    @usableFromInline var count: Int { Int(end) - Int(start) }
    var isEmpty: Bool { start == end }
}
