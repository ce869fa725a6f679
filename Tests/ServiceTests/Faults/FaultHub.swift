import Synchronization
import TestSupport

@testable import Service
@testable import Store

/// A hub whose two providers are scripted, and requests to it one after the other.
final class FaultHub: Sendable {
    let clock = FaultClock()
    private let providers: [ScriptedProvider]
    private let calls: CallCounts
    private let service: HubService

    private final class CallCounts: Sendable {
        private let counts = Mutex([0, 0])

        /// Counts a call; returns how many there were before it.
        func next(_ index: Int) -> Int {
            counts.withLock { counts in
                defer { counts[index] += 1 }
                return counts[index]
            }
        }

        var all: [Int] { counts.withLock { $0 } }
    }

    init(first: @escaping FaultScript.Play, second: @escaping FaultScript.Play, rescuesStreams: Bool) throws {
        let calls = CallCounts()
        self.calls = calls
        providers = try [first, second].enumerated().map { index, play in
            try ScriptedProvider { request in
                // The health monitor's question. Its connection is not kept: on one that was used before, libcurl repeats a
                // request that was reset, as RFC 9112 lets it, and that would be a call more.
                guard request.method == "POST" else {
                    return ScriptedAnswer(body: Array(#"{"data":[]}"#.utf8), framing: .untilClose)
                }
                let isStream = String(decoding: request.body, as: UTF8.self).contains(#""stream":true"#)
                return play(calls.next(index), isStream)
            }
        }
        service = try HubService(
            try ConfigurationFixture.file(Self.configuration(providers.map(\.baseURL), rescuesStreams)).load(),
            clock: clock,
            waiting: clock)
    }

    /// The second provider's model takes longer prompts. Prices in USD per million tokens.
    private static func configuration(_ urls: [String], _ rescuesStreams: Bool) -> String {
        """
        port: 0
        metrics_port: 0
        auth_enabled: false
        log_level: error
        log_access: false
        cache_enabled: false
        database_url: "sqlite::memory:"
        reactors: 1
        provider_timeout_ms: 250
        stream_idle_timeout_ms: 250
        provider_total_timeout_ms: 1500
        rescue_streams: \(rescuesStreams)
        providers:
          - provider_id: first
            config:
              base_url: "\(urls[0])"
              models: [{id: one, context_window: 1000, pricing: {input: 1, output: 2}}]
          - provider_id: second
            config:
              base_url: "\(urls[1])"
              continues_text: plain
              models: [{id: two, context_window: 100000, pricing: {input: 10, output: 20}}]
        routes:
          - pattern: m
            targets: [{provider: first, model: one}]
            fallbacks: [{provider: second, model: two}]
          - pattern: alone
            targets: [{provider: first, model: one}]
        """
    }

    static func run(
        first: @escaping FaultScript.Play, second: @escaping FaultScript.Play = FaultScript.healthy("b"),
        rescuesStreams: Bool = false, _ body: (FaultHub) async throws -> Void
    ) async throws {
        let hub = try FaultHub(first: first, second: second, rescuesStreams: rescuesStreams)
        var failure: (any Error)?
        do { try await body(hub) } catch { failure = error }
        await hub.service.shutDown()
        hub.service.stopReactors()
        for provider in hub.providers { provider.stop() }
        if let failure { throw failure }
    }

    func send(_ model: String = "m", isStream: Bool, path: String = "/v1/chat/completions") throws -> ReceivedResponse {
        let client = try SocketClient(connectingTo: service.addresses.main)
        let body = #"{"model":"\#(model)","stream":\#(isStream),"messages":[{"role":"user","content":"hi"}]}"#
        return try client.post(path, Array(body.utf8), headers: [("x-hub-metadata", "true")])
    }

    func metrics() throws -> String {
        let client = try SocketClient(connectingTo: service.addresses.main)
        try client.send("GET /metrics HTTP/1.1\r\nhost: hub\r\n\r\n")
        return try client.readResponse().text
    }

    var upstreamCalls: [Int] { calls.all }

    /// A row of the ledger: `first error 500 provider_error ~10+0 10000`, the provider, how it ended, with which status and code, tokens
    /// of the prompt and of the answer, with `~` where they are estimated, and nano-dollars.
    struct LedgerLine: Sendable {
        var sequence: Int
        var text: String
    }

    func ledger() async throws -> [LedgerLine] {
        // What the clock leapt over looked too slow, and a database that was is asked again only by a check.
        await service.state.storage.database.check()
        await service.state.storage.ledger?.flush()
        return try await service.state.storage.database.read { connection throws(StoreError) in
            let rows = try connection.rows(
                """
                SELECT seq, provider || ' ' || outcome || ' ' || COALESCE(status, 0) || ' '
                    || COALESCE(error_code, '-') || ' ' || CASE usage_source WHEN 'provider' THEN '' ELSE '~' END
                    || input_tokens || '+' || output_tokens || ' ' || COALESCE(cost_nano, -1)
                FROM hub_ledger ORDER BY id
                """, [])
            return try rows.map { row throws(StoreError) in
                LedgerLine(sequence: Int(try row.integer(0)), text: try row.text(1))
            }
        }
    }

    /// What a client sees of one request.
    func outcome(_ model: String, isStream: Bool) throws -> FaultOutcome {
        var outcome = FaultOutcome(reading: try send(model, isStream: isStream), isStream: isStream)
        outcome.calls = calls.all
        outcome.waited = Int((clock.milliseconds.reduce(0, +) + 500) / 1000)
        return outcome
    }
}
