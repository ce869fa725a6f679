/// Writes pieces of text into room set aside at the end of an array: the array is checked once for all of them, each
/// piece only against the room. Made by `append(room:)`.
@safe
@frozen
public struct TextCursor {
    @usableFromInline let start: UnsafeMutableRawPointer
    @usableFromInline let end: UnsafeMutableRawPointer
    @usableFromInline var next: UnsafeMutableRawPointer

    /// For memory that is no array's; `count` bytes of it, which outlive the cursor.
    @unsafe
    public init(start: UnsafeMutableRawPointer, count: Int) {
        unsafe self.start = start
        unsafe end = start + count
        unsafe next = start
    }

    public var written: Int { unsafe next - start }

    /// The place of the next `count` bytes, which are then taken. Too little room is a mistake of the caller's.
    @inlinable
    @inline(__always)
    mutating func take(_ count: Int) -> UnsafeMutableRawPointer {
        precondition(unsafe count <= end - next, "no room was set aside for so much text")
        defer { unsafe next += count }
        return unsafe next
    }

    /// Inlined, so that copying a literal is a move or two.
    @inlinable
    @inline(__always)
    public mutating func put(_ text: StaticString) {
        unsafe take(text.utf8CodeUnitCount).copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
    }

    public mutating func put(_ bytes: UnsafeRawBufferPointer) {
        guard let first = bytes.baseAddress else { return }
        unsafe take(bytes.count).copyMemory(from: first, byteCount: bytes.count)
    }

    public mutating func put(_ bytes: [UInt8]) {
        unsafe bytes.span.bytes.withUnsafeBytes { unsafe put($0) }
    }

    @_disfavoredOverload
    public mutating func put(_ text: String) {
        unsafe text.utf8Span.span.bytes.withUnsafeBytes { unsafe put($0) }
    }

    /// Text that is not trusted: characters that could split a head become spaces.
    public mutating func put(scrubbing text: String) {
        let from = unsafe next
        put(text)
        // Almost no value has a control character: look first, byte by byte without branches.
        var isSuspect = false
        let written = unsafe UnsafeMutableRawBufferPointer(start: from, count: next - from)
        for index in written.indices {
            isSuspect = unsafe (written[index] < 0x20) || (written[index] == 0x7f) || isSuspect
        }
        guard isSuspect else { return }
        for index in written.indices where unsafe ByteClass.isForbiddenControl(written[index]) {
            unsafe written[index] = ByteClass.space
        }
    }

    /// In decimal, with zeros in front up to `minimumDigits`.
    public mutating func decimal(_ number: UInt64, minimumDigits: Int = 1) {
        let count = max(DigitText.decimalCount(of: number), minimumDigits)
        unsafe DigitText.writeDecimal(number, count: count, to: take(count))
    }

    /// A thousandth of `number`, with three decimals. Takes at most 21 bytes.
    public mutating func thousandths(_ number: UInt64) {
        let (whole, rest) = number.quotientAndRemainder(dividingBy: 1000)
        if whole < 10 {
            unsafe take(1).storeBytes(of: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: whole), as: UInt8.self)
        } else {
            decimal(whole)
        }
        put(".")
        unsafe DigitText.writeDecimal(rest, count: 3, to: take(3))
    }

    /// The last `digits` hex digits, lower case.
    public mutating func hex(_ number: UInt64, digits: Int) {
        unsafe DigitText.writeHex(number, count: digits, to: take(digits))
    }
}

extension Array where Element == UInt8 {
    /// Sets `room` bytes aside and appends what `write` puts there; more is a programming error.
    @inline(__always)
    public mutating func append(room: Int, _ write: (inout TextCursor) -> Void) {
        append(addingCapacity: room) { span in
            unsafe span.withUnsafeMutableBufferPointer { buffer, count in
                guard let start = UnsafeMutableRawPointer(buffer.baseAddress) else { return }
                var cursor = unsafe TextCursor(start: start, count: buffer.count)
                write(&cursor)
                count = cursor.written
            }
        }
    }
}

extension String {
    /// Text that `write` puts into room for `bytes` of it; more is a programming error.
    @inline(__always)
    public init(room bytes: Int, _ write: (inout TextCursor) -> Void) {
        unsafe self.init(unsafeUninitializedCapacity: bytes) { buffer in
            guard let start = UnsafeMutableRawPointer(buffer.baseAddress) else { return 0 }
            var cursor = unsafe TextCursor(start: start, count: bytes)
            write(&cursor)
            return cursor.written
        }
    }
}
