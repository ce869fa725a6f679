/// The Date field of HTTP: IMF-fixdate (RFC 9110 §5.6.7), `Sun, 06 Nov 1994 08:49:37 GMT`.
public enum HTTPDate {
    /// Appends 29 bytes. Moments before 1970 or after 9999 are moved to the nearest one inside.
    public static func append(secondsSince1970 seconds: Int, to out: inout [UInt8]) {
        let seconds = min(max(seconds, 0), 253_402_300_799)
        let time = CivilTime(secondsSince1970: seconds)
        out.append(weekday(seconds / 86_400))
        out.append(", ")
        out.appendDecimal(UInt64(time.day), minimumDigits: 2)
        out.append(month(time.month))
        out.appendDecimal(UInt64(time.year), minimumDigits: 4)
        out.append(UInt8(ascii: " "))
        time.appendTime(to: &out)
        out.append(" GMT")
    }

    /// 1970-01-01 was a Thursday.
    private static func weekday(_ days: Int) -> StaticString {
        switch days % 7 {
        case 0: "Thu"
        case 1: "Fri"
        case 2: "Sat"
        case 3: "Sun"
        case 4: "Mon"
        case 5: "Tue"
        default: "Wed"
        }
    }

    private static func month(_ month: Int) -> StaticString {
        switch month {
        case 1: " Jan "
        case 2: " Feb "
        case 3: " Mar "
        case 4: " Apr "
        case 5: " May "
        case 6: " Jun "
        case 7: " Jul "
        case 8: " Aug "
        case 9: " Sep "
        case 10: " Oct "
        case 11: " Nov "
        default: " Dec "
        }
    }
}
