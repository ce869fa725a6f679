import Dialects
import HTTPClient
import HubCore
import Providers
import TestSupport
import Testing
import Wire

struct AnthropicProviderTests {
    private static let answer = ScriptedAnswer.json(
        #"{"id":"msg_1","type":"message","role":"assistant","model":"claude-x","content":[{"type":"text","text":"hi"}],"#
            + #""stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":2}}"#)
    private static let stream = ScriptedAnswer.events(
        """
        event: message_start
        data: {"type":"message_start","message":{"id":"msg_1","usage":{"input_tokens":3,"output_tokens":1}}}

        event: ping
        data: {"type":"ping"}

        event: content_block_delta
        data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hi"}}

        event: message_delta
        data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}

        event: message_stop
        data: {"type":"message_stop"}


        """)

    private let bench: Bench

    init() throws {
        bench = try Bench()
    }

    private func provider(
        _ scripted: ScriptedProvider, configure: (inout AnthropicOptions) -> Void = { _ in }
    ) throws -> AnthropicProvider {
        var options = AnthropicOptions(providerID: "claude", baseURL: scripted.rootURL, apiKey: "key-1")
        configure(&options)
        return try AnthropicProvider(options, client: bench.client)
    }

    /// A call of an Anthropic client.
    private func messages(
        _ members: String = "", headers: [(name: String, value: String)] = []
    ) throws -> ProviderCall {
        let body =
            #"{"model":"x","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"new_field":{"a":[1]}\#(members)}"#
        return .test(try AnthropicRequest.parse(JSONDocument.parse(body).root), passedHeaders: headers)
    }

    @Test func `a call has key, version and the document as it came`() async throws {
        let scripted = try ScriptedProvider(answer: Self.answer)
        defer { scripted.stop() }
        let provider = try provider(scripted) { $0.headers = [("anthropic-beta", "one"), ("x-team", "t")] }
        let call = try messages(headers: [("anthropic-beta", "two,three")])
        let answer = try await provider.sendCompletion(call)
        #expect(answer.usage == TokenUsage(input: 3, output: 2))
        #expect(answer.dialect == .anthropic)
        let request = try #require(scripted.requests.first)
        #expect(request.target == "/v1/messages")
        #expect(request.header("x-api-key") == "key-1")
        #expect(request.header("authorization") == nil)
        #expect(request.header("anthropic-version") == "2023-06-01")
        #expect(request.header("anthropic-beta") == "one,two,three")
        #expect(request.header("x-team") == "t")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"new_field":{"a":[1]}}"#)
    }

    @Test func `an OAuth token goes where it belongs`() async throws {
        let scripted = try ScriptedProvider(answer: Self.answer)
        defer { scripted.stop() }
        let provider = try provider(scripted) {
            $0.authenticationHeader = "authorization"
            $0.authenticationScheme = "Bearer"
        }
        _ = try await provider.sendCompletion(try messages())
        let request = try #require(scripted.requests.first)
        #expect(request.header("authorization") == "Bearer key-1")
        #expect(request.header("x-api-key") == nil)
    }

    @Test func `a request of another dialect is translated and its losses named`() async throws {
        let scripted = try ScriptedProvider(answer: Self.answer)
        defer { scripted.stop() }
        let call = try ProviderCall.test(#","seed":1,"temperature":1.5"#, model: "claude-sonnet-4-5")
        let answer = try await provider(scripted).sendCompletion(call)
        #expect(answer.droppedParameters == ["temperature:clamped", "seed"])
        let body = try JSONDocument.parse(try #require(scripted.requests.first).body).root
        #expect(body["max_tokens"]?.int == 4096)
        #expect(body["temperature"]?.double == 1)
        #expect(body["messages"]?[index: 0]?["content"]?.string == "hi")
    }

    @Test func `a stream gives the events with the usage so far`() async throws {
        let scripted = try ScriptedProvider(answer: Self.stream)
        defer { scripted.stop() }
        let (received, failure) = try await provider(scripted).stream(try messages(#","stream":true"#))
        #expect(failure == nil)
        #expect(received.chunks.count == 4)
        #expect(received.chunks.compactMap(\.usage).last == TokenUsage(input: 3, output: 2))
        #expect(received.chunks.map(\.hasPayload) == [false, true, false, false])
    }

    @Test func `a stream without its end is interrupted`() async throws {
        var cut = Self.stream
        cut.body.removeLast(60)
        let scripted = try ScriptedProvider(answer: cut)
        defer { scripted.stop() }
        let (_, failure) = try await provider(scripted).stream(try messages(#","stream":true"#))
        #expect(failure?.code == .streamInterrupted)
    }

    @Test func `an error inside a stream is the provider's`() async throws {
        let scripted = try ScriptedProvider(
            answer: .events(
                "event: error\n"
                    + #"data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}"# + "\n\n"))
        defer { scripted.stop() }
        let (_, failure) = try await provider(scripted).stream(try messages(#","stream":true"#))
        #expect(failure?.code == .providerError)
        #expect(failure?.upstream?.code == "overloaded_error")
    }

    @Test func `tokens are counted by the provider, from the prompt alone`() async throws {
        let scripted = try ScriptedProvider(answer: .json(#"{"input_tokens":14}"#))
        defer { scripted.stop() }
        let count = try await provider(scripted).countTokens(try messages(#","temperature":1,"stream":false"#))
        #expect(count == 14)
        let request = try #require(scripted.requests.first)
        #expect(request.target == "/v1/messages/count_tokens")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"model":"m","messages":[{"role":"user","content":"hi"}],"new_field":{"a":[1]}}"#)
    }

    @Test func `models are listed with their limits`() async throws {
        let scripted = try ScriptedProvider(
            answer: .json(
                #"{"data":[{"type":"model","id":"claude-x","max_input_tokens":9,"max_tokens":5},{"id":"claude-y"}],"#
                    + #""has_more":false}"#))
        defer { scripted.stop() }
        let provider = try provider(scripted)
        let models = await provider.listModels()
        #expect(models.map(\.id) == ["claude-x", "claude-y"])
        #expect(models.first?.maximumOutputTokens == 5)
        #expect(await provider.checkHealth().status == .healthy)
        #expect(scripted.requests.first?.target == "/v1/models?limit=1000")
    }
}
