/// Splits a refused text into rough tokens to say what is wrong with it. Never decides whether a text is valid.
@safe
struct JSONTokenScanner {
    enum Token: Equatable {
        case open, close, other
        case string(isTerminated: Bool)
        case number(isWellFormed: Bool)
    }

    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        unsafe self.bytes = bytes
    }

    private var current: UInt8? { unsafe position < bytes.count ? bytes[position] : nil }

    mutating func next() -> Token? {
        guard let byte = current else { return nil }
        switch byte {
        case UInt8(ascii: "\""): return string()
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return number()
        default: position += 1
        }
        switch byte {
        case UInt8(ascii: "{"), UInt8(ascii: "["): return .open
        case UInt8(ascii: "}"), UInt8(ascii: "]"): return .close
        default: return .other
        }
    }

    private mutating func string() -> Token {
        position += 1
        while let byte = current {
            position += byte == UInt8(ascii: "\\") ? 2 : 1
            if byte == UInt8(ascii: "\"") { return .string(isTerminated: true) }
        }
        return .string(isTerminated: false)
    }

    /// RFC 8259, section 6, followed by something that can end a number.
    private mutating func number() -> Token {
        var isWellFormed = true
        skip(UInt8(ascii: "-"))
        if !skip(UInt8(ascii: "0")) { isWellFormed = skipDigits() }
        if skip(UInt8(ascii: ".")) { isWellFormed = skipDigits() && isWellFormed }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            if !skip(UInt8(ascii: "-")) { skip(UInt8(ascii: "+")) }
            isWellFormed = skipDigits() && isWellFormed
        }
        while let byte = current, !Self.endsNumber(byte) {
            isWellFormed = false
            position += 1
        }
        return .number(isWellFormed: isWellFormed)
    }

    @discardableResult
    private mutating func skip(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipDigits() -> Bool {
        let start = position
        while let byte = current, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        return position > start
    }

    private static func endsNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x09, 0x0A, 0x0D: true
        case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "]"), UInt8(ascii: "}"): true
        case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "\""): true
        default: false
        }
    }
}
