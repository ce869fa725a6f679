import Glibc

/// The bytes of a string to be written, valid UTF-8.
@safe
struct JSONText {
    private typealias Block = SIMD16<UInt8>
    private static let blockBytes = 16
    @inline(__always) private static var places: Block { Block(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) }

    private let start: UnsafeRawPointer
    let count: Int
    /// Whether a block's worth of bytes behind the text can be read: true inside a document, which ends in padding
    /// (`CSIMDJSON_PADDING`).
    private let isPadded: Bool

    /// Nil for a buffer without an address, which is empty.
    @inline(__always)
    init?(_ bytes: UnsafeRawBufferPointer, isPadded: Bool) {
        guard let start = bytes.baseAddress else { return nil }
        unsafe self.start = start
        count = bytes.count
        self.isPadded = isPadded
    }

    static var empty: JSONText { JSONText("") }

    private init(_ text: StaticString) {
        unsafe start = UnsafeRawPointer(text.utf8Start)
        count = text.utf8CodeUnitCount
        isPadded = false
    }

    @inline(__always)
    func byte(at position: Int) -> UInt8 {
        precondition(position < count)
        return unsafe start.load(fromByteOffset: position, as: UInt8.self)
    }

    /// The length of the text with its escapes.
    var escapedCount: Int {
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: count)
        return unsafe bytes.reduce(0) { $0 + JSONEscaping.length(of: $1) }
    }

    /// Copies the text from `position` to its end, and then returns nil, or to the first byte that needs an escape:
    /// then how much that was.
    /// Works by blocks: reads up to one block past the end of a padded text and writes up to one block past what it
    /// copied, for which the caller has room.
    @inline(__always)
    func copyPlain(from position: Int, to target: UnsafeMutableRawPointer) -> Int? {
        let source = unsafe start + position
        let length = count - position
        var copied = 0
        // Four blocks per turn while that many are left.
        while copied + 4 * Self.blockBytes <= length {
            var flags = Block(repeating: 0)
            for offset in stride(from: copied, to: copied + 4 * Self.blockBytes, by: Self.blockBytes) {
                let block = unsafe source.loadUnaligned(fromByteOffset: offset, as: Block.self)
                unsafe target.storeBytes(of: block, toByteOffset: offset, as: Block.self)
                flags |= Self.escapes(in: block)
            }
            if Self.firstSet(in: flags) != nil { break }
            copied += 4 * Self.blockBytes
        }
        while length - copied > Self.blockBytes {
            let block = unsafe source.loadUnaligned(fromByteOffset: copied, as: Block.self)
            unsafe target.storeBytes(of: block, toByteOffset: copied, as: Block.self)
            if let first = Self.firstSet(in: Self.escapes(in: block)) { return copied + first }
            copied += Self.blockBytes
        }
        // The last block is stored whole; what it holds beyond the text does not count.
        let rest = length - copied
        let block = unsafe block(at: source + copied, atMost: rest)
        unsafe target.storeBytes(of: block, toByteOffset: copied, as: Block.self)
        let isText = Self.places .< Block(repeating: UInt8(truncatingIfNeeded: rest))
        let escapes = Self.escapes(in: block).replacing(with: Block(repeating: 0), where: .!isText)
        guard let first = Self.firstSet(in: escapes) else { return nil }
        return copied + first
    }

    /// The next block, of which only the first `length` bytes may mean anything.
    @inline(__always)
    private func block(at source: UnsafeRawPointer, atMost length: Int) -> Block {
        if isPadded || length >= Self.blockBytes { return unsafe source.loadUnaligned(as: Block.self) }
        var block = Block(repeating: UInt8(ascii: " "))
        unsafe withUnsafeMutableBytes(of: &block) { unsafe $0.copyMemory(from: .init(start: source, count: length)) }
        return block
    }

    /// All ones in each byte that needs an escape, zero in the others.
    @inline(__always)
    private static func escapes(in block: Block) -> Block {
        let needed =
            (block .< Block(repeating: 0x20)) .| (block .== Block(repeating: UInt8(ascii: "\"")))
            .| (block .== Block(repeating: UInt8(ascii: "\\")))
        return Block(repeating: 0).replacing(with: Block(repeating: 0xFF), where: needed)
    }

    @inline(__always)
    private static func firstSet(in flags: Block) -> Int? {
        let words = unsafe unsafeBitCast(flags, to: SIMD2<UInt64>.self)
        if words.x | words.y == 0 { return nil }
        let first = UInt64(littleEndian: words.x)
        return first != 0
            ? first.trailingZeroBitCount / 8 : 8 + UInt64(littleEndian: words.y).trailingZeroBitCount / 8
    }
}
