/// Type bytes of simdjson's tape, the top byte of each word (simdjson, doc/tape.md).
@usableFromInline
enum JSONTape {
    @usableFromInline static let string = UInt8(ascii: "\"")
    @usableFromInline static let object = UInt8(ascii: "{")
    @usableFromInline static let array = UInt8(ascii: "[")
    @usableFromInline static let endOfObject = UInt8(ascii: "}")
    @usableFromInline static let endOfArray = UInt8(ascii: "]")
    @usableFromInline static let int = UInt8(ascii: "l")
    @usableFromInline static let uint = UInt8(ascii: "u")
    @usableFromInline static let double = UInt8(ascii: "d")
    @usableFromInline static let `true` = UInt8(ascii: "t")
    @usableFromInline static let `false` = UInt8(ascii: "f")

    /// What is left of a word without its type byte: for a string, its place among the strings.
    @usableFromInline static let payload: UInt64 = 0xFF_FFFF_FFFF_FFFF
}

extension JSONDocument {
    /// The type byte of the value at `index`.
    @inlinable
    func type(at index: Int) -> UInt8 {
        unsafe UInt8(truncatingIfNeeded: tape[index] >> 56)
    }

    /// The word after a number's type word: its bits.
    @inlinable
    func number(at index: Int) -> UInt64 {
        unsafe tape[index + 1]
    }

    /// The index behind the value at `index`.
    @inlinable
    func next(after index: Int) -> Int {
        switch type(at: index) {
        case JSONTape.object, JSONTape.array: unsafe Int(tape[index] & 0xFFFF_FFFF)
        case JSONTape.int, JSONTape.uint, JSONTape.double: index + 2
        default: index + 1
        }
    }

    /// The index of the closing word of the object or array at `index`.
    @inlinable
    func end(of index: Int) -> Int {
        unsafe Int(tape[index] & 0xFFFF_FFFF) - 1
    }

    /// Members or elements as the tape counts them: 24 bits, saturated.
    @inlinable
    func saturatedCount(of index: Int) -> Int {
        unsafe Int((tape[index] >> 32) & 0xFF_FFFF)
    }

    /// The bytes of the string at `index`, valid as long as the document.
    @inlinable
    func utf8(at index: Int) -> UnsafeRawBufferPointer {
        let start = unsafe UnsafeRawPointer(strings) + Int(tape[index] & JSONTape.payload)
        let count = unsafe Int(start.loadUnaligned(as: UInt32.self))
        return unsafe UnsafeRawBufferPointer(start: start + 4, count: count)
    }
}

extension JSONDocument {
    /// The index of the first key called `name` at or behind the key at `start` in the object at `object`.
    ///
    /// Goes by index: a `JSONKey` for each member would count a reference each time.
    func member(named name: UnsafeRawBufferPointer, from start: Int, in object: Int) -> Int? {
        let end = end(of: object)
        var position = start
        while position < end {
            if unsafe utf8(at: position).equals(name) { return position }
            position = next(after: position + 1)
        }
        return nil
    }
}
