/// The character classes of RFC 9110 §5.6 as bit tests; no table in memory, no lazy global.
public enum ByteClass {
    static let horizontalTab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let delete: UInt8 = 0x7F

    /// `tchar`: letters, digits and ``!#$%&'*+-.^_`|~``.
    @inline(__always)
    public static func isToken(_ byte: UInt8) -> Bool {
        // Nearly every byte of a name is a letter.
        (byte | 0x20) &- UInt8(ascii: "a") < 26 || isSet(byte, low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE)
    }

    /// Bytes of a registered name, without the comma, which a list parser would split at.
    @inline(__always)
    static func isHostName(_ byte: UInt8) -> Bool {
        isSet(byte, low: 0x2BFF_6FF2_0000_0000, high: 0x47FF_FFFE_87FF_FFFE)
    }

    /// Visible ASCII but `#`: a fragment is no part of a request target (RFC 9112 §3.2).
    @inline(__always)
    static func isTarget(_ byte: UInt8) -> Bool {
        byte > space && byte < delete && byte != UInt8(ascii: "#")
    }

    /// Control characters that no field value may hold (RFC 9110 §5.5).
    @inline(__always)
    static func isForbiddenControl(_ byte: UInt8) -> Bool {
        (byte < space && byte != horizontalTab) || byte == delete
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }

    /// SP or HTAB, the optional whitespace around field values.
    @inline(__always)
    static func isOptionalWhitespace(_ byte: UInt8) -> Bool {
        byte == space || byte == horizontalTab
    }

    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
    }

    @inline(__always)
    private static func isSet(_ byte: UInt8, low: UInt64, high: UInt64) -> Bool {
        guard byte < 0x80 else { return false }
        return ((byte < 64 ? low : high) >> UInt64(byte & 63)) & 1 == 1
    }
}
