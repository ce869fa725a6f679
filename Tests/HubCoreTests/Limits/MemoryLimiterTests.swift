import TestSupport
import Testing

@testable import HubCore

struct MemoryLimiterTests {
    private func demand(
        _ counter: String, _ amount: Int = 1, limit: Int = 2, unit: LimitUnit = .requests
    ) -> LimitDemand {
        LimitDemand(
            counter: counter, scope: .key, unit: unit,
            algorithm: unit == .concurrent
                ? .concurrency(limit: limit) : .fixedWindow(limit: limit, milliseconds: 60_000),
            amount: amount, holder: "h")
    }

    private func isAdmitted(_ decision: LimitDecision) -> Bool {
        if case .admitted = decision { true } else { false }
    }

    @Test func `all demands are counted or none`() {
        let limiter = MemoryLimiter(clock: ManualClock())
        #expect(isAdmitted(limiter.admit([demand("a"), demand("b", limit: 1)])))
        #expect(!isAdmitted(limiter.admit([demand("a"), demand("b", limit: 1)])))
        // Of a, only the first was counted.
        #expect(isAdmitted(limiter.admit([demand("a")])))
        #expect(!isAdmitted(limiter.admit([demand("a")])))
    }

    @Test func `a refusal names what takes longest`() {
        let limiter = MemoryLimiter(clock: ManualClock())
        let short = LimitDemand(
            counter: "s", scope: .user, unit: .requests, algorithm: .tokenBucket(capacity: 1, perSecond: 1), amount: 1,
            holder: "h")
        #expect(isAdmitted(limiter.admit([short, demand("long", limit: 1)])))
        guard case .refused(let index, let wait, let states) = limiter.admit([short, demand("long", limit: 1)]) else {
            return #expect(Bool(false))
        }
        #expect(index == 1)
        #expect((wait ?? 0) > 1000)
        #expect(states.map(\.remaining) == [0, 0])
        guard case .refused(let never, nil, _) = limiter.admit([short, demand("tokens", 9, limit: 3)]) else {
            return #expect(Bool(false))
        }
        #expect(never == 1)
    }

    @Test func `what was held is free again`() {
        let limiter = MemoryLimiter(clock: ManualClock())
        let held = demand("c", limit: 1, unit: .concurrent)
        #expect(isAdmitted(limiter.admit([held])))
        #expect(!isAdmitted(limiter.admit([held])))
        limiter.correct([LimitCorrection(demand: held, change: -1, admittedAtMilliseconds: 0)])
        #expect(isAdmitted(limiter.admit([held])))
    }

    @Test func `counters of those who went quiet are dropped`() {
        let clock = ManualClock()
        let limiter = MemoryLimiter(clock: clock)
        for number in 0..<5000 {
            _ = limiter.admit([demand("n\(number)")])
            clock.advance(milliseconds: 60_000)
        }
        #expect(limiter.counterCount <= 4097)
    }
}
