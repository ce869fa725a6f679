/// A parsed value on its way to text: a walk along the tape that stops where room runs out and goes on from there.
///
/// It points into its document without holding it: a reference counted for each value cost more than the writing.
/// Whoever makes one keeps the document alive until the walk is over.
@safe
struct JSONSubtree {
    private let tape: UnsafePointer<UInt64>
    private let strings: UnsafeRawPointer
    private let end: Int
    private var position: Int
    private var needsComma: Bool
    private var expectsKey = false
    private var depth = 0
    /// For each open container whether it is an object. A document nests no deeper than it has bits
    /// (`JSONDocument.deepestNesting`), and indexing checks that.
    private var objects = InlineArray<17, UInt64>(repeating: 0)

    @inline(__always)
    init(of value: JSONValue, needsComma: Bool) {
        unsafe tape = value.document.tape
        unsafe strings = UnsafeRawPointer(value.document.strings)
        position = value.index
        end = value.document.next(after: value.index)
        self.needsComma = needsComma
    }

    /// Writes to the end of the value, or to the token that does not fit: then the room this token needs is returned
    /// and nothing of it is written. At most `JSONCursor.tokenRoom` bytes are stored before the room is checked again.
    mutating func write(to cursor: inout JSONCursor) -> Int? {
        // A copy, which stays in registers while stores go through pointers.
        var place = cursor
        defer { cursor = place }
        while position < end {
            guard place.room >= JSONCursor.tokenRoom else { return JSONCursor.tokenRoom }
            if let room = token(to: &place) { return room }
            position += 1
        }
        return nil
    }

    @inline(__always)
    private mutating func token(to cursor: inout JSONCursor) -> Int? {
        let word = unsafe tape[position]
        switch UInt8(truncatingIfNeeded: word >> 56) {
        case JSONTape.string: return string(at: word, to: &cursor)
        case JSONTape.object: open(UInt8(ascii: "{"), isObject: true, to: &cursor)
        case JSONTape.array: open(UInt8(ascii: "["), isObject: false, to: &cursor)
        case JSONTape.endOfObject, JSONTape.endOfArray: close(word, to: &cursor)
        case JSONTape.int, JSONTape.uint, JSONTape.double: number(word, to: &cursor)
        default: literal(word, to: &cursor)
        }
        return nil
    }

    // MARK: Tokens

    @inline(__always)
    private mutating func string(at word: UInt64, to cursor: inout JSONCursor) -> Int? {
        let start = unsafe strings + Int(word & JSONTape.payload)
        let count = unsafe Int(start.loadUnaligned(as: UInt32.self))
        // simdjson writes the length in front of the bytes and padding follows the last string.
        guard let text = unsafe JSONText(.init(start: start + 4, count: count), isPadded: true) else { return nil }
        let before = cursor.written
        cursor.put(UInt8(ascii: ","), if: needsComma)
        if let room = cursor.string(text) {
            cursor.rewind(to: before)
            return room
        }
        cursor.put(UInt8(ascii: ":"), if: expectsKey)
        needsComma = !expectsKey
        expectsKey = !expectsKey && isInObject
        return nil
    }

    @inline(__always)
    private mutating func number(_ word: UInt64, to cursor: inout JSONCursor) {
        cursor.put(UInt8(ascii: ","), if: needsComma)
        position += 1
        let bits = unsafe tape[position]
        switch UInt8(truncatingIfNeeded: word >> 56) {
        case JSONTape.int: cursor.int(Int64(bitPattern: bits))
        case JSONTape.uint: cursor.uint(bits)
        default: cursor.double(Double(bitPattern: bits))
        }
        endValue()
    }

    @inline(__always)
    private mutating func literal(_ word: UInt64, to cursor: inout JSONCursor) {
        cursor.put(UInt8(ascii: ","), if: needsComma)
        switch UInt8(truncatingIfNeeded: word >> 56) {
        case JSONTape.true: cursor.bool(true)
        case JSONTape.false: cursor.bool(false)
        default: cursor.null()
        }
        endValue()
    }

    // MARK: Containers

    @inline(__always)
    private mutating func open(_ bracket: UInt8, isObject: Bool, to cursor: inout JSONCursor) {
        cursor.put(UInt8(ascii: ","), if: needsComma)
        cursor.put(bracket)
        depth += 1
        let bit: UInt64 = 1 << UInt64(depth & 63)
        if isObject { objects[depth >> 6] |= bit } else { objects[depth >> 6] &= ~bit }
        needsComma = false
        expectsKey = isObject
    }

    @inline(__always)
    private mutating func close(_ word: UInt64, to cursor: inout JSONCursor) {
        cursor.put(UInt8(truncatingIfNeeded: word >> 56))
        depth -= 1
        endValue()
    }

    private var isInObject: Bool { objects[depth >> 6] >> UInt64(depth & 63) & 1 == 1 }

    @inline(__always)
    private mutating func endValue() {
        needsComma = true
        expectsKey = isInObject
    }
}
