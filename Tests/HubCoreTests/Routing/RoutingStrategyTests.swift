import Testing
import Wire

@testable import HubCore

struct RoutingStrategyTests {
    private static func candidate(
        _ name: String, cost: Int? = nil, latency: Double? = nil, success: Double = 1, weight: Int = 1,
        priority: Int = 0
    ) -> RouteCandidate {
        RouteCandidate(
            provider: name, model: "m", cost: cost, latency: latency, successRate: success, weight: weight,
            priority: priority)
    }

    private static func order(_ strategy: RoutingStrategy, _ candidates: [RouteCandidate], turn: UInt64 = 0) -> [String]
    {
        var random = RandomSource(seed: 5)
        return strategy.order(candidates, turn: turn, random: &random).map { candidates[$0].provider }
    }

    /// How often each goes first.
    private static func firsts(
        _ strategy: RoutingStrategy, _ candidates: [RouteCandidate], requests: Int
    ) -> [String: Int] {
        var random = RandomSource(seed: 5)
        var counts: [String: Int] = [:]
        for turn in 0..<requests {
            let order = strategy.order(candidates, turn: UInt64(turn), random: &random)
            #expect(order.sorted() == Array(candidates.indices))
            counts[candidates[order[0]].provider, default: 0] += 1
        }
        return counts
    }

    @Test func `model-based keeps the order of the configuration`() {
        #expect(Self.order(.modelBased, [Self.candidate("b"), Self.candidate("a")]) == ["b", "a"])
    }

    @Test func `cost takes the cheapest, and what has no price last`() {
        let candidates = [
            Self.candidate("unpriced"), Self.candidate("dear", cost: 9), Self.candidate("cheap", cost: 1),
            Self.candidate("free", cost: 0), Self.candidate("unpriced too"),
        ]
        #expect(Self.order(.cost, candidates) == ["free", "cheap", "dear", "unpriced", "unpriced too"])
    }

    @Test func `failover goes by priority, equals in the order of the configuration`() {
        let candidates = [
            Self.candidate("c", priority: 2), Self.candidate("a", priority: -1), Self.candidate("b", priority: 2),
        ]
        #expect(Self.order(.failover, candidates) == ["a", "c", "b"])
    }

    @Test func `latency takes the better of two at random: the slowest never first, all others sometimes`() {
        let candidates = [
            Self.candidate("slowest", latency: 900), Self.candidate("fast", latency: 100),
            Self.candidate("middle", latency: 500), Self.candidate("new"),
        ]
        let counts = Self.firsts(.latency, candidates, requests: 600)
        #expect(counts["slowest"] == nil)
        // Half of all pairs have it, and it wins each.
        #expect((250...350).contains(counts["new"] ?? 0))
        #expect((counts["fast"] ?? 0) > (counts["middle"] ?? 0))
        #expect(counts["middle"] != nil)
    }

    @Test func `hybrid weighs price, time and success`() {
        let candidates = [
            Self.candidate("cheap and slow", cost: 0, latency: 1000),
            Self.candidate("dear and fast", cost: 1000, latency: 0),
            Self.candidate("fair", cost: 300, latency: 300), Self.candidate("failing", cost: 0, latency: 0, success: 0),
        ]
        #expect(RoutingStrategy.hybridScores(candidates) == [0.4, 0.4, 0.24, 0.2])
        #expect(Self.order(.hybrid, candidates) == ["failing", "fair", "cheap and slow", "dear and fast"])
    }

    @Test func `hybrid takes what is not known for average`() {
        let candidates = [
            Self.candidate("a", cost: 0), Self.candidate("b", cost: 100), Self.candidate("unknown"),
        ]
        #expect(RoutingStrategy.hybridScores(candidates) == [0, 0.4, 0.2])
    }

    @Test func `round-robin gives each its share exactly, spread out`() {
        let candidates = [
            Self.candidate("a", weight: 5), Self.candidate("b", weight: 3), Self.candidate("c", weight: 2),
            Self.candidate("spare", weight: 0),
        ]
        #expect(Self.firsts(.roundRobin, candidates, requests: 100) == ["a": 50, "b": 30, "c": 20])
        let equals = [Self.candidate("a"), Self.candidate("b"), Self.candidate("c")]
        let turns = (0..<6).map { Self.order(.roundRobin, equals, turn: $0)[0] }
        #expect(Set(turns.prefix(3)).count == 3)
        #expect(turns.prefix(3) == turns.suffix(3))
    }

    @Test func `weighted gives each about its share`() {
        let candidates = [
            Self.candidate("a", weight: 3), Self.candidate("b", weight: 1), Self.candidate("c", weight: 0),
        ]
        let counts = Self.firsts(.weighted, candidates, requests: 4000)
        #expect((2800...3200).contains(counts["a"] ?? 0))
        #expect(counts["c"] == nil)
    }

    @Test func `weights of nothing are equal weights`() {
        let candidates = [Self.candidate("a", weight: 0), Self.candidate("b", weight: 0)]
        #expect(Self.firsts(.roundRobin, candidates, requests: 10) == ["a": 5, "b": 5])
    }

    private static func mixed(_ index: Int) -> RouteCandidate {
        let cost: Int? = index % 3 == 0 ? nil : index
        let latency: Double? = index % 5 == 0 ? nil : Double(index)
        return candidate(
            "\(index)", cost: cost, latency: latency, weight: index % 4 == 0 ? 0 : 1_000_000, priority: -index)
    }

    @Test(arguments: RoutingStrategy.allCases)
    func `every strategy keeps every candidate, up to a hundred`(strategy: RoutingStrategy) {
        var random = RandomSource(seed: 9)
        for count in [0, 1, 2, 100] {
            let candidates = (0..<count).map(Self.mixed)
            let order = strategy.order(candidates, turn: .max - 3, random: &random)
            #expect(order.sorted() == Array(0..<count))
        }
    }

    @Test func `names and aliases of strategies are known`() {
        #expect(RoutingStrategy(name: "cost-optimized") == .cost)
        #expect(RoutingStrategy(name: "LowLatency") == .latency)
        #expect(RoutingStrategy(name: "round-robin") == .roundRobin)
        #expect(RoutingStrategy(name: "best") == nil)
    }
}
