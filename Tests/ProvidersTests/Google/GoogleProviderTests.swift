import Dialects
import HTTPClient
import HubCore
import Providers
import TestSupport
import Testing
import Wire

struct GoogleProviderTests {
    private static let answer = ScriptedAnswer.json(
        #"{"candidates":[{"content":{"parts":[{"text":"hi"}],"role":"model"},"finishReason":"STOP","index":0}],"#
            + #""usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,"totalTokenCount":5},"modelVersion":"g"}"#
    )
    private static let stream = ScriptedAnswer.events(
        #"data: {"candidates":[{"content":{"parts":[{"text":"h"}]},"index":0}]}"# + "\r\n\r\n"
            + #"data: {"candidates":[{"content":{"parts":[{"text":"i"}]},"finishReason":"STOP","index":0}],"#
            + #""usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2}}"# + "\r\n\r\n")

    private let bench: Bench

    init() throws {
        bench = try Bench()
    }

    private func provider(
        _ scripted: ScriptedProvider, configure: (inout GoogleOptions) -> Void = { _ in }
    ) throws -> GoogleProvider {
        var options = GoogleOptions(providerID: "google", baseURL: scripted.rootURL, apiKey: "key-1")
        configure(&options)
        return try GoogleProvider(options, client: bench.client)
    }

    /// A call of a Gemini client.
    private func generate(isStream: Bool = false, model: String = "gemini-x") throws -> ProviderCall {
        let body = #"{"contents":[{"parts":[{"text":"hi"}]}],"model":"models/alias","newField":{"a":[1]}}"#
        let request = try GeminiRequest.parse(
            JSONDocument.parse(body).root, model: "alias", isStream: isStream)
        return .test(request, model: model)
    }

    @Test func `the key is in a header, the model in the path, and the document as it came`() async throws {
        let scripted = try ScriptedProvider(answer: Self.answer)
        defer { scripted.stop() }
        let answer = try await provider(scripted).sendCompletion(try generate())
        #expect(answer.usage == TokenUsage(input: 3, output: 2))
        #expect(answer.dialect == .gemini)
        let request = try #require(scripted.requests.first)
        #expect(request.target == "/v1beta/models/gemini-x:generateContent")
        #expect(request.header("x-goog-api-key") == "key-1")
        #expect(request.header("authorization") == nil)
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"contents":[{"parts":[{"text":"hi"}]}],"newField":{"a":[1]}}"#)
    }

    @Test func `a model's name cannot leave its place in the path`() async throws {
        let scripted = try ScriptedProvider(answer: Self.answer)
        defer { scripted.stop() }
        _ = try await provider(scripted).sendCompletion(try generate(model: "models/../a?b#c d%"))
        #expect(scripted.requests.first?.target == "/v1beta/models/..%2Fa%3Fb%23c%20d%25:generateContent")
    }

    @Test func `a request of another dialect is translated and its losses named`() async throws {
        let scripted = try ScriptedProvider(answer: Self.answer)
        defer { scripted.stop() }
        let call = try ProviderCall.test(#","seed":1,"user":"u""#, model: "gemini-2.5-flash")
        let answer = try await provider(scripted).sendCompletion(call)
        #expect(answer.droppedParameters == ["user"])
        let body = try JSONDocument.parse(try #require(scripted.requests.first).body).root
        #expect(body["generationConfig"]?["seed"]?.int == 1)
        #expect(body["contents"]?[index: 0]?["parts"]?[index: 0]?["text"]?.string == "hi")
    }

    @Test func `a stream is asked for as events and gives the usage`() async throws {
        let scripted = try ScriptedProvider(answer: Self.stream)
        defer { scripted.stop() }
        let (received, failure) = try await provider(scripted).stream(try generate(isStream: true))
        #expect(failure == nil)
        #expect(received.chunks.count == 2)
        #expect(received.chunks.last?.usage == TokenUsage(input: 3, output: 2))
        #expect(scripted.requests.first?.target == "/v1beta/models/gemini-x:streamGenerateContent?alt=sse")
    }

    @Test func `a rate limit says how long to wait`() async throws {
        let scripted = try ScriptedProvider(
            answer: .json(
                #"{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[{"@type":"#
                    + #""type.googleapis.com/google.rpc.RetryInfo","retryDelay":"12.5s"}]}}"#, status: 429))
        defer { scripted.stop() }
        let failure = try await provider(scripted).failure(try generate())
        #expect(failure?.code == .providerRateLimited)
        #expect(failure?.retryAfter == 13)
    }

    @Test func `tokens are counted by the provider`() async throws {
        let scripted = try ScriptedProvider(answer: .json(#"{"totalTokens":14}"#))
        defer { scripted.stop() }
        #expect(try await provider(scripted).countTokens(try generate()) == 14)
        let request = try #require(scripted.requests.first)
        #expect(request.target == "/v1beta/models/gemini-x:countTokens")
        let body = try JSONDocument.parse(request.body).root["generateContentRequest"]
        #expect(body?["model"]?.string == "models/gemini-x")
        #expect(body?["contents"]?.count == 1)
    }

    @Test func `models that generate are listed with their limits`() async throws {
        let scripted = try ScriptedProvider(
            answer: .json(
                #"{"models":[{"name":"models/gemini-x","inputTokenLimit":9,"outputTokenLimit":5,"#
                    + #""supportedGenerationMethods":["generateContent"]},"#
                    + #"{"name":"models/embed","supportedGenerationMethods":["embedContent"]}]}"#))
        defer { scripted.stop() }
        let provider = try provider(scripted)
        let models = await provider.listModels()
        #expect(models.map(\.id) == ["gemini-x"])
        #expect(models.first?.maximumOutputTokens == 5)
        #expect(await provider.checkHealth().status == .healthy)
        #expect(scripted.requests.first?.target == "/v1beta/models?pageSize=1000")
    }
}
