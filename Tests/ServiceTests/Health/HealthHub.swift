import Synchronization
import TestSupport
import Wire

@testable import Service

/// A hub with two scripted providers whose health is checked when the test says so.
final class HealthHub: Sendable {
    /// What GET /health says.
    struct Seen: Equatable {
        var status: Int
        var overall: String?
        var providers: String
        var breakers = "closed closed"
    }

    static let common = """
        port: 0
        metrics_port: 0
        auth_enabled: false
        log_level: error
        log_access: false
        reactors: 1
        cache_enabled: false
        database_url: "sqlite::memory:"
        max_retries: 1

        """

    let first: ScriptedHealth
    let second: ScriptedHealth
    let clock = ManualClock()
    private let waiting = SteppedWaiting()
    private let service: HubService

    private init() throws {
        (first, second) = (try ScriptedHealth("a"), try ScriptedHealth("b"))
        let configuration = """
            providers:
              - {provider_id: first, config: {base_url: "\(first.baseURL)", models: [{id: m}]}}
              - {provider_id: second, config: {base_url: "\(second.baseURL)", models: [{id: m}]}}
            routes:
              - {pattern: m, targets: [{provider: first}, {provider: second}]}
            """
        service = try HubService(
            try ConfigurationFixture.file(Self.common + configuration).load(), clock: clock,
            waiting: ManualWaiting(clock), healthWaiting: waiting)
    }

    static func run(_ body: (HealthHub) async throws -> Void) async throws {
        let hub = try HealthHub()
        defer {
            hub.first.stop()
            hub.second.stop()
        }
        try await ending(hub.service) {
            try await hub.roundIsOver(1)
            try await body(hub)
        }
    }

    /// Whatever comes of the body, the hub ends.
    static func ending(_ service: HubService, _ body: () async throws -> Void) async throws {
        var failure: (any Error)?
        do { try await body() } catch { failure = error }
        await service.shutDown()
        service.stopReactors()
        if let failure { throw failure }
    }

    /// Passes the 30 s to the next round of checks, so many times.
    func rounds(_ count: Int) async throws {
        for _ in 0..<count {
            let before = waiting.begunCount(milliseconds: 30_000)
            waiting.pass(milliseconds: 30_000)
            try await roundIsOver(before + 1)
        }
    }

    private func roundIsOver(_ number: Int) async throws {
        try await eventually("round \(number) is over") { waiting.begunCount(milliseconds: 30_000) == number }
    }

    func get(_ path: String) throws -> ReceivedResponse {
        let client = try SocketClient(connectingTo: service.addresses.main)
        try client.send("GET \(path) HTTP/1.1\r\nhost: hub\r\n\r\n")
        return try client.readResponse()
    }

    func health() throws -> Seen {
        let answer = try get("/health")
        let root = try JSONDocument.parse(answer.body).root
        func both(_ field: String) -> String {
            ["first", "second"].map { root["providers"]?[named: $0]?[named: field]?.string ?? "-" }.joined(
                separator: " ")
        }
        return Seen(
            status: answer.status, overall: root["status"]?.string, providers: both("status"),
            breakers: both("circuitBreaker"))
    }

    /// The state of a provider's breaker and how often it opened, as /metrics has them.
    func breaker(_ provider: String) throws -> String {
        let lines = try get("/metrics").text.split(separator: "\n")
        return ["circuit_breaker_state", "circuit_breaker_trips_total"].map { name in
            let line = lines.first { $0.hasPrefix("llm_connector_hub_\(name){provider=\"\(provider)\"} ") }
            return line?.split(separator: " ").last.map(String.init) ?? "-"
        }.joined(separator: " ")
    }

    func ask(_ model: String = "m") throws -> ReceivedResponse {
        let client = try SocketClient(connectingTo: service.addresses.main)
        let body = #"{"model":"\#(model)","messages":[{"role":"user","content":"hi"}]}"#
        return try client.post("/v1/chat/completions", Array(body.utf8))
    }

    /// Who answers a request, and why.
    func target() throws -> String {
        let answer = try ask()
        return "\(answer["x-hub-provider"] ?? "-") \(answer["x-hub-route-reason"] ?? "-")"
    }
}

/// A provider whose model list can fail, and whose answers can.
final class ScriptedHealth: Sendable {
    private let server: ScriptedProvider
    private let state: Shared

    private final class Shared: Sendable {
        let value = Mutex(State())
    }

    private struct State {
        var isDown = false
        /// In place of an answer.
        var failure: ScriptedAnswer?
    }

    init(_ letter: String) throws {
        let state = Shared()
        self.state = state
        server = try ScriptedProvider { request in
            let now = state.value.withLock { $0 }
            guard request.method == "GET" else { return now.failure ?? FaultScript.whole(letter) }
            return now.isDown ? FaultScript.error(500) : .json(#"{"data":[]}"#)
        }
    }

    var baseURL: String { server.baseURL }
    var answered: Int { server.requests.count { $0.method != "GET" } }

    var isDown: Bool {
        get { state.value.withLock { $0.isDown } }
        set { state.value.withLock { $0.isDown = newValue } }
    }

    var failure: ScriptedAnswer? {
        get { state.value.withLock { $0.failure } }
        set { state.value.withLock { $0.failure = newValue } }
    }

    func stop() { server.stop() }
}
