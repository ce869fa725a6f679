import TestSupport
import Testing
import Wire

/// Text completions over HTTP, of a provider that has them: contract 2.2.
struct TextCompletionServiceTests {
    private static func run(
        _ answer: ScriptedAnswer, _ body: (SocketClient, ScriptedProvider) throws -> Void
    ) async throws {
        let provider = try ScriptedProvider(answer: answer)
        defer { provider.stop() }
        let configuration = """
            providers:
              - provider_id: acme
                config: {base_url: "\(provider.baseURL)", completions_path: /completions}
            """
        try await ServedHub.run(configuration) { try body(try $0.connect(), provider) }
    }

    private static func post(_ members: String, to client: SocketClient) throws -> ReceivedResponse {
        try client.post("/v1/completions", Array(#"{"model":"acme/m","prompt":"Once","echo":true\#(members)}"#.utf8))
    }

    @Test func `text, echo and log probabilities are the provider's`() async throws {
        let logprobs =
            #"{"tokens":["Once"," upon"],"token_logprobs":[null,-0.5],"top_logprobs":null,"text_offset":[0,4]}"#
        let text = #"{"choices":[{"index":0,"text":"Once upon","logprobs":\#(logprobs),"finish_reason":"length"}]}"#
        try await Self.run(.json(text)) { client, provider in
            let response = try Self.post(#","logprobs":1"#, to: client)
            #expect(response.status == 200)
            let choice = try JSONDocument.parse(response.body).root["choices"]?[index: 0]
            #expect(choice?["text"]?.string == "Once upon")
            #expect(choice?["logprobs"]?.isEquivalent(to: try JSONDocument.parse(logprobs).root) == true)
            #expect(provider.requests.contains { $0.target == "/v1/completions" })
            #expect(response["x-hub-dropped-params"] == nil)
        }
    }

    @Test func `a stream is too, and its echo is not doubled`() async throws {
        let events = ["Once", " upon"].map { #"data: {"choices":[{"index":0,"text":"\#($0)","finish_reason":null}]}"# }
        let end = [#"data: {"choices":[{"index":0,"text":"","finish_reason":"stop"}]}"#, "data: [DONE]"]
        let stream = ScriptedAnswer.events((events + end).joined(separator: "\n\n") + "\n\n")
        try await Self.run(stream) { client, _ in
            let response = try Self.post(#","stream":true"#, to: client)
            let texts = response.text.split(separator: "\n\n").compactMap { event in
                try? JSONDocument.parse(String(event.dropFirst(6))).root["choices"]?[index: 0]?["text"]?.string
            }
            #expect(texts.joined() == "Once upon")
            #expect(response.text.hasSuffix("data: [DONE]\n\n"))
        }
    }
}
