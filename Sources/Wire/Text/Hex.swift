/// Base 16 (RFC 4648 §8): writes lower case, reads both cases.
public enum Hex {
    /// The value of one hex digit of either case.
    @inlinable
    public static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    public static func encode(_ bytes: [UInt8]) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(bytes.count * 2)
        for byte in bytes { out.appendHex(UInt64(byte), minimumDigits: 2) }
        return String(decoding: out, as: UTF8.self)
    }

    /// Nil when the length is odd or a character is not a hex digit.
    public static func decode(_ text: String) -> [UInt8]? {
        var out: [UInt8] = []
        out.reserveCapacity(text.utf8.count / 2)
        var iterator = text.utf8.makeIterator()
        while let first = iterator.next() {
            guard let high = value(of: first), let second = iterator.next(), let low = value(of: second) else {
                return nil
            }
            out.append(high << 4 | low)
        }
        return out
    }
}
