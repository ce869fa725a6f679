import Dialects
import HTTPClient
import HubCore
import Providers
import TestSupport
import Testing
import Wire

/// Which of OpenAI's forms a server is asked in.
struct ResponsesSurfaceTests {
    private static let chat = ScriptedAnswer.json(
        #"{"id":"c","choices":[{"index":0,"message":{"content":"hi"},"finish_reason":"stop"}]}"#)
    private static let response = ScriptedAnswer.json(
        #"{"id":"resp_1","object":"response","status":"completed","output":[{"type":"message","content":[{"type":"output_text","text":"hi"}]}]}"#
    )

    private let bench: Bench

    init() throws {
        bench = try Bench()
    }

    /// What the server is asked, and the answer.
    private func ask(
        _ request: CompletionRequest, onlyForm: ModelQuirks.Form? = nil, path: String? = "/responses",
        answer: ScriptedAnswer
    ) async throws -> (request: ScriptedRequest, answer: CompletionResponse) {
        let scripted = try ScriptedProvider(answer: answer)
        defer { scripted.stop() }
        var options = OpenAIFormOptions(providerID: "acme", kind: .openai, baseURL: scripted.baseURL, apiKey: "k")
        options.responsesPath = path
        let provider = try OpenAIFormProvider(options, client: bench.client)
        var facts = ModelFacts(id: "m")
        facts.quirks.onlyForm = onlyForm
        let answer = try await provider.sendCompletion(.test(request, facts: facts))
        return (try #require(scripted.requests.first), answer)
    }

    private static let responses: CompletionRequest? = try? ResponsesRequest.parse(
        JSONDocument.parse(#"{"model":"x","input":"hi"}"#).root)
    private static let chats: CompletionRequest? = try? OpenAIRequest.parse(
        JSONDocument.parse(#"{"model":"x","messages":[{"role":"user","content":"hi"}]}"#).root)

    @Test func `a response is asked for in its own form`() async throws {
        let (request, answer) = try await ask(try #require(Self.responses), answer: Self.response)
        #expect(request.target == "/v1/responses")
        #expect(String(decoding: request.body, as: UTF8.self) == #"{"model":"m","input":"hi","store":false}"#)
        #expect(answer.dialect == .responses)
    }

    @Test func `a response is asked for as a chat where the server or the model has only chats`() async throws {
        for (form, path) in [(nil, nil), (ModelQuirks.Form.chat, "/responses")] as [(ModelQuirks.Form?, String?)] {
            let (request, answer) = try await ask(
                try #require(Self.responses), onlyForm: form, path: path, answer: Self.chat)
            #expect(request.target == "/v1/chat/completions")
            #expect(answer.dialect == .openAI)
        }
    }

    @Test func `a chat is asked for as a response where the model has no chats`() async throws {
        let (request, answer) = try await ask(try #require(Self.chats), onlyForm: .responses, answer: Self.response)
        #expect(request.target == "/v1/responses")
        #expect(answer.canonical(fallbackID: "x").choices.first?.parts.first?.text == "hi")
    }

    @Test func `a chat stays one where both are there`() async throws {
        let (request, _) = try await ask(try #require(Self.chats), answer: Self.chat)
        #expect(request.target == "/v1/chat/completions")
    }
}
