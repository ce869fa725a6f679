import Dialects
import Testing

struct MoneyTests {
    @Test(arguments: [
        (0, "0"), (1, "0.000000001"), (2550, "0.00000255"), (1_000_000_000, "1"), (1_500_000_000, "1.5"),
        (10_000_000_001, "10.000000001"), (-2550, "-0.00000255"), (-3_000_000_000, "-3"),
        (Int.max, "9223372036.854775807"), (Int.min, "-9223372036.854775808"),
    ])
    func `nano-dollars are written exactly`(nano: Int, dollars: String) {
        #expect(Money.dollars(nano: nano) == dollars)
    }
}
