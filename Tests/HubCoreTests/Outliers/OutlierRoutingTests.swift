import Dialects
import Synchronization
import TestSupport
import Testing

@testable import HubCore

/// Targets that are worse than others, as requests meet them.
struct OutlierRoutingTests {
    /// What was told of targets.
    private final class Told: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }

        func note(_ change: OutlierChange) {
            let state = change.reason.map { "\($0.rawValue) \(change.seconds)" } ?? "returned"
            lines.withLock { $0.append("\(change.provider) \(state)") }
        }
    }

    private let told = Told()
    private let health: HealthRecord
    private static let facts = ModelFacts(id: "m", capabilities: ["chat"])

    init() {
        let told = told
        health = HealthRecord(onOutlier: { told.note($0) })
    }

    private func fixture(_ likeness: TargetLikeness = .sameModel, slowModel: String? = nil) -> HubFixture {
        let slow = ModelFacts(id: slowModel ?? "m", capabilities: ["chat"])
        return HubFixture(
            [FakeProvider("slow", models: [slow]), FakeProvider("quick", models: [Self.facts])], health: health
        ) { options in
            options.cache.isEnabled = false
            var route = ModelRoute(
                pattern: "m",
                targets: [RouteTarget(provider: "slow", model: slowModel), RouteTarget(provider: "quick")])
            route.likeness = likeness
            options.planner.routes = [route]
        }
    }

    /// Where a request goes at this second, after calls of this many milliseconds to both targets.
    private func provider(
        second: UInt64, _ likeness: TargetLikeness = .sameModel, slowModel: String? = nil, slow: UInt64 = 4000
    ) async throws -> String? {
        let fixture = fixture(likeness, slowModel: slowModel)
        fixture.clock.advance(milliseconds: second * 1000)
        let now = fixture.clock.monotonicNanoseconds
        for _ in 0..<40 {
            health.target(provider: "slow", model: slowModel ?? "m")
                .measured(slow * 1_000_000, isStream: false, at: now)
            health.target(provider: "quick", model: "m").measured(400_000_000, isStream: false, at: now)
        }
        _ = try await fixture.answer()
        return fixture.context.attempts.last?.provider
    }

    @Test func `a target that is slow for long enough goes last, and comes back by itself`() async throws {
        for second in [100, 110] as [UInt64] { #expect(try await provider(second: second) == "slow") }
        #expect(try await provider(second: 120) == "quick")
        #expect(told.all == ["slow latency 30"])
        #expect(health.ejections(at: 121_000_000_000)["slow"]?.models == ["m"])
        #expect(try await provider(second: 149, slow: 400) == "quick")
        #expect(try await provider(second: 160, slow: 400) == "slow")
        #expect(told.all.last == "slow returned")
        #expect(health.ejections(at: 161_000_000_000)["slow"]?.models == [])
        #expect(health.ejections(at: 161_000_000_000)["slow"]?.total == 1)
    }

    @Test func `looks come once per interval, not with each request`() async throws {
        for _ in 0..<10 { #expect(try await provider(second: 100) == "slow") }
        #expect(told.all.isEmpty)
    }

    @Test func `models of other names are compared only where the route says so`() async throws {
        for second in [100, 110, 120, 130] as [UInt64] {
            #expect(try await provider(second: second, slowModel: "large") == "slow")
        }
        for second in [140, 150] as [UInt64] { _ = try await provider(second: second, .all, slowModel: "large") }
        #expect(try await provider(second: 160, .all, slowModel: "large") == "quick")
    }

    @Test func `a route can do without`() async throws {
        for second in [100, 110, 120, 130] as [UInt64] {
            #expect(try await provider(second: second, .none) == "slow")
        }
    }

    @Test func `a target that rests is called when nothing else is left`() async throws {
        for second in [100, 110, 120] as [UInt64] { _ = try await provider(second: second) }
        let alone = HubFixture([FakeProvider("slow", models: [Self.facts])], health: health)
        alone.clock.advance(milliseconds: 121_000)
        _ = try await alone.answer()
        #expect(alone.context.attempts.map(\.provider) == ["slow"])
    }

    @Test func `streams that end too early count, those that fail before they begin do not`() async throws {
        let target = health.target(provider: "slow", model: "m")
        for code in [ErrorCode.streamInterrupted, .providerError] {
            let fixture = HubFixture(
                [FakeProvider("slow", models: [Self.facts], .stream([#"{"content":"a"}"#], then: code))], health: health
            )
            _ = await fixture.streamFailure()
        }
        let early = HubFixture([FakeProvider("slow", models: [Self.facts], .fail(.providerError))], health: health)
        _ = await early.streamFailure()
        #expect(target.outlierFigures(of: 2, at: 1, marking: false).cutShare == 1)
        #expect(target.outlierFigures(of: 3, at: 1, marking: false).cutShare == nil)
    }
}
