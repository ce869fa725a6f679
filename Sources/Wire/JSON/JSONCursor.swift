/// Writes into the room behind the last byte of an array. Whoever makes one checks the room first: nothing here does,
/// but for `string`, whose length no one knows beforehand.
@safe
struct JSONCursor {
    /// Enough for any one token but a string, with the comma before and the colon behind it, and for what vector
    /// stores write past the end of a string.
    static let tokenRoom = 64

    private let start: UnsafeMutableRawPointer
    private let end: UnsafeMutableRawPointer
    private var next: UnsafeMutableRawPointer

    init(start: UnsafeMutableRawPointer, count: Int) {
        unsafe self.start = start
        unsafe end = start + count
        unsafe next = start
    }

    var written: Int { unsafe next - start }
    var room: Int { unsafe end - next }

    /// Forgets what was written after `count` bytes.
    mutating func rewind(to count: Int) {
        unsafe next = start + count
    }

    // MARK: Bytes

    @inline(__always)
    mutating func put(_ byte: UInt8) {
        unsafe next.storeBytes(of: byte, as: UInt8.self)
        unsafe next += 1
    }

    /// Stores always and advances sometimes, which is cheaper than a branch that is hard to foresee.
    @inline(__always)
    mutating func put(_ byte: UInt8, if condition: Bool) {
        unsafe next.storeBytes(of: byte, as: UInt8.self)
        unsafe next += condition ? 1 : 0
    }

    @inline(__always)
    mutating func put(_ word: UInt32) {
        unsafe next.storeBytes(of: word.littleEndian, as: UInt32.self)
        unsafe next += 4
    }

    /// - Precondition: `bytes` fit.
    @inline(__always)
    mutating func put(_ bytes: UnsafeRawBufferPointer) {
        guard let first = bytes.baseAddress else { return }
        unsafe next.copyMemory(from: first, byteCount: bytes.count)
        unsafe next += bytes.count
    }

    // MARK: Literals

    /// Four bytes read as a little-endian integer, so that a literal is one store.
    private static let nullWord: UInt32 = 0x6C6C_756E
    private static let trueWord: UInt32 = 0x6575_7274
    private static let falseWord: UInt32 = 0x736C_6166

    @inline(__always)
    mutating func null() { put(Self.nullWord) }

    @inline(__always)
    mutating func bool(_ value: Bool) {
        put(value ? Self.trueWord : Self.falseWord)
        put(UInt8(ascii: "e"), if: !value)
    }

    // MARK: Numbers

    @inline(__always)
    mutating func int(_ value: Int64) {
        put(UInt8(ascii: "-"), if: value < 0)
        uint(value.magnitude)
    }

    @inline(__always)
    mutating func uint(_ value: UInt64) {
        let count = DigitText.decimalCount(of: value)
        unsafe DigitText.writeDecimal(value, count: count, to: next)
        unsafe next += count
    }

    /// Swift's description is the shortest decimal that round-trips, at most 24 bytes, and always has a point or an
    /// exponent, as in `1.0`, `-0.0` and `1e+16`.
    @inline(__always)
    mutating func double(_ value: Double) {
        guard value.isFinite else { return null() }
        var text = value.description
        text.withUTF8 { unsafe put(UnsafeRawBufferPointer($0)) }
    }

    // MARK: Strings

    /// Writes `text` in quotes. When it does not fit, part of it is written and the room it needs is returned, with a
    /// token's to spare.
    @inline(__always)
    mutating func string(_ text: JSONText) -> Int? {
        let count = text.count
        // Counting escapes takes time, and most strings have few: only when there are too many are they counted.
        guard room >= count + Self.tokenRoom else { return count + 2 * Self.tokenRoom }
        put(UInt8(ascii: "\""))
        // Adding the count rather than what was copied lets the next token start before the copy is known to be plain.
        if let plain = unsafe text.copyPlain(from: 0, to: next) {
            // A copy goes by address, so that the cursor itself can stay in registers.
            var cursor = self
            if let room = cursor.escaped(text, from: plain) { return room }
            self = cursor
        } else {
            unsafe next += count
        }
        put(UInt8(ascii: "\""))
        return nil
    }

    /// Goes on with a string of which the first `plain` bytes were copied and the next needs an escape.
    @inline(never)
    private mutating func escaped(_ text: JSONText, from plain: Int) -> Int? {
        var done = plain
        unsafe next += plain
        while true {
            // Room for the escape and, if nothing else needs one, for the rest of the string.
            guard room >= text.count - done + Self.tokenRoom else { return text.escapedCount + 2 * Self.tokenRoom }
            escape(text.byte(at: done))
            done += 1
            guard let plain = unsafe text.copyPlain(from: done, to: next) else {
                unsafe next += text.count - done
                return nil
            }
            unsafe next += plain
            done += plain
        }
    }

    /// Writes up to 6 bytes.
    private mutating func escape(_ byte: UInt8) {
        put(UInt8(ascii: "\\"))
        if let letter = JSONEscaping.letter(of: byte) {
            put(letter)
        } else {
            put(UInt8(ascii: "u"))
            put(UInt8(ascii: "0"))
            put(UInt8(ascii: "0"))
            put(JSONEscaping.hexadecimal(byte >> 4))
            put(JSONEscaping.hexadecimal(byte & 0xF))
        }
    }
}
