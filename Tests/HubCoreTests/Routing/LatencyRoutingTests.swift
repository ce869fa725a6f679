import Dialects
import Testing
import Wire

@testable import HubCore

/// Targets chosen by what calls to them have taken.
struct LatencyRoutingTests {
    private let health = HealthRecord()
    private let names: [String]
    private let registry: ProviderRegistry
    private var planner = RoutePlanner()
    private var random = RandomSource(seed: 3)
    private var now: UInt64 = 1_000_000_000

    init() {
        names = (0..<5).map { "p\($0)" }
        registry = ProviderRegistry(
            providers: names.map { FakeProvider($0) }, metrics: HubMetrics(), health: health)
    }

    private struct Time: TimeSource {
        var monotonicNanoseconds: UInt64
        var wallNanoseconds: UInt64 { 1_767_225_600_000_000_000 }
    }

    private mutating func route(of count: Int) {
        var route = ModelRoute(pattern: "m", targets: names.prefix(count).map { RouteTarget(provider: $0) })
        route.strategy = .latency
        route.likeness = .none
        planner.routes = [route]
    }

    private func target(_ index: Int) -> TargetHealth { registry.entries[index].entry(for: "m").health }

    private func took(_ index: Int, milliseconds: UInt64) {
        target(index).measured(milliseconds * 1_000_000, isStream: false, at: now)
    }

    /// Which target a request goes to.
    private mutating func first() throws -> String {
        let body = #"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#
        let request = try CallInput.bytes(Array(body.utf8), form: .openAI).parse()
        let context = RequestContext(
            directives: RequestDirectives(), clock: Time(monotonicNanoseconds: now), shard: 0, random: random,
            start: now)
        return try planner.candidates(RouteQuestion(context, request), registry, random: &random).first.entry.id
    }

    @Test mutating func `of two targets the quicker is taken, until so much is under way there that it is not`() throws
    {
        route(of: 2)
        took(0, milliseconds: 300)
        took(1, milliseconds: 100)
        for _ in 0..<20 { #expect(try first() == "p1") }
        let permits = try (0..<3).map { _ in try target(1).admit(at: now) }
        for _ in 0..<20 { #expect(try first() == "p0") }
        for permit in permits { target(1).ended(permit, .success, at: now) }
        for _ in 0..<20 { #expect(try first() == "p1") }
    }

    /// The one of rank k among n is the better of n - 1 - k of the n (n - 1) / 2 pairs.
    @Test mutating func `of several targets the better of two at random is taken`() throws {
        route(of: 5)
        for index in 0..<5 { took(index, milliseconds: UInt64(100 * (index + 1))) }
        var counts: [String: Int] = [:]
        for _ in 0..<10_000 { counts[try first(), default: 0] += 1 }
        for (index, share) in [0.4, 0.3, 0.2, 0.1, 0].enumerated() {
            let count = Double(counts["p\(index)"] ?? 0)
            #expect(abs(count - share * 10_000) <= share * 600)
        }
    }

    @Test mutating func `a target that was slow once is tried again after a while`() throws {
        route(of: 2)
        took(0, milliseconds: 20_000)
        var wasTried = false
        for _ in 0..<300 where !wasTried {
            now += 1_000_000_000
            took(1, milliseconds: 100)
            wasTried = try first() == "p0"
        }
        #expect(wasTried)
    }

    @Test mutating func `a target that was slower than its route allows is allowed again after a while`() throws {
        route(of: 2)
        planner.routes[0].strategy = .modelBased
        planner.routes[0].limits.latency = .milliseconds(1000)
        took(0, milliseconds: 5000)
        #expect(try first() == "p1")
        now += 60_000_000_000
        #expect(try first() == "p0")
    }
}
