/// Timestamps as text (RFC 3339): written in UTC with milliseconds, read with any offset and fraction.
public enum RFC3339 {
    /// `2026-11-20T09:27:24.123Z`; the rest of the millisecond is cut off.
    public static func text(nanosecondsSince1970: Int) -> String {
        var out: [UInt8] = []
        out.reserveCapacity(24)
        append(nanosecondsSince1970: nanosecondsSince1970, to: &out)
        return String(decoding: out, as: UTF8.self)
    }

    public static func append(nanosecondsSince1970: Int, to out: inout [UInt8]) {
        let (seconds, nanoseconds) = nanosecondsSince1970.flooredQuotientAndRemainder(dividingBy: 1_000_000_000)
        let time = CivilTime(secondsSince1970: seconds)
        out.appendDecimal(UInt64(time.year), minimumDigits: 4)
        out.append(UInt8(ascii: "-"))
        out.appendDecimal(UInt64(time.month), minimumDigits: 2)
        out.append(UInt8(ascii: "-"))
        out.appendDecimal(UInt64(time.day), minimumDigits: 2)
        out.append(UInt8(ascii: "T"))
        time.appendTime(to: &out)
        out.append(UInt8(ascii: "."))
        out.appendDecimal(UInt64(nanoseconds / 1_000_000), minimumDigits: 3)
        out.append(UInt8(ascii: "Z"))
    }

    /// Nanoseconds since 1970; nil when malformed, without an offset, or outside the years 1678 to 2261.
    public static func parse(_ text: String) -> Int? {
        var reader = TimestampReader(text)
        guard let days = reader.date(), reader.skip("T", or: "t"), let second = reader.timeOfDay(),
            let nanoseconds = reader.fraction(), let offset = reader.offset(), reader.isAtEnd
        else { return nil }
        let (product, overflowed) = (days * 86_400 + second - offset).multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carried) = product.addingReportingOverflow(nanoseconds)
        return overflowed || carried ? nil : sum
    }
}
