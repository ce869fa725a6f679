import Dialects
import HubCore
import Providers
import TestSupport
import Testing
import Wire

@Suite(.enabled(if: OpenSSLTool.isHere, "needs the openssl command"))
struct GoogleEmbeddingTests {
    private let bench: Bench

    init() throws {
        bench = try Bench()
    }

    private func call(
        _ members: String, facts: ModelFacts? = nil, isStrict: Bool = false
    ) throws -> ProviderCall {
        let request = try EmbeddingRequest.parse(JSONDocument.parse(#"{"model":"x",\#(members)}"#).root)
        return .test(request, model: "models/embed-1", facts: facts)
    }

    private func provider(_ server: ScriptedProvider, isVertex: Bool = false) throws -> GoogleProvider {
        var options = GoogleOptions(providerID: "google", baseURL: server.rootURL, apiKey: "key-1")
        if isVertex {
            let account = try GoogleServiceAccount(
                json: VertexProviderTests.keyFile(tokenURL: server.rootURL + "/token"))
            options = GoogleOptions(
                providerID: "google", vertex: VertexOptions(account: account, project: "p"), baseURL: server.rootURL)
        }
        return try GoogleProvider(options, client: bench.client)
    }

    /// As many vectors as texts: of each its length.
    @Sendable private static func answer(_ request: ScriptedRequest) -> ScriptedAnswer {
        guard let body = try? JSONDocument.parse(request.body).root else {
            return .json(#"{"access_token":"t","expires_in":3600}"#)
        }
        func length(_ text: String?) -> Int { text?.utf8.count ?? 0 }
        if let requests = body["requests"] {
            let texts = requests.elements.map { $0["content"]?["parts"]?[index: 0]?["text"]?.string }
            let items = texts.map { #"{"values":[\#(length($0)),0.5]}"# }.joined(separator: ",")
            return .json(#"{"embeddings":[\#(items)]}"#)
        }
        if let instances = body["instances"] {
            let items = instances.elements.map { $0["content"]?.string }.map {
                #"{"embeddings":{"values":[\#(length($0)),0.5],"statistics":{"token_count":2.0,"truncated":false}}}"#
            }
            return .json(#"{"predictions":[\#(items.joined(separator: ","))]}"#)
        }
        let text = body["content"]?["parts"]?[index: 0]?["text"]?.string
        return .json(#"{"embedding":{"values":[\#(length(text)),0.5]},"usageMetadata":{"promptTokenCount":3}}"#)
    }

    private static func firsts(_ response: CompletionResponse) -> [Int] {
        response.body["data"]?.elements.map { Int($0["embedding"]?[index: 0]?.double ?? -1) } ?? []
    }

    private static func input(_ count: Int) -> String {
        let texts = (0..<count).map { "\"" + String(repeating: "a", count: $0 + 1) + "\"" }
        return #""input":[\#(texts.joined(separator: ","))]"#
    }

    @Test func `texts go a hundred at a time and come back in their order`() async throws {
        let server = try ScriptedProvider(Self.answer)
        defer { server.stop() }
        let response = try await provider(server).embed(try call(Self.input(250) + #","dimensions":2"#))
        #expect(Self.firsts(response) == Array(1...250))
        #expect(response.usage == nil)
        let usage = try #require(response.body["usage"])
        #expect(usage["usage_source"]?.string == "estimated")
        #expect((1...100_000).contains(try #require(usage["prompt_tokens"]?.int)))
        #expect(usage["total_tokens"]?.int == usage["prompt_tokens"]?.int)
        #expect(
            server.requests.map(\.target) == Array(repeating: "/v1beta/models/embed-1:batchEmbedContents", count: 3))
        let first = try #require(server.requests.first)
        #expect(first.header("x-goog-api-key") == "key-1")
        let request = try JSONDocument.parse(first.body).root["requests"]?[index: 0]
        #expect(request?["model"]?.string == "models/embed-1")
        #expect(request?["outputDimensionality"]?.int == 2)
    }

    @Test(arguments: [(nil, 3), (1, 12), (12, 1)] as [(Int?, Int)])
    func `Vertex predicts as many at a time as the model takes, and counts tokens`(
        perCall: Int?, calls: Int
    ) async throws {
        let server = try ScriptedProvider(Self.answer)
        defer { server.stop() }
        var facts = ModelFacts(id: "embed-1")
        facts.quirks.inputsPerCall = perCall
        let response = try await provider(server, isVertex: true).embed(try call(Self.input(12), facts: facts))
        #expect(Self.firsts(response) == Array(1...12))
        #expect(response.usage == TokenUsage(input: 24))
        #expect(response.body["usage"]?["usage_source"] == nil)
        #expect(server.requests.filter { $0.target.hasSuffix("/models/embed-1:predict") }.count == calls)
    }

    @Test func `a model of Vertex that embeds singly is asked so`() async throws {
        let server = try ScriptedProvider(Self.answer)
        defer { server.stop() }
        var facts = ModelFacts(id: "embed-1")
        facts.quirks.embedsSingly = true
        let response = try await provider(server, isVertex: true).embed(try call(Self.input(2), facts: facts))
        #expect(Self.firsts(response) == [1, 2])
        #expect(response.usage == TokenUsage(input: 6))
        #expect(server.requests.filter { $0.target.hasSuffix("/models/embed-1:embedContent") }.count == 2)
    }

    @Test func `what Google does not take is named`() async throws {
        let server = try ScriptedProvider(Self.answer)
        defer { server.stop() }
        let response = try await provider(server).embed(
            try call(#""input":"a","encoding_format":"base64","user":"u","new":1"#))
        #expect(response.droppedParameters == ["user", "new"])
    }

    @Test(arguments: ["[1,2]", "[[1],[2]]"])
    func `tokens of another model are refused`(input: String) async throws {
        let server = try ScriptedProvider(Self.answer)
        defer { server.stop() }
        let provider = try provider(server)
        let call = try call(#""input":\#(input)"#)
        let error = await #expect(throws: HubError.self) { try await provider.embed(call) }
        #expect(error?.code == .unsupportedParameter)
        #expect(error?.parameter == "input")
        #expect(server.requests.isEmpty)
    }

    @Test(arguments: [
        (ScriptedAnswer.json(#"{"embeddings":[]}"#), ErrorCode.providerBadResponse),
        (.json(#"{"embeddings":[{"values":["a"]}]}"#), .providerBadResponse),
        (.json(#"{"embeddings":[{"values":[]}]}"#), .providerBadResponse),
        (.json(#"{"embeddings":[{"values":[1e300]}]}"#), .providerBadResponse),
        (.json("no"), .providerBadResponse),
        (
            .json(#"{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED"}}"#, status: 429),
            .providerRateLimited
        ),
    ])
    func `an answer without the vectors is none`(answer: ScriptedAnswer, code: ErrorCode) async throws {
        let server = try ScriptedProvider(answer: answer)
        defer { server.stop() }
        let provider = try provider(server)
        let call = try call(#""input":"a""#)
        let error = await #expect(throws: HubError.self) { try await provider.embed(call) }
        #expect(error?.code == code)
        #expect(error?.provider == "google")
    }
}
