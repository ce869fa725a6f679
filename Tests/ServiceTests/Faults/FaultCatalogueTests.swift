import TestSupport
import Testing
import Wire

/// The fault catalogue, over sockets: what clients see, and how often providers are called.
struct FaultCatalogueTests {
    @Test(arguments: FaultCatalogue.cases, [false, true])
    func `clients get what the catalogue says`(fault: FaultCase, isStream: Bool) async throws {
        try await FaultHub.run(first: fault.first, second: fault.second) { hub in
            let expected = isStream ? fault.stream : fault.whole
            var seen = try hub.outcome(fault.model, isStream: isStream)
            // Waits have a random part.
            #expect(seen.waited >= expected.waited)
            seen.waited = expected.waited
            #expect(seen == expected)
        }
    }

    @Test func `S15 a provider that flaps for 60 s costs its clients nothing and is asked little`() async throws {
        let phase = FaultPhase()
        try await FaultHub.run(
            first: { call, isStream in
                phase.isDown ? FaultScript.error(500) : FaultScript.healthy("a")(call, isStream)
            }
        ) { hub in
            for round in 0..<3 {
                phase.isDown = true
                let statuses = try (0..<20).map { _ in try hub.send(isStream: false).status }
                #expect(statuses.allSatisfy { $0 == 200 })
                // Five failures open the breaker; each later round finds it closed again.
                #expect(hub.upstreamCalls[0] == 5 * (round + 1) + 3 * round)
                phase.isDown = false
                hub.clock.advance(seconds: 60)
                let texts = try (0..<3).map { _ in try hub.outcome("m", isStream: true).text }
                #expect(texts.allSatisfy { $0 == FaultScript.text("a") })
                let metrics = try hub.metrics()
                #expect(metrics.contains(#"circuit_breaker_state{provider="first"} 0"#))
                #expect(metrics.contains(#"circuit_breaker_trips_total{provider="first"} \#(round + 1)"#))
            }
        }
    }

    @Test func `S16 what both legs of a failover used is accounted for, each at its price`() async throws {
        try await FaultHub.run(
            first: { _, _ in
                let usage =
                    #"data: {"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":0,"total_tokens":10}}"#
                return .events(FaultScript.events("a", words: 0, isComplete: false) + usage + "\n\n")
            }
        ) { hub in
            let response = try hub.send(isStream: true)
            let metadata = response.text.split(separator: "\n\n").lazy
                .compactMap { try? JSONDocument.parse(String($0.dropFirst(6))).root["hub"] }.last
            let attempts = try #require(metadata?["attempts"]?.elements.map { $0 })
            #expect(attempts.map { $0["provider"]?.string } == ["first", "second"])
            #expect(attempts.map { $0["outcome"]?.string } == ["error", "success"])
            #expect(attempts.map { $0["fault"]?.string } == ["transient", nil])
            // 10 at 1 dollar per million, then 10 at 10 and 60 at 20.
            #expect(metadata?["cost_usd"]?.double == 0.00131)
            #expect(metadata?["tokens"]?["input"]?.int == 10)
            let metrics = try hub.metrics()
            #expect(metrics.contains(#"tokens_used_total{provider="first",model="one",type="input"} 10"#))
            #expect(metrics.contains(#"tokens_used_total{provider="second",model="two",type="input"} 10"#))
            #expect(metrics.contains(#"tokens_used_total{provider="second",model="two",type="output"} 60"#))
            #expect(hub.upstreamCalls == [1, 1])
        }
    }
}
