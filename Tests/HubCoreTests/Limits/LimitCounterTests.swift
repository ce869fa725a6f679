import TestSupport
import Testing

@testable import HubCore

struct LimitCounterTests {
    /// Brings the counter to a time and takes, if it fits.
    private func take(_ counter: inout LimitCounter, _ amount: Int = 1, at now: Int) -> Bool {
        counter.advance(to: now)
        guard counter.fit(amount, at: now) == .fits else { return false }
        counter.take(amount)
        return true
    }

    @Test func `a bucket gives what it holds at once, then what flows in`() {
        var counter = LimitCounter(.tokenBucket(capacity: 3, perSecond: 2), at: 0)
        #expect((0..<4).map { _ in take(&counter, at: 0) } == [true, true, true, false])
        #expect(counter.fit(1, at: 0) == .after(500))
        #expect(counter.fit(3, at: 0) == .after(1500))
        #expect(!take(&counter, at: 499))
        #expect(take(&counter, at: 500))
        counter.advance(to: 100_000)
        #expect(counter.state(at: 100_000) == LimitState(limit: 3, remaining: 3, resetMilliseconds: 0))
    }

    @Test func `a fixed window starts anew at multiples of its length`() {
        var counter = LimitCounter(.fixedWindow(limit: 2, milliseconds: 1000), at: 900)
        #expect((0..<3).map { _ in take(&counter, at: 900) } == [true, true, false])
        #expect(counter.fit(1, at: 900) == .after(100))
        #expect(counter.state(at: 900) == LimitState(limit: 2, remaining: 0, resetMilliseconds: 100))
        #expect(take(&counter, at: 1000))
    }

    @Test func `a sliding window frees what is older than it`() {
        var counter = LimitCounter(.slidingWindow(limit: 2, milliseconds: 60_000), at: 0)
        #expect(take(&counter, at: 0))
        #expect(take(&counter, at: 30_000))
        #expect(!take(&counter, at: 60_000))
        #expect(counter.fit(1, at: 60_000) == .after(1000))
        #expect(take(&counter, at: 61_000))
        #expect(counter.fit(1, at: 61_000) == .after(30_000))
    }

    @Test(arguments: [
        LimitAlgorithm.tokenBucket(capacity: 5, perSecond: 1), .fixedWindow(limit: 5, milliseconds: 1000),
        .slidingWindow(limit: 5, milliseconds: 1000), .concurrency(limit: 5),
    ])
    func `what is larger than the limit never fits`(_ algorithm: LimitAlgorithm) {
        let counter = LimitCounter(algorithm, at: 0)
        #expect(counter.fit(6, at: 0) == .never)
        #expect(counter.fit(5, at: 0) == .fits)
        #expect(counter.isIdle(at: 0))
    }

    @Test(arguments: [
        LimitAlgorithm.tokenBucket(capacity: 10, perSecond: 1), .fixedWindow(limit: 10, milliseconds: 60_000),
        .slidingWindow(limit: 10, milliseconds: 60_000), .concurrency(limit: 10),
    ])
    func `what was not used is given back, and what was used beyond is counted`(_ algorithm: LimitAlgorithm) {
        var counter = LimitCounter(algorithm, at: 0)
        #expect(take(&counter, 8, at: 0))
        counter.correct(by: -5, takenAt: 0)
        #expect(counter.state(at: 0).remaining == 7)
        counter.correct(by: 9, takenAt: 0)
        #expect(counter.state(at: 0).remaining == 0)
        #expect(!take(&counter, at: 0))
        counter.correct(by: -100, takenAt: 0)
        #expect(counter.state(at: 0).remaining == 10)
    }

    @Test func `a window gives nothing back that another one counted`() {
        var fixed = LimitCounter(.fixedWindow(limit: 10, milliseconds: 1000), at: 0)
        #expect(take(&fixed, 5, at: 0))
        #expect(take(&fixed, 5, at: 1500))
        fixed.correct(by: -5, takenAt: 0)
        #expect(fixed.state(at: 1500).remaining == 5)
        var sliding = LimitCounter(.slidingWindow(limit: 10, milliseconds: 60_000), at: 0)
        #expect(take(&sliding, 5, at: 0))
        #expect(take(&sliding, 5, at: 100_000))
        sliding.correct(by: -5, takenAt: 0)
        #expect(sliding.state(at: 100_000).remaining == 5)
    }

    @Test func `a clock that goes backwards frees nothing`() {
        for algorithm in [
            LimitAlgorithm.tokenBucket(capacity: 1, perSecond: 1), .fixedWindow(limit: 1, milliseconds: 1000),
            .slidingWindow(limit: 1, milliseconds: 1000),
        ] {
            var counter = LimitCounter(algorithm, at: 10_000)
            #expect(take(&counter, at: 10_000))
            #expect(!take(&counter, at: 0))
        }
    }

    /// Random demands: in no span of the window's length is more admitted than the limit.
    @Test(arguments: 0..<20)
    func `a sliding window never admits more than its limit in any span`(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let (limit, length) = (20, [1000, 997, 60_000, 61].randomElement(using: &random) ?? 1000)
        var counter = LimitCounter(.slidingWindow(limit: limit, milliseconds: length), at: 0)
        var admitted: [(at: Int, amount: Int)] = []
        var now = 0
        for _ in 0..<2000 {
            now += Int(random.next() % UInt64(length / 10 + 2))
            let amount = 1 + Int(random.next() % 5)
            if take(&counter, amount, at: now) { admitted.append((now, amount)) }
            let span = admitted.filter { $0.at > now - length }.reduce(0) { $0 + $1.amount }
            #expect(span <= limit)
        }
        #expect(admitted.count > 50)
    }

    /// Whoever waits as long as it was told is admitted.
    @Test(arguments: 0..<10)
    func `the wait that is told is enough`(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        for algorithm in [
            LimitAlgorithm.tokenBucket(capacity: 7, perSecond: 3), .fixedWindow(limit: 7, milliseconds: 1000),
            .slidingWindow(limit: 7, milliseconds: 1000),
        ] {
            var counter = LimitCounter(algorithm, at: 0)
            var now = 0
            for _ in 0..<300 {
                now += Int(random.next() % 100)
                counter.advance(to: now)
                let amount = 1 + Int(random.next() % 7)
                guard case .after(let wait) = counter.fit(amount, at: now) else {
                    counter.take(amount)
                    continue
                }
                var later = counter
                later.advance(to: now + wait)
                #expect(later.fit(amount, at: now + wait) == .fits)
                later = counter
                later.advance(to: now + wait - 1)
                #expect(later.fit(amount, at: now + wait - 1) != .fits)
            }
        }
    }
}
