import Testing
import Wire

@testable import Providers

struct SimulatedPaceTests {
    private static func pace(jitter: Double = 0, tokensPerSecond: Double = 50, seed: UInt64 = 1) -> SimulatedPace {
        var options = SimulatedOptions()
        options.timeToFirstToken = .milliseconds(100)
        options.tokensPerSecond = tokensPerSecond
        options.jitter = jitter
        return SimulatedPace(options, random: RandomSource(seed: seed))
    }

    private static func times(_ pace: SimulatedPace, count: Int = 100) -> [Duration] {
        var pace = pace
        return (0..<count).map { _ in pace.next() }
    }

    /// The first delay and the gaps after it.
    private static func delays(_ pace: SimulatedPace) -> [Duration] {
        let times = times(pace)
        return zip(times, [.zero] + times).map { $0 - $1 }
    }

    @Test func `without jitter tokens come evenly after the first`() {
        #expect(Self.times(Self.pace(), count: 4) == [100, 120, 140, 160].map { .milliseconds($0) })
        #expect(Self.pace().end(ofTokens: 3) == .milliseconds(160))
    }

    @Test func `at no rate all come with the first`() {
        let pace = Self.pace(tokensPerSecond: 0)
        #expect(Self.times(pace, count: 3) == Array(repeating: .milliseconds(100), count: 3))
        #expect(pace.end(ofTokens: 1000) == .milliseconds(100))
    }

    @Test func `each gap varies on its own, by no more than its share`() {
        let delays = Self.delays(Self.pace(jitter: 0.5))
        #expect((.milliseconds(50)...(.milliseconds(150))).contains(delays[0]))
        let gaps = delays.dropFirst()
        #expect(gaps.allSatisfy { (.milliseconds(10)...(.milliseconds(30))).contains($0) })
        #expect(Set(gaps).count > 90)
        #expect(gaps.contains { $0 < .milliseconds(14) } && gaps.contains { $0 > .milliseconds(26) })
    }

    @Test func `the same seed has the same delays and another has others`() {
        #expect(Self.delays(Self.pace(jitter: 0.5)) == Self.delays(Self.pace(jitter: 0.5)))
        #expect(Self.delays(Self.pace(jitter: 0.5)) != Self.delays(Self.pace(jitter: 0.5, seed: 2)))
    }

    @Test func `a whole answer takes as long as its stream`() {
        let pace = Self.pace(jitter: 0.5)
        #expect(pace.end(ofTokens: 99) == Self.times(pace).last)
    }
}
