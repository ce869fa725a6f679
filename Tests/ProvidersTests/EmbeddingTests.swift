import Dialects
import HubCore
import Providers
import Reactor
import Testing
import Wire

/// The hub inside a program, without a server.
struct EmbeddingTests {
    private static func withHub<Value>(_ body: (ConnectorHub) async throws -> Value) async throws -> Value {
        let reactors = try ReactorGroup(count: 1)
        defer { reactors.stop() }
        var options = SimulatedOptions()
        options.timeToFirstToken = .zero
        options.tokensPerSecond = 0
        return try await body(ConnectorHub(providers: [SimulatedProvider(options, reactors: reactors)]))
    }

    private static func text(_ response: CompletionResponse) -> String? {
        response.body["choices"]?[index: 0]?["message"]?["content"]?.string
    }

    @Test func `a built request is answered`() async throws {
        try await Self.withHub { hub in
            let request = try RequestBuilder().model("sim-chat").user("ECHO:hello").build()
            #expect(try await Self.text(hub.complete(request)) == "hello")
        }
    }

    @Test func `a failure keeps its code`() async throws {
        try await Self.withHub { hub in
            let request = try RequestBuilder().model("sim-chat;fault=rate_limit").user("hello").build()
            let error = await #expect(throws: HubError.self) { try await hub.complete(request) }
            #expect(error?.code == .providerRateLimited)
        }
    }

    @Test func `a stream is refused`() async throws {
        try await Self.withHub { hub in
            let body = #"{"model":"sim-chat","stream":true,"messages":[{"role":"user","content":"hello"}]}"#
            let request = try OpenAIRequest.parse(JSONDocument.parse(body).root)
            let error = await #expect(throws: HubError.self) { try await hub.complete(request) }
            #expect(error?.code == .invalidRequest)
        }
    }
}
