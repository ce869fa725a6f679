/// Base 64 (RFC 4648 §4 and §5), strict: one text for every value, so that a signature cannot be spelled twice.
public enum Base64 {
    public enum Variant: Sendable {
        /// `+` and `/`, padding required.
        case standard
        /// `-` and `_`, no padding, as in a JWT (RFC 7515 §2).
        case urlSafe
    }

    public static func encode(_ bytes: [UInt8], _ variant: Variant = .standard) -> String {
        var out: [UInt8] = []
        out.reserveCapacity((bytes.count + 2) / 3 * 4)
        var offset = 0
        while offset < bytes.count {
            let taken = Swift.min(3, bytes.count - offset)
            appendGroup(bytes[offset..<offset + taken], variant, to: &out)
            offset += taken
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// Nil for a character outside the alphabet, wrong padding, a wrong length or stray bits at the end.
    public static func decode(_ text: String, _ variant: Variant = .standard) -> [UInt8]? {
        guard let digits = digits(of: text, variant), digits.count % 4 != 1 else { return nil }
        var out: [UInt8] = []
        out.reserveCapacity(digits.count / 4 * 3 + 2)
        var bits: UInt32 = 0
        var bitCount = 0
        for byte in digits {
            guard let value = value(of: byte, variant) else { return nil }
            bits = bits << 6 | UInt32(value)
            bitCount += 6
            guard bitCount >= 8 else { continue }
            bitCount -= 8
            out.append(UInt8(truncatingIfNeeded: bits >> UInt32(bitCount)))
            bits &= (1 << UInt32(bitCount)) - 1
        }
        return bits == 0 ? out : nil
    }

    /// The text without its padding; nil when the padding is not what the variant asks for.
    private static func digits(of text: String, _ variant: Variant) -> ArraySlice<UInt8>? {
        let bytes = [UInt8](text.utf8)
        guard variant == .standard else { return bytes[...] }
        guard bytes.count % 4 == 0 else { return nil }
        let padding = bytes.suffix(2).reversed().prefix { $0 == UInt8(ascii: "=") }.count
        return bytes.dropLast(padding)
    }

    /// One to three bytes as two to four characters.
    private static func appendGroup(_ group: ArraySlice<UInt8>, _ variant: Variant, to out: inout [UInt8]) {
        var bits: UInt32 = 0
        for byte in group { bits = bits << 8 | UInt32(byte) }
        bits <<= UInt32(3 - group.count) * 8
        for position in 0...group.count {
            out.append(character(UInt8(truncatingIfNeeded: bits >> UInt32(18 - 6 * position)) & 63, variant))
        }
        if variant == .standard {
            for _ in group.count..<3 { out.append(UInt8(ascii: "=")) }
        }
    }

    private static func character(_ value: UInt8, _ variant: Variant) -> UInt8 {
        switch value {
        case 0..<26: UInt8(ascii: "A") + value
        case 26..<52: UInt8(ascii: "a") + value - 26
        case 52..<62: UInt8(ascii: "0") + value - 52
        case 62: variant == .standard ? UInt8(ascii: "+") : UInt8(ascii: "-")
        default: variant == .standard ? UInt8(ascii: "/") : UInt8(ascii: "_")
        }
    }

    private static func value(of byte: UInt8, _ variant: Variant) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case character(62, variant): 62
        case character(63, variant): 63
        default: nil
        }
    }
}
