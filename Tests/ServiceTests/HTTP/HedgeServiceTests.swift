import Synchronization
import TestSupport
import Testing

@testable import Service

/// Two targets over sockets, of which the first is quick until it is not. A request's time with it is over at once.
struct HedgeServiceTests {
    /// Calls after which the first target says nothing more.
    private static let quickCalls = 20

    /// What the first target does about its calls from then on.
    private static func hub(
        share: Double = 1, first: @escaping FaultScript.Play,
        second: @escaping FaultScript.Play = FaultScript.healthy("b"),
        _ body: (HubService, ScriptedProvider, ScriptedProvider) async throws -> Void
    ) async throws {
        let count = Atomic(0)
        let scripts: [FaultScript.Play] = [
            { _, isStream in
                let call = count.wrappingAdd(1, ordering: .relaxed).oldValue
                return call < quickCalls ? FaultScript.healthy("a")(call, isStream) : first(call, isStream)
            }, second,
        ]
        let providers = try scripts.map { play in
            try ScriptedProvider { request in
                guard request.method == "POST" else { return .json(#"{"data":[]}"#) }
                return play(0, String(decoding: request.body, as: UTF8.self).contains(#""stream":true"#))
            }
        }
        let clock = FaultClock()
        let service = try HubService(
            try ConfigurationFixture.file(configuration(providers.map(\.baseURL), share)).load(), clock: clock,
            waiting: clock)
        var failure: (any Error)?
        do { try await body(service, providers[0], providers[1]) } catch { failure = error }
        await service.shutDown()
        service.stopReactors()
        for provider in providers { provider.stop() }
        if let failure { throw failure }
    }

    private static func configuration(_ urls: [String], _ share: Double) -> String {
        """
        port: 0
        metrics_port: 0
        auth_enabled: false
        log_level: error
        reactors: 1
        cache_enabled: false
        max_retries: 1
        database_url: "sqlite::memory:"
        providers:
          - {provider_id: first, config: {base_url: "\(urls[0])", models: [{id: m, pricing: {input: 1, output: 2}}]}}
          - {provider_id: second, config: {base_url: "\(urls[1])", models: [{id: m, pricing: {input: 1, output: 2}}]}}
        routes:
          - {pattern: m, targets: [{provider: first}, {provider: second}], hedge: {share: \(share), min_delay_ms: 1}}
        """
    }

    private static func send(_ service: HubService, isStream: Bool) throws -> ReceivedResponse {
        let client = try SocketClient(connectingTo: service.addresses.main)
        let body = #"{"model":"m","stream":\#(isStream),"messages":[{"role":"user","content":"hi"}]}"#
        return try client.post("/v1/chat/completions", Array(body.utf8), headers: [("x-hub-metadata", "true")])
    }

    private static let silent: FaultScript.Play = { _, isStream in
        FaultScript.ending(.silenceBeforeHead, isStream ? FaultScript.stream("a") : FaultScript.whole("a"))
    }

    private static func warm(_ service: HubService, isStream: Bool) throws {
        for _ in 0..<quickCalls {
            #expect(try send(service, isStream: isStream)["x-hub-provider"] == "first")
        }
    }

    @Test(arguments: [true, false])
    func `the second target answers where the first is slow, whose connection is closed`(isStream: Bool) async throws {
        try await Self.hub(first: Self.silent) { service, first, second in
            try Self.warm(service, isStream: isStream)
            #expect(second.requests.filter { $0.method == "POST" }.isEmpty)
            let answer = try Self.send(service, isStream: isStream)
            #expect(answer.status == 200)
            #expect(answer["x-hub-provider"] == "second")
            #expect(answer["x-hub-attempts"] == "2")
            #expect(answer["x-hub-route-reason"] == "route+hedge")
            #expect(answer.text.contains("b0 "))
            #expect(!answer.text.contains("a0 "))
            #expect(answer.text.contains(#""outcome":"aborted""#))
            #expect(answer.isWhole)
            for await event in first.events { if case .closedByClient = event { break } }
            let client = try SocketClient(connectingTo: service.addresses.main)
            try client.send("GET /metrics HTTP/1.1\r\nhost: hub\r\n\r\n")
            let metrics = try client.readResponse().text
            #expect(metrics.contains(#"llm_connector_hub_hedges_total{outcome="won"} 1"#))
        }
    }

    @Test func `a stream that begins before the second is not disturbed by it`() async throws {
        try await Self.hub(first: FaultScript.healthy("a"), second: Self.silent) { service, _, _ in
            try Self.warm(service, isStream: true)
            for _ in 0..<5 {
                let answer = try Self.send(service, isStream: true)
                #expect(answer["x-hub-provider"] == "first")
                #expect(answer.text.contains("a59 "))
                #expect(answer.text.contains("[DONE]"))
                #expect(answer.isWhole)
            }
        }
    }

    @Test func `if the second fails the first is waited for`() async throws {
        try await Self.hub(
            first: FaultScript.healthy("a"), second: { _, _ in FaultScript.error(500) }
        ) { service, _, _ in
            try Self.warm(service, isStream: false)
            for _ in 0..<5 {
                let answer = try Self.send(service, isStream: false)
                #expect(answer.status == 200)
                #expect(answer["x-hub-provider"] == "first")
            }
        }
    }

    @Test func `if both are silent the request's time ends both`() async throws {
        try await Self.hub(first: Self.silent, second: Self.silent) { service, first, second in
            try Self.warm(service, isStream: true)
            let client = try SocketClient(connectingTo: service.addresses.main)
            let body = #"{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}"#
            let answer = try client.post(
                "/v1/chat/completions", Array(body.utf8), headers: [("x-hub-timeout-ms", "300")])
            #expect(answer.status == 504)
            #expect(answer["x-hub-attempts"] == "2")
            for provider in [first, second] {
                for await event in provider.events { if case .closedByClient = event { break } }
            }
        }
    }

    @Test func `a client that leaves ends both`() async throws {
        try await Self.hub(first: Self.silent, second: Self.silent) { service, first, second in
            try Self.warm(service, isStream: true)
            let client = try SocketClient(connectingTo: service.addresses.main)
            let body = #"{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}"#
            try client.sendPost("/v1/chat/completions", Array(body.utf8))
            try await eventually("both are called") {
                second.requests.contains { $0.method == "POST" }
                    && first.requests.count { $0.method == "POST" } > Self.quickCalls
            }
            client.close()
            for provider in [first, second] {
                for await event in provider.events { if case .closedByClient = event { break } }
            }
        }
    }

    @Test func `no more than the share have a second call`() async throws {
        try await Self.hub(share: 0.1, first: Self.silent) { service, _, second in
            try Self.warm(service, isStream: false)
            // As many as were saved up while it was quick, and no more: the next one waits for the first alone.
            for _ in 0..<2 {
                #expect(try Self.send(service, isStream: false)["x-hub-provider"] == "second")
            }
            let client = try SocketClient(connectingTo: service.addresses.main)
            let body = #"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#
            let answer = try client.post(
                "/v1/chat/completions", Array(body.utf8), headers: [("x-hub-timeout-ms", "200")])
            #expect(answer.status == 504)
            #expect(second.requests.count { $0.method == "POST" } == 2)
        }
    }

    @Test func `a request that names its provider has none`() async throws {
        try await Self.hub(first: Self.silent) { service, _, second in
            try Self.warm(service, isStream: false)
            let client = try SocketClient(connectingTo: service.addresses.main)
            let body = #"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#
            let answer = try client.post(
                "/v1/chat/completions", Array(body.utf8),
                headers: [("x-hub-provider", "first"), ("x-hub-timeout-ms", "200")])
            #expect(answer.status == 504)
            #expect(answer["x-hub-attempts"] == "1")
            #expect(second.requests.filter { $0.method == "POST" }.isEmpty)
        }
    }
}
