import TestSupport
import Testing

@testable import HubCore

struct HedgeBudgetTests {
    /// Second calls made of so many requests that all want one.
    private static func spent(of requests: Int, share: Double) -> Int {
        var budget = HedgeBudget(share: share)
        return (0..<requests).count { _ in
            budget.countRequest()
            return budget.take()
        }
    }

    @Test(arguments: [(0.0, 0), (0.05, 50), (0.1, 100), (0.25, 250), (1, 1000)])
    func `of a thousand requests the share has a second call`(share: Double, expected: Int) {
        #expect(Self.spent(of: 1000, share: share) == expected)
    }

    @Test func `the first has none until it is earned`() {
        #expect(Self.spent(of: 19, share: 0.05) == 0)
        #expect(Self.spent(of: 20, share: 0.05) == 1)
    }

    @Test func `a quiet time saves up a few, not a flood`() {
        var budget = HedgeBudget(share: 0.05)
        for _ in 0..<100_000 { budget.countRequest() }
        #expect((0..<100).count { _ in budget.take() } == 10)
    }

    @Test func `whatever the order, no more than the share is spent`() {
        for seed in 0..<100 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            let share = Double.random(in: 0...1, using: &random)
            var budget = HedgeBudget(share: share)
            var (requests, taken) = (0, 0)
            for _ in 0..<1000 {
                if Bool.random(using: &random) {
                    budget.countRequest()
                    requests += 1
                } else if budget.take() {
                    taken += 1
                }
                #expect(Double(taken) <= share * Double(requests) + 0.001)
            }
        }
    }

    @Test(arguments: [(1, 50), (50, 50), (700, 700), (90_000, 30_000)] as [(UInt64, UInt64)])
    func `the delay is what was measured, within its bounds`(measured: UInt64, expected: UInt64) {
        #expect(HedgePolicy().delay(measured * 1_000_000) == expected * 1_000_000)
    }
}
