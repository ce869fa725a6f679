/// Timestamps without separators (ISO 8601, basic format) as AWS writes them: `20150830T123600Z`.
public enum BasicTimestamp {
    public static func text(secondsSince1970: Int) -> String {
        let time = CivilTime(secondsSince1970: secondsSince1970)
        var out: [UInt8] = []
        out.reserveCapacity(16)
        out.appendDecimal(UInt64(time.year), minimumDigits: 4)
        out.appendDecimal(UInt64(time.month), minimumDigits: 2)
        out.appendDecimal(UInt64(time.day), minimumDigits: 2)
        out.append(UInt8(ascii: "T"))
        out.appendDecimal(UInt64(time.second / 3600), minimumDigits: 2)
        out.appendDecimal(UInt64(time.second / 60 % 60), minimumDigits: 2)
        out.appendDecimal(UInt64(time.second % 60), minimumDigits: 2)
        out.append(UInt8(ascii: "Z"))
        return String(decoding: out, as: UTF8.self)
    }

    /// Seconds since 1970; nil for anything else or a moment that does not exist.
    public static func parse(_ text: String) -> Int? {
        let digits = Array(text.utf8)
        guard digits.count == 16, digits[8] == UInt8(ascii: "T") else { return nil }
        func part(_ range: Range<Int>) -> Substring { Substring(decoding: digits[range], as: UTF8.self) }
        let long = "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(9..<11)):\(part(11..<13)):\(part(13..<16))"
        return RFC3339.parse(long).map { $0 / 1_000_000_000 }
    }
}
