/// A day of the Gregorian calendar in UTC, as RFC 3339 writes it: `2026-09-01`.
public struct CalendarDay: Hashable, Comparable, Sendable {
    public let daysSince1970: Int

    public init(daysSince1970: Int) {
        self.daysSince1970 = daysSince1970
    }

    /// The day of a moment in nanoseconds since 1970.
    public init(wallNanoseconds: UInt64) {
        daysSince1970 = Int(wallNanoseconds / 86_400_000_000_000)
    }

    /// Nil for anything but a day that exists, written in full.
    public init?(_ text: String) {
        var reader = TimestampReader(text)
        guard let days = reader.date(), reader.isAtEnd else { return nil }
        daysSince1970 = days
    }

    public var text: String {
        let time = CivilTime(secondsSince1970: daysSince1970 * 86_400)
        var out: [UInt8] = []
        out.appendDecimal(UInt64(time.year), minimumDigits: 4)
        out.append(UInt8(ascii: "-"))
        out.appendDecimal(UInt64(time.month), minimumDigits: 2)
        out.append(UInt8(ascii: "-"))
        out.appendDecimal(UInt64(time.day), minimumDigits: 2)
        return String(decoding: out, as: UTF8.self)
    }

    public static func < (left: CalendarDay, right: CalendarDay) -> Bool {
        left.daysSince1970 < right.daysSince1970
    }
}
