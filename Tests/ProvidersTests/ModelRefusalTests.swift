import Dialects
import HTTPClient
import HubCore
import Providers
import TestSupport
import Testing
import Wire

/// What the catalogue says that a model refuses, in requests of the provider's own dialect.
struct ModelRefusalTests {
    private static let openAIAnswer = ScriptedAnswer.json(
        #"{"id":"c","choices":[{"index":0,"message":{"content":"hi"},"finish_reason":"stop"}]}"#)
    private static let anthropicAnswer = ScriptedAnswer.json(
        #"{"id":"msg_1","type":"message","role":"assistant","model":"m","content":[],"stop_reason":"end_turn"}"#)

    private let bench: Bench

    init() throws {
        bench = try Bench()
    }

    private func facts(_ change: (inout ModelQuirks) -> Void) -> ModelFacts {
        var facts = ModelFacts(id: "m")
        facts.quirks.refusedFields = ["temperature", "stop"]
        change(&facts.quirks)
        return facts
    }

    private func sent(_ members: String, facts: ModelFacts) async throws -> (body: String, dropped: [String]) {
        let scripted = try ScriptedProvider(answer: Self.openAIAnswer)
        defer { scripted.stop() }
        let provider = try OpenAIFormProvider(
            OpenAIFormOptions(providerID: "openai", kind: .openai, baseURL: scripted.baseURL), client: bench.client)
        let body = #"{"model":"x","messages":[{"role":"user","content":"a"}]\#(members)}"#
        let request = try OpenAIRequest.parse(JSONDocument.parse(body).root)
        let answer = try await provider.sendCompletion(.test(request, facts: facts))
        let text = String(decoding: try #require(scripted.requests.first).body, as: UTF8.self)
        let start = #"{"model":"m","messages":[{"role":"user","content":"a"}]"#
        #expect(text.hasPrefix(start))
        return (String(text.dropFirst(start.count)), answer.droppedParameters)
    }

    @Test func `an output limit goes by the name that the model knows`() async throws {
        let (body, dropped) = try await sent(#","max_tokens":5"#, facts: facts { $0.limitsCompletionTokens = true })
        #expect(body == #","max_completion_tokens":5}"#)
        #expect(dropped.isEmpty)
        #expect(try await sent(#","max_tokens":5"#, facts: facts { _ in }).body == #","max_tokens":5}"#)
    }

    @Test(arguments: [
        (nil, "", ["temperature", "stop"]), ("medium", "", ["temperature", "stop"]), ("none", "", ["stop"]),
        (nil, #","reasoning_effort":"none""#, ["stop"]), ("medium", #","reasoning_effort":"none""#, ["stop"]),
        ("none", #","reasoning_effort":"low""#, ["temperature", "stop"]),
    ])
    func `fields that the model refuses are left out by name, unless it does not think`(
        byDefault: String?, effort: String, dropped: [String]
    ) async throws {
        let members = effort + #","temperature":0.5,"stop":["x"]"#
        let answer = try await sent(members, facts: facts { $0.defaultEffort = byDefault })
        #expect(answer.dropped == dropped)
    }

    @Test func `a budget of thoughts is taken for the effort that is asked for in its place`() async throws {
        let scripted = try ScriptedProvider(answer: Self.openAIAnswer)
        defer { scripted.stop() }
        let provider = try OpenAIFormProvider(
            OpenAIFormOptions(providerID: "openai", kind: .openai, baseURL: scripted.baseURL), client: bench.client)
        let body =
            #"{"contents":[{"parts":[{"text":"a"}]}],"generationConfig":{"temperature":0.5,"#
            + #""thinkingConfig":{"thinkingBudget":2048}}}"#
        let request = try GeminiRequest.parse(JSONDocument.parse(body).root, model: "x", isStream: false)
        let answer = try await provider.sendCompletion(
            .test(request, facts: facts { $0.defaultEffort = "none" }))
        let sent = try JSONDocument.parse(try #require(scripted.requests.first).body).root
        #expect(sent["reasoning_effort"]?.string == "low")
        #expect(sent["temperature"] == nil)
        #expect(answer.droppedParameters.contains("temperature"))
    }

    @Test func `Anthropic's clients are spared the refusal too`() async throws {
        let scripted = try ScriptedProvider(answer: Self.anthropicAnswer)
        defer { scripted.stop() }
        let provider = try AnthropicProvider(
            AnthropicOptions(providerID: "anthropic", baseURL: scripted.rootURL), client: bench.client)
        let body = #"{"model":"x","max_tokens":5,"temperature":0.5,"messages":[{"role":"user","content":"a"}]}"#
        let request = try AnthropicRequest.parse(JSONDocument.parse(body).root)
        let answer = try await provider.sendCompletion(.test(request, facts: facts { _ in }))
        #expect(answer.droppedParameters == ["temperature"])
        let sent = try JSONDocument.parse(try #require(scripted.requests.first).body).root
        #expect(sent["temperature"] == nil)
        #expect(sent["max_tokens"]?.int == 5)
    }
}
