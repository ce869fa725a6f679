/// Escapes of a JSON string (RFC 8259, section 7): quote, backslash and control characters, nothing else.
enum JSONEscaping {
    /// What follows the backslash in the short form of an escape, nil for a byte that has none.
    static func letter(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): byte
        case 0x08: UInt8(ascii: "b")
        case 0x09: UInt8(ascii: "t")
        case 0x0A: UInt8(ascii: "n")
        case 0x0C: UInt8(ascii: "f")
        case 0x0D: UInt8(ascii: "r")
        default: nil
        }
    }

    static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }

    /// How many bytes a byte of text takes in JSON.
    static func length(of byte: UInt8) -> Int {
        if letter(of: byte) != nil { return 2 }
        return byte < 0x20 ? 6 : 1
    }
}
