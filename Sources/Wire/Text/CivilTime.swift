/// Date and time of day in the proleptic Gregorian calendar, UTC.
struct CivilTime: Equatable {
    var year: Int
    /// 1 through 12.
    var month: Int
    /// 1 through 31.
    var day: Int
    /// Of the day, 0 through 86 399.
    var second: Int

    /// Days from 1970-01-01 and back count in eras of 400 years from 1 March of year 0, so that the leap day is last.
    init(secondsSince1970: Int) {
        let (days, second) = secondsSince1970.flooredQuotientAndRemainder(dividingBy: 86_400)
        let (era, dayOfEra) = (days + 719_468).flooredQuotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        self.second = second
    }

    /// Days since 1970-01-01 of a date that exists.
    static func days(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = shiftedYear.flooredQuotientAndRemainder(dividingBy: 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    static func daysInMonth(_ month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// `hh:mm:ss`.
    func appendTime(to out: inout [UInt8]) {
        out.appendDecimal(UInt64(second / 3600), minimumDigits: 2)
        out.append(UInt8(ascii: ":"))
        out.appendDecimal(UInt64(second / 60 % 60), minimumDigits: 2)
        out.append(UInt8(ascii: ":"))
        out.appendDecimal(UInt64(second % 60), minimumDigits: 2)
    }
}

extension Int {
    /// Division that rounds down, so that moments before 1970 work.
    func flooredQuotientAndRemainder(dividingBy divisor: Int) -> (quotient: Int, remainder: Int) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
