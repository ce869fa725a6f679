import TestSupport

@testable import Service

/// A hub with two scripted providers and keys of several callers.
final class LimitBench: Sendable {
    private let hub: ServedHub
    private let providers: [ScriptedProvider]
    private let gates: Gates

    /// Opened by the test; a request whose text is `wait` waits for it.
    private final class Gates: Sendable {
        let began = Gate()
        let goesOn = Gate()
    }

    private init(_ hub: ServedHub, _ providers: [ScriptedProvider], _ gates: Gates) {
        (self.hub, self.providers, self.gates) = (hub, providers, gates)
    }

    /// - Parameter configuration: YAML lines.
    static func run(_ configuration: String, _ body: (LimitBench) async throws -> Void) async throws {
        let gates = Gates()
        let providers = try (0..<2).map { _ in
            try ScriptedProvider { request in
                guard request.method == "POST" else { return .json(#"{"data":[]}"#) }
                if String(decoding: request.body, as: UTF8.self).contains(#""wait""#) {
                    gates.began.open()
                    try? gates.goesOn.wait()
                }
                return FaultScript.whole("a")
            }
        }
        defer { for provider in providers { provider.stop() } }
        try await ServedHub.run(keys + entries(providers) + configuration, isLocked: true) { hub in
            try await body(LimitBench(hub, providers, gates))
        }
    }

    private static func secret(_ key: String) -> String { "hub_key_of_\(key)_0123456789" }

    private static let keys = """
        api_keys:
          - {id: a, key: \(secret("a")), user: ua, team: ta, project: pa}
          - {id: b, key: \(secret("b")), user: ua, team: ta, project: pa}
          - {id: c, key: \(secret("c")), user: uc, team: tc, project: pc}
          - {id: d, key: \(secret("d"))}
          - {id: tokens, key: \(secret("tokens")), rate_limit: {tokens_per_minute: 100}}
          - {id: single, key: \(secret("single")), rate_limit: {max_concurrent: 1}}

        """

    private static func entries(_ providers: [ScriptedProvider]) -> String {
        "providers:\n"
            + zip(["first", "second"], providers).map { name, provider in
                "  - {provider_id: \(name), config: {base_url: \"\(provider.baseURL)\", models: [{id: m}, {id: n}]}}\n"
            }.joined()
    }

    /// Answers that the providers were asked for.
    var callCount: Int { providers.reduce(0) { $0 + $1.requests.count { $0.method == "POST" } } }

    func ask(_ asker: LimitScopeServiceTests.Asker, maximumTokens: Int = 8) throws -> ReceivedResponse {
        let client = try hub.connect(from: asker.source)
        try send(asker, "hi", maximumTokens, client)
        return try client.readResponse()
    }

    /// Begins a request, which is under way when this returns and until `release`.
    func hold(_ asker: LimitScopeServiceTests.Asker) throws -> SocketClient {
        let client = try hub.connect(from: asker.source)
        try send(asker, "wait", 8, client)
        try gates.began.wait()
        return client
    }

    func release(_ client: SocketClient) throws -> ReceivedResponse {
        gates.goesOn.open()
        return try client.readResponse()
    }

    private func send(
        _ asker: LimitScopeServiceTests.Asker, _ text: String, _ maximumTokens: Int, _ client: SocketClient
    ) throws {
        let body =
            #"{"model":"\#(asker.model)","max_tokens":\#(maximumTokens),"messages":[{"role":"user","content":"\#(text)"}]}"#
        let credential = (name: "x-api-key", value: Self.secret(asker.key))
        try client.sendPost("/v1/chat/completions", Array(body.utf8), headers: asker.headers + [credential])
    }
}
