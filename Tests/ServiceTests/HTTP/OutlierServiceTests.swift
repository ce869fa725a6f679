import TestSupport
import Testing

@testable import Service

/// Two targets, of which the first cuts its streams.
struct OutlierServiceTests {
    @Test func `a target that cuts its streams is left alone, and /health and /metrics say so`() async throws {
        let (first, second) = (
            try ScriptedProvider { request in
                guard request.method == "POST" else { return .json(#"{"data":[]}"#) }
                return FaultScript.broken("a", afterWords: 5, isStream: true) { .close(at: $0) }
            },
            try ScriptedProvider { request in
                guard request.method == "POST" else { return .json(#"{"data":[]}"#) }
                return FaultScript.healthy("b")(0, true)
            }
        )
        defer {
            first.stop()
            second.stop()
        }
        let clock = FaultClock()
        let service = try HubService(
            try ConfigurationFixture.file(Self.configuration(first.baseURL, second.baseURL)).load(), clock: clock,
            waiting: clock)
        var failure: (any Error)?
        do { try check(service, clock) } catch { failure = error }
        await service.shutDown()
        service.stopReactors()
        if let failure { throw failure }
    }

    private static func configuration(_ first: String, _ second: String) -> String {
        """
        port: 0
        metrics_port: 0
        auth_enabled: false
        log_level: error
        reactors: 1
        cache_enabled: false
        breaker_failures: 1000
        outlier_min_requests: 3
        outlier_strikes: 2
        database_url: "sqlite::memory:"
        providers:
          - {provider_id: first, config: {base_url: "\(first)", models: [{id: m}]}}
          - {provider_id: second, config: {base_url: "\(second)", models: [{id: m}]}}
        routes:
          - {pattern: m, strategy: round-robin, targets: [{provider: first}, {provider: second}]}
        """
    }

    private func check(_ service: HubService, _ clock: FaultClock) throws {
        let client = try SocketClient(connectingTo: service.addresses.main)
        var providers: [String?] = []
        for _ in 0..<4 {
            providers = []
            for _ in 0..<6 { providers.append(try Self.provider(of: service)) }
            clock.advance(seconds: 10)
        }
        #expect(providers == Array(repeating: "second", count: 6))
        try client.send("GET /health HTTP/1.1\r\nhost: hub\r\n\r\n")
        let health = try client.readResponse().text
        #expect(health.contains(#""outliers":["m"]"#))
        #expect(health.contains(#""status":"degraded""#))
        try client.send("GET /metrics HTTP/1.1\r\nhost: hub\r\n\r\n")
        let metrics = try client.readResponse().text
        #expect(metrics.contains(#"llm_connector_hub_outliers_ejected{provider="first"} 1"#))
        #expect(metrics.contains(#"llm_connector_hub_outlier_ejections_total{provider="first"} 1"#))
    }

    private static func provider(of service: HubService) throws -> String? {
        let client = try SocketClient(connectingTo: service.addresses.main)
        let body = #"{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}"#
        return try client.post("/v1/chat/completions", Array(body.utf8))["x-hub-provider"]
    }
}
