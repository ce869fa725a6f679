/// Reads the parts of an RFC 3339 timestamp, left to right; every part is nil when it is malformed.
struct TimestampReader {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        rest = text[...].utf8
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// `YYYY-MM-DD` as days since 1970.
    mutating func date() -> Int? {
        guard let year = number(digits: 4), skip("-", or: "-"), let month = number(digits: 2), skip("-", or: "-"),
            let day = number(digits: 2), 1...12 ~= month, 1...CivilTime.daysInMonth(month, year: year) ~= day
        else { return nil }
        return CivilTime.days(year: year, month: month, day: day)
    }

    /// `hh:mm:ss` as seconds; a leap second counts as the second after it.
    mutating func timeOfDay() -> Int? {
        guard let hour = number(digits: 2), skip(":", or: ":"), let minute = number(digits: 2), skip(":", or: ":"),
            let second = number(digits: 2), hour < 24, minute < 60, second <= 60
        else { return nil }
        return hour * 3600 + minute * 60 + second
    }

    /// `.` and digits as nanoseconds, digits past the ninth cut off; zero without a `.`.
    mutating func fraction() -> Int? {
        guard skip(".", or: ".") else { return 0 }
        var nanoseconds = 0
        var scale = 100_000_000
        guard let first = rest.first, ByteClass.isDigit(first) else { return nil }
        while let byte = rest.first, ByteClass.isDigit(byte) {
            nanoseconds += Int(byte - UInt8(ascii: "0")) * scale
            scale /= 10
            rest.removeFirst()
        }
        return nanoseconds
    }

    /// `Z` or `±hh:mm` as seconds east of UTC.
    mutating func offset() -> Int? {
        if skip("Z", or: "z") { return 0 }
        let isWest = rest.first == UInt8(ascii: "-")
        guard skip("+", or: "-"), let hour = number(digits: 2), skip(":", or: ":"), let minute = number(digits: 2),
            hour < 24, minute < 60
        else { return nil }
        return (hour * 3600 + minute * 60) * (isWest ? -1 : 1)
    }

    /// Steps over one of two characters, if it is next.
    mutating func skip(_ first: Unicode.Scalar, or second: Unicode.Scalar) -> Bool {
        guard let byte = rest.first, byte == UInt8(ascii: first) || byte == UInt8(ascii: second) else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func number(digits: Int) -> Int? {
        var number = 0
        for _ in 0..<digits {
            guard let byte = rest.first, ByteClass.isDigit(byte) else { return nil }
            number = number * 10 + Int(byte - UInt8(ascii: "0"))
            rest.removeFirst()
        }
        return number
    }
}
