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

    /// Seconds since 1970; nil for anything but an IMF-fixdate from then to 9999.
    public static func parse(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 29, let day = number(bytes[5..<7]), let year = number(bytes[12..<16]),
            let month = (1...12).first(where: { isMonth($0, bytes[7..<12]) }),
            1...CivilTime.daysInMonth(month, year: year) ~= day, let hour = number(bytes[17..<19]),
            let minute = number(bytes[20..<22]), let second = number(bytes[23..<25])
        else { return nil }
        let time = CivilTime.days(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second
        // Written again it shows whether weekday, punctuation and ranges were right.
        var canonical: [UInt8] = []
        append(secondsSince1970: time, to: &canonical)
        return canonical == bytes ? time : nil
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        digits.reduce(0) { number, digit in
            guard let number, ByteClass.isDigit(digit) else { return nil }
            return number * 10 + Int(digit - UInt8(ascii: "0"))
        }
    }

    private static func isMonth(_ number: Int, _ text: ArraySlice<UInt8>) -> Bool {
        var name: [UInt8] = []
        name.append(month(number))
        return text.elementsEqual(name)
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
