import Dialects
import Glibc
import TestSupport
import Testing
import Wire

@testable import HubCore

struct LatencyEstimateTests {
    struct Sample: Sendable {
        var seconds: Double
        var milliseconds: Double
    }

    /// What is estimated in milliseconds after samples, some of which may be reported late.
    private static func estimate(_ samples: [Sample], at seconds: Double) -> Double? {
        var estimate = LatencyEstimate()
        for sample in samples {
            estimate.add(UInt64(sample.milliseconds * 1e6), at: UInt64(1e9 + sample.seconds * 1e9))
        }
        return estimate.nanoseconds(at: UInt64(1e9 + seconds * 1e9)).map { $0 / 1e6 }
    }

    /// The same by the definition: the peak counts at once, and falls by e^(-t / 10 s).
    private static func reference(_ samples: [Sample], at seconds: Double) -> Double? {
        guard let first = samples.first else { return nil }
        var (value, latest) = (first.milliseconds, first.seconds)
        for sample in samples.dropFirst() {
            let rest = exp(-max(0, sample.seconds - latest) / 10)
            latest = max(latest, sample.seconds)
            value = sample.milliseconds > value ? sample.milliseconds : value * rest + sample.milliseconds * (1 - rest)
        }
        return value * exp(-max(0, seconds - latest) / 10)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Seconds and milliseconds.
        var samples: [(Double, Double)]
        var seconds: Double
        var expected: Double

        init(_ what: String, _ samples: [(Double, Double)], _ seconds: Double, _ expected: Double) {
            (testDescription, self.samples, self.seconds, self.expected) = (what, samples, seconds, expected)
        }
    }

    private static let tenQuick: [(Double, Double)] = (1...10).map { (Double($0), 100) }
    private static let rows = [
        Row("the first sample is it", [(0, 100)], 0, 100),
        Row("a slower one counts at once", [(0, 100), (1, 900)], 1, 900),
        Row("a quicker one soon after hardly", [(0, 900), (1, 100)], 1, 823.9),
        Row("a quicker one later more", [(0, 900), (5, 100)], 5, 585.2),
        Row("a quicker one much later is it", [(0, 900), (30, 100)], 30, 139.8),
        Row("quick ones add up", [(0, 900)] + tenQuick, 10, 394.3),
        Row("one that is told late has no time to weigh", [(10, 900), (5, 100)], 10, 900),
        Row("what is not called is forgiven", [(0, 900)], 10, 331.1),
        Row("and forgotten", [(0, 900)], 60, 2.2),
    ]

    @Test(arguments: rows)
    func `a slow call counts at once, quick ones and quiet only with time`(_ row: Row) throws {
        let samples = row.samples.map { Sample(seconds: $0.0, milliseconds: $0.1) }
        let estimate = try #require(Self.estimate(samples, at: row.seconds))
        // The exponential is near enough, not exact.
        #expect(abs(estimate - row.expected) < 30)
    }

    @Test func `nothing measured is nothing known`() {
        #expect(LatencyEstimate().nanoseconds(at: 1_000_000_000) == nil)
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func `any samples come near the definition`(_ seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var samples: [Sample] = []
        var now = 0.0
        for _ in 0..<40 {
            now += Double.random(in: 0...4, using: &random)
            let late = Double.random(in: 0...0.1, using: &random)
            samples.append(
                Sample(seconds: max(0, now - late), milliseconds: Double.random(in: 1...1000, using: &random)))
            let estimate = try #require(Self.estimate(samples, at: now))
            let reference = try #require(Self.reference(samples, at: now))
            #expect(abs(estimate - reference) < 40)
        }
    }

    @Test func `each call under way makes the next one wait as much longer`() throws {
        let target = HealthRecord().target(provider: "a", model: "m")
        let now: UInt64 = 1_000_000_000
        target.measured(100, isStream: false, at: now)
        target.measured(7, isStream: true, at: now)
        func latency(isStream: Bool = false) -> Double? { target.figures(isStream: isStream, at: now).latency }
        #expect(latency() == 100)
        #expect(latency(isStream: true) == 7)
        let (first, second) = (try target.admit(at: now), try target.admit(at: now))
        #expect(latency() == 300)
        #expect(latency(isStream: true) == 21)
        target.ended(first, .success, at: now)
        #expect(latency() == 200)
        target.ended(second, .failure(restsUntil: nil), at: now)
        #expect(latency() == 100)
    }
}
