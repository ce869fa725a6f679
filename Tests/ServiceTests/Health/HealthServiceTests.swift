import TestSupport
import Testing
import Wire

@testable import Service

/// What the health of providers does to requests, and what operators see of it.
struct HealthServiceTests {
    @Test func `an unhealthy provider is left out until it has recovered, and health and metrics say so`() async throws
    {
        try await HealthHub.run { hub async throws in
            #expect(try hub.health() == HealthHub.Seen(status: 200, overall: "healthy", providers: "healthy healthy"))
            hub.first.isDown = true
            try await hub.rounds(2)
            #expect(try hub.health().overall == "healthy")
            #expect(try hub.target() == "first route")
            try await hub.rounds(1)
            #expect(
                try hub.health() == HealthHub.Seen(status: 200, overall: "degraded", providers: "unhealthy healthy"))
            #expect(try hub.target() == "second route+fallback:error")
            #expect(try hub.get("/metrics").text.contains(#"_provider_available{provider="first"} 0"#))
            hub.second.isDown = true
            try await hub.rounds(3)
            #expect(
                try hub.health() == HealthHub.Seen(status: 503, overall: "unhealthy", providers: "unhealthy unhealthy"))
            // Nothing better is left.
            #expect(try hub.target() == "first route")
            hub.first.isDown = false
            try await hub.rounds(1)
            #expect(try hub.health().status == 503)
            try await hub.rounds(1)
            #expect(
                try hub.health() == HealthHub.Seen(status: 200, overall: "degraded", providers: "healthy unhealthy"))
            #expect(try hub.target() == "first route")
            #expect(try hub.get("/metrics").text.contains(#"_provider_available{provider="first"} 1"#))
            // The calls of this test, and no other.
            #expect(hub.first.answered + hub.second.answered == 4)
        }
    }

    @Test func `a health check says when it was and how long it took`() async throws {
        try await HealthHub.run { hub async throws in
            let provider = try JSONDocument.parse(try hub.get("/health").body).root["providers"]?["first"]
            #expect(provider?["lastChecked"]?.string?.hasPrefix("20") == true)
            #expect(provider?["latencyMs"]?.double != nil)
        }
    }

    /// Answers are what costs; they are asked for by POST everywhere.
    @Test func `the health of every kind of provider is asked for by free calls`() async throws {
        let server = try ScriptedProvider { _ in ScriptedAnswer(body: Array(#"{"data":[]}"#.utf8), framing: .untilClose)
        }
        defer { server.stop() }
        let waiting = SteppedWaiting()
        let service = try HubService(
            try ConfigurationFixture.file(
                HealthHub.common + "providers:\n" + PairProvider.entries(root: server.rootURL)
            ).load(), healthWaiting: waiting)
        try await HealthHub.ending(service) {
            try await eventually("all were checked", within: .seconds(30)) {
                PairProvider.all.allSatisfy { service.state.health.state(of: $0.name).checkedAt != nil }
            }
        }
        #expect(server.requests.count >= PairProvider.all.count)
        #expect(server.requests.allSatisfy { $0.method == "GET" })
    }
}
