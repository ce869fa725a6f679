import HubCore
import Testing
import Wire

struct PriceHistoryTests {
    private static func price(_ day: String?, _ rate: Int) -> Price {
        var price = Price(input: rate, output: rate)
        price.effectiveFrom = day.flatMap { CalendarDay($0) }
        return price
    }

    private static func input(_ history: PriceHistory, _ day: String) -> Int? {
        CalendarDay(day).flatMap { history.price(on: $0)?.standard.rates.input }
    }

    @Test(arguments: [("1999-01-01", 1), ("2026-08-31", 1), ("2026-09-01", 2), ("2026-12-31", 2), ("2027-01-01", 3)])
    func `the rate of the date holds`(day: String, rate: Int) {
        let history = PriceHistory([
            Self.price("2027-01-01", 3), Self.price(nil, 1), Self.price("2026-09-01", 2),
        ])
        #expect(Self.input(history, day) == rate)
    }

    @Test func `before the first known day there is no price`() {
        #expect(Self.input(PriceHistory([Self.price("2026-09-01", 2)]), "2026-08-31") == nil)
        #expect(Self.input(PriceHistory(), "2026-08-31") == nil)
    }

    @Test func `an operator's prices hold from their first day on and leave what was before`() {
        let known = PriceHistory([Self.price(nil, 1), Self.price("2026-09-01", 2)])
        let own = PriceHistory([Self.price("2026-06-01", 7)])
        #expect(Self.input(known.replaced(by: own), "2026-05-31") == 1)
        #expect(Self.input(known.replaced(by: own), "2026-12-01") == 7)
    }
}
