internal import CZlib

/// A record of a journal in its segment: 16 bytes of head, then what it says, padded to 8.
///
/// | byte | |
/// | --- | --- |
/// | 0 | how many bytes it says; 0: nothing was written here yet |
/// | 4 | their CRC-32, begun with that number |
/// | 8 | of a call that begins: 1 once it has ended. Not in the sum |
/// | 16 | what it says; the first byte is its kind |
///
/// A process that is killed in the middle leaves a sum that does not fit. What comes after such a record was never written.
enum JournalRecord {
    enum Kind: UInt8 {
        /// A call begins: who and what.
        case begun = 1
        /// It has ended: the same, and what came of it.
        case ended = 2
    }

    static let headBytes = 16
    /// More than any record has: texts are cut.
    static let maximumBytes = 8 << 10

    /// With its head and what fills it up.
    static func size(ofPayload count: Int) -> Int { headBytes + (count + 7) / 8 * 8 }

    /// Writes the head before what was written behind it.
    @unsafe static func seal(_ start: UnsafeMutableRawPointer, payload count: Int) {
        let sum = unsafe checksum(start + headBytes, count)
        unsafe start.storeBytes(of: sum, toByteOffset: 4, as: UInt32.self)
        unsafe start.storeBytes(of: UInt32(count), toByteOffset: 0, as: UInt32.self)
    }

    @unsafe static func close(_ start: UnsafeMutableRawPointer) {
        unsafe start.storeBytes(of: 1, toByteOffset: 8, as: UInt8.self)
    }

    @unsafe static func isClosed(_ start: UnsafeRawPointer) -> Bool {
        unsafe start.load(fromByteOffset: 8, as: UInt8.self) != 0
    }

    @unsafe static func payloadCount(_ start: UnsafeRawPointer) -> Int {
        Int(unsafe start.load(as: UInt32.self))
    }

    @unsafe enum Reading {
        case record(payload: UnsafeRawBufferPointer, size: Int)
        case end
        case damaged
    }

    /// What lies at the beginning of `bytes`, which begins at a multiple of 8.
    /// - Parameter isOwn: written by this process, so its sum needs no look.
    @unsafe static func read(_ bytes: UnsafeRawBufferPointer, isOwn: Bool) -> Reading {
        guard bytes.count >= headBytes, let start = bytes.baseAddress else { return unsafe .end }
        let count = unsafe payloadCount(start)
        if count == 0 { return unsafe .end }
        let size = size(ofPayload: count)
        guard count <= maximumBytes, size <= bytes.count,
            unsafe isOwn || start.load(fromByteOffset: 4, as: UInt32.self) == checksum(start + headBytes, count)
        else { return unsafe .damaged }
        return unsafe .record(payload: UnsafeRawBufferPointer(start: start + headBytes, count: count), size: size)
    }

    @unsafe private static func checksum(_ start: UnsafeRawPointer, _ count: Int) -> UInt32 {
        UInt32(
            truncatingIfNeeded: unsafe crc32(
                UInt(count), start.assumingMemoryBound(to: UInt8.self), UInt32(truncatingIfNeeded: count)))
    }
}
