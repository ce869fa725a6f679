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
        let time = milliseconds & 0xFFFF_FFFF_FFFF
        let tail = random.1 & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        out.appendHex(time >> 16, minimumDigits: 8)
        out.append(UInt8(ascii: "-"))
        out.appendHex(time & 0xFFFF, minimumDigits: 4)
        out.append("-7")
        out.appendHex(random.0 & 0xFFF, minimumDigits: 3)
        out.append(UInt8(ascii: "-"))
        out.appendHex(tail >> 48, minimumDigits: 4)
        out.append(UInt8(ascii: "-"))
        out.appendHex(tail & 0xFFFF_FFFF_FFFF, minimumDigits: 12)
    }
}
