import Glibc

/// Finds lines in one piece of a stream; they end in LF, CR or CRLF.
///
/// The next place of each end byte is remembered until it is passed, so a piece is searched once per end byte however
/// its lines end.
@safe
struct SSELineScanner {
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private var nextLineFeed = -1
    private var nextCarriageReturn = -1

    /// - Parameter followsCarriageReturn: the piece before ended in CR, so a leading LF belongs to that line end.
    init(_ bytes: UnsafeRawBufferPointer, followsCarriageReturn: Bool) {
        unsafe self.bytes = bytes
        if followsCarriageReturn, unsafe bytes.first == Self.lineFeed { position = 1 }
    }

    /// The next line that ends in this piece, without its end.
    mutating func next() -> UnsafeRawBufferPointer? {
        if nextLineFeed < position { nextLineFeed = find(Self.lineFeed) }
        if nextCarriageReturn < position { nextCarriageReturn = find(Self.carriageReturn) }
        let end = min(nextLineFeed, nextCarriageReturn)
        guard unsafe end < bytes.count else { return nil }
        let line = unsafe UnsafeRawBufferPointer(rebasing: bytes[position..<end])
        position = end + 1
        // Only a line that ended in CR can have the next LF right behind it.
        if position == nextLineFeed, unsafe position < bytes.count { position += 1 }
        return unsafe line
    }

    /// What follows the last line end.
    var rest: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: bytes[position...])
    }

    private func find(_ byte: UInt8) -> Int {
        guard unsafe position < bytes.count, let start = unsafe bytes.baseAddress else { return unsafe bytes.count }
        guard let found = unsafe memchr(start + position, Int32(byte), bytes.count - position) else {
            return unsafe bytes.count
        }
        return unsafe UnsafeRawPointer(found) - start
    }
}
