import Dialects
import HubCore
import Testing
import Wire

@testable import Providers

/// Which providers go on with a text, and how they are asked to.
struct TextContinuationTests {
    private static func facts(_ model: String, _ vendor: String) -> ModelFacts? {
        ModelCatalogue.builtIn.facts(of: model, at: vendor)
    }

    @Test(arguments: [
        ("claude-sonnet-4-5", true), ("claude-opus-4-6", false), ("claude-opus-4-8", false), ("claude-opus-5", false),
        ("claude-3-haiku-of-ours", true), ("claude-new", false),
    ])
    func `Claude's models go on but for the newest`(model: String, continues: Bool) throws {
        let bench = try Bench()
        let provider = try AnthropicProvider(
            AnthropicOptions(providerID: "anthropic", baseURL: "http://127.0.0.1:1"), client: bench.client)
        #expect(provider.continuesTexts(model: model, facts: Self.facts(model, "anthropic")) == continues)
    }

    @Test(arguments: [
        ("us.anthropic.claude-sonnet-4-5-20250929-v1:0", true), ("anthropic.claude-opus-4-7", false),
        ("amazon.nova-pro-v1:0", false),
    ])
    func `behind Bedrock only they do`(model: String, continues: Bool) throws {
        let bench = try Bench()
        let provider = try BedrockProvider(
            BedrockOptions(providerID: "bedrock", region: "us-east-1", authorization: .key("k")), client: bench.client)
        #expect(provider.continuesTexts(model: model, facts: Self.facts(model, "bedrock")) == continues)
    }

    @Test func `servers of OpenAI's form do if they are known to`() throws {
        let bench = try Bench()
        var options = OpenAIFormOptions(providerID: "vllm", kind: .compatible, baseURL: "http://127.0.0.1:1")
        #expect(try !OpenAIFormProvider(options, client: bench.client).continuesTexts(model: "m", facts: nil))
        options.textContinuation = .prefix
        #expect(try OpenAIFormProvider(options, client: bench.client).continuesTexts(model: "m", facts: nil))
    }

    // MARK: Simulated

    @Test func `the simulated provider goes on with what is to be repeated`() async throws {
        let bench = try Bench()
        let provider = SimulatedProvider(reactors: bench.reactors)
        let body =
            #"{"model":"sim-chat","messages":[{"role":"user","content":"ECHO:one two  three four"},{"role":"assistant","content":"one two"}]}"#
        let request = CompletionRequest(
            dialect: .openAI, body: try JSONDocument.parse(body).root, model: "sim-chat", isStream: false)
        let plain = try ProviderCall.test(simulation: "ttft_ms=0;tokens_per_second=0")
        let call = ProviderCall(
            request: request, model: "sim-chat", attempt: 1, attemptID: plain.attemptID, trace: plain.trace,
            deadlines: plain.deadlines, simulation: plain.simulation, continuesText: true)
        let answer = try await provider.sendCompletion(call)
        #expect(answer.canonical(fallbackID: "x").choices.first?.parts.first?.text == "  three four")
        #expect(answer.usage?.output == 2)
    }
}
