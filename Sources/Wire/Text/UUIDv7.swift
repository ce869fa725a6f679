/// Time-ordered identifiers (RFC 9562 §5.7).
public enum UUIDv7 {
    /// `xxxxxxxx-xxxx-7xxx-yxxx-xxxxxxxxxxxx` from milliseconds since 1970 (48 bits) and 74 bits of the random words.
    public static func text(milliseconds: UInt64, random: (UInt64, UInt64)) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(36)
        append(milliseconds: milliseconds, random: random, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    public static func append(milliseconds: UInt64, random: (UInt64, UInt64), to out: inout [UInt8]) {
        out.append(room: 36) { append(milliseconds: milliseconds, random: random, to: &$0) }
    }

    /// Takes 36 bytes.
    public static func append(milliseconds: UInt64, random: (UInt64, UInt64), to out: inout TextCursor) {
        let time = milliseconds & 0xFFFF_FFFF_FFFF
        let tail = random.1 & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        out.hex(time >> 16, digits: 8)
        out.put("-")
        out.hex(time, digits: 4)
        out.put("-7")
        out.hex(random.0, digits: 3)
        out.put("-")
        out.hex(tail >> 48, digits: 4)
        out.put("-")
        out.hex(tail, digits: 12)
    }
}
