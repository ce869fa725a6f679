import TestSupport
import Testing

@testable import HubCore

struct LatencyHistogramTests {
    private static let millisecond: UInt64 = 1_000_000

    @Test(arguments: [0.5, 0.9, 0.95, 0.99])
    func `a percentile is at most a quarter too high, and never too low`(_ share: Double) {
        var random = SeededRandom(seed: 7)
        var histogram = LatencyHistogram()
        var samples: [UInt64] = []
        for _ in 0..<2000 {
            let sample = UInt64.random(in: 1...20_000, using: &random) * Self.millisecond
            samples.append(sample)
            histogram.add(sample, at: 1)
        }
        samples.sort()
        let exact = samples[Int((share * 2000).rounded(.up)) - 1]
        let told = histogram.percentile(share, of: 20, at: 1) ?? 0
        #expect(told >= exact)
        #expect(Double(told) <= 1.25 * Double(exact) + 65_536)
    }

    @Test func `nothing is said before enough was measured`() {
        var histogram = LatencyHistogram()
        #expect(histogram.percentile(0.5, of: 1, at: 0) == nil)
        for _ in 0..<19 { histogram.add(Self.millisecond, at: 0) }
        #expect(histogram.percentile(0.5, of: 20, at: 0) == nil)
        histogram.add(Self.millisecond, at: 0)
        #expect(histogram.percentile(0.5, of: 20, at: 0) != nil)
    }

    @Test func `what was measured long ago counts for nothing`() {
        var histogram = LatencyHistogram()
        for _ in 0..<40 { histogram.add(Self.millisecond, at: 0) }
        #expect(histogram.percentile(0.5, of: 20, at: LatencyHistogram.halfLife) != nil)
        #expect(histogram.percentile(0.5, of: 20, at: 2 * LatencyHistogram.halfLife) == nil)
        #expect(histogram.percentile(0.5, of: 0, at: 100 * LatencyHistogram.halfLife) == nil)
    }

    @Test func `young samples outweigh old ones`() throws {
        var histogram = LatencyHistogram()
        for _ in 0..<100 { histogram.add(Self.millisecond, at: 0) }
        for _ in 0..<60 { histogram.add(1000 * Self.millisecond, at: LatencyHistogram.halfLife) }
        let median = try #require(histogram.percentile(0.5, of: 1, at: LatencyHistogram.halfLife))
        #expect(median >= 1000 * Self.millisecond)
    }

    @Test func `no time is too short or too long`() {
        var histogram = LatencyHistogram()
        for time in [0, 1, 65_535, 65_536, .max] as [UInt64] { histogram.add(time, at: 0) }
        #expect(histogram.weight == 5)
        #expect(histogram.percentile(1, of: 1, at: 0).map { $0 > 1_000_000_000_000 } == true)
    }
}
