import TestSupport
import Testing
import Wire

/// What an open breaker does to requests, and what operators see of it.
struct BreakerServiceTests {
    @Test func `a breaker opens at the fifth failure, lets probes through after 60 s, and closes after three`()
        async throws
    {
        try await HealthHub.run { hub async throws in
            hub.first.failure = FaultScript.error(500)
            for _ in 0..<4 { #expect(try hub.target() == "second route+fallback:error") }
            #expect(try hub.health().overall == "healthy")
            #expect(try hub.target() == "second route+fallback:error")
            #expect(hub.first.answered == 5)
            let open = HealthHub.Seen(
                status: 200, overall: "degraded", providers: "healthy healthy", breakers: "open closed")
            #expect(try hub.health() == open)
            #expect(try hub.breaker("first") == "2 1")
            #expect(try hub.breaker("second") == "0 0")
            hub.clock.advance(milliseconds: 59_000)
            #expect(try hub.target() == "second route+fallback:circuit_open")
            #expect(hub.first.answered == 5)
            hub.clock.advance(milliseconds: 1000)
            // The probe fails.
            #expect(try hub.target() == "second route+fallback:error")
            #expect(try hub.breaker("first") == "2 2")
            hub.first.failure = nil
            hub.clock.advance(milliseconds: 60_000)
            for _ in 0..<2 { #expect(try hub.target() == "first route") }
            #expect(try hub.health().breakers == "half-open closed")
            #expect(try hub.health().overall == "degraded")
            #expect(try hub.breaker("first") == "1 2")
            #expect(try hub.target() == "first route")
            #expect(try hub.health() == HealthHub.Seen(status: 200, overall: "healthy", providers: "healthy healthy"))
            #expect(try hub.breaker("first") == "0 2")
        }
    }

    @Test func `a pinned provider whose breaker is open is refused with the seconds to wait`() async throws {
        try await HealthHub.run { hub async throws in
            hub.first.failure = FaultScript.error(500)
            for _ in 0..<5 { #expect(try hub.ask("first/m").status == 502) }
            hub.clock.advance(milliseconds: 18_000)
            let refused = try hub.ask("first/m")
            #expect(refused.status == 503)
            #expect(refused["retry-after"] == "42")
            #expect(refused["x-should-retry"] == "true")
            #expect(try Self.code(refused) == "circuit_open")
            #expect(hub.first.answered == 5)
            // Another provider's is its own.
            #expect(try hub.ask("second/m").status == 200)
        }
    }

    @Test func `a group whose breakers are all open is refused until the first of them may be tried`() async throws {
        try await HealthHub.run { hub async throws in
            (hub.first.failure, hub.second.failure) = (FaultScript.error(500), FaultScript.error(500))
            for _ in 0..<5 { #expect(try hub.ask("first/m").status == 502) }
            hub.clock.advance(milliseconds: 20_000)
            for _ in 0..<5 { #expect(try hub.ask("second/m").status == 502) }
            let refused = try hub.ask()
            #expect(refused.status == 503)
            #expect(refused["retry-after"] == "40")
            #expect(try Self.code(refused) == "no_provider_available")
            #expect(hub.first.answered + hub.second.answered == 10)
            #expect(
                try hub.health()
                    == HealthHub.Seen(
                        status: 200, overall: "degraded", providers: "healthy healthy", breakers: "open open"))
        }
    }

    @Test func `what a client did wrong opens no breaker`() async throws {
        try await HealthHub.run { hub async throws in
            hub.first.failure = FaultScript.error(400, code: "invalid_request_error")
            for _ in 0..<8 { #expect(try hub.ask("first/m").status == 400) }
            #expect(hub.first.answered == 8)
            #expect(try hub.health().breakers == "closed closed")
        }
    }

    private static func code(_ answer: ReceivedResponse) throws -> String? {
        try JSONDocument.parse(answer.body).root["error"]?["code"]?.string
    }
}
