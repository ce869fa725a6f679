import Crypto
import Dialects
import HubCore
import Providers
import TestSupport
import Testing
import Wire

struct BedrockEmbeddingTests {
    private let bench: Bench

    init() throws {
        bench = try Bench()
    }

    private func embed(
        _ members: String, model: String, isStrict: Bool = false
    ) async throws -> (answer: Result<CompletionResponse, HubError>, requests: [ScriptedRequest]) {
        let server = try ScriptedProvider(Self.answer)
        defer { server.stop() }
        var options = BedrockOptions(
            providerID: "bedrock", region: "eu-west-1",
            authorization: .signature(.keys(id: "AKID", secret: "s", sessionToken: nil)))
        options.baseURL = server.rootURL
        let provider = try BedrockProvider(options, client: bench.client)
        let request = try EmbeddingRequest.parse(JSONDocument.parse(#"{"model":"x",\#(members)}"#).root)
        do throws(HubError) {
            return (.success(try await provider.embed(.test(request, model: model))), server.requests)
        } catch {
            return (.failure(error), server.requests)
        }
    }

    /// As many vectors as texts: of each its length.
    @Sendable private static func answer(_ request: ScriptedRequest) -> ScriptedAnswer {
        guard let body = try? JSONDocument.parse(request.body).root else { return .json("{}", status: 400) }
        if let text = body["inputText"]?.string {
            if text == "refused" { return .json("{}", status: 400) }
            return .json(#"{"embedding":[\#(text.utf8.count),0.5],"inputTextTokenCount":3}"#)
        }
        let items = body["texts"]?.elements.map { "[\($0.string?.utf8.count ?? 0),0.5]" } ?? []
        var answer = ScriptedAnswer.json(
            #"{"id":"i","response_type":"embeddings_by_type","embeddings":{"float":[\#(items.joined(separator: ","))]}}"#
        )
        answer.headers.append(("X-Amzn-Bedrock-Input-Token-Count", "7"))
        return answer
    }

    private static func input(_ count: Int) -> String {
        let texts = (0..<count).map { "\"" + String(repeating: "a", count: $0 + 1) + "\"" }
        return #""input":[\#(texts.joined(separator: ","))]"#
    }

    private func firsts(_ response: CompletionResponse) -> [Int] {
        response.body["data"]?.elements.map { Int($0["embedding"]?[index: 0]?.double ?? -1) } ?? []
    }

    @Test
    func `calls that had finished are counted when another fails`() async throws {
        // Eight calls run at once: the last begins when others have ended.
        let (answer, _) = try await embed(
            Self.input(12).dropLast() + #","refused"]"#, model: "amazon.titan-embed-text-v2:0")
        guard case .failure(let error) = answer else {
            Issue.record("nothing failed")
            return
        }
        let spent = try #require(error.spent)
        #expect(spent.input >= 5 * 3 && spent.input <= 12 * 3)
    }

    @Test(arguments: [
        ("amazon.titan-embed-text-v2:0", 30, 30, 90), ("cohere.embed-multilingual-v3", 200, 3, 21),
        ("us.cohere.embed-v4:0", 96, 1, 7),
    ])
    func `texts go as many at a time as the model takes, and come back in their order`(
        model: String, texts: Int, calls: Int, tokens: Int
    ) async throws {
        let (answer, requests) = try await embed(Self.input(texts), model: model)
        let response = try answer.get()
        #expect(firsts(response) == Array(1...texts))
        #expect(response.usage == TokenUsage(input: tokens))
        #expect(requests.count == calls)
        #expect(requests.allSatisfy { $0.target.hasSuffix("/invoke") })
        #expect(
            requests.allSatisfy {
                isSigned($0, by: .init(accessKeyID: "AKID", secretAccessKey: "s"), region: "eu-west-1")
            })
    }

    @Test(arguments: [
        ("amazon.titan-embed-text-v2:0", #"{"inputText":"a","dimensions":256}"#, [String]()),
        ("amazon.titan-embed-text-v1", #"{"inputText":"a"}"#, ["dimensions"]),
        ("amazon.titan-embed-image-v1", #"{"inputText":"a","embeddingConfig":{"outputEmbeddingLength":256}}"#, []),
        (
            "cohere.embed-english-v3", #"{"texts":["a"],"input_type":"search_query","embedding_types":["float"]}"#,
            ["dimensions"]
        ),
        (
            "cohere.embed-v4:0",
            #"{"texts":["a"],"input_type":"search_query","embedding_types":["float"],"output_dimension":256}"#, []
        ),
    ])
    func `each model is asked in its own form`(model: String, body: String, dropped: [String]) async throws {
        let wish = model.contains("cohere") ? #","input_type":"search_query""# : ""
        let (answer, requests) = try await embed(#""input":"a","dimensions":256,"user":"u"\#(wish)"#, model: model)
        #expect(requests.first.map { String(decoding: $0.body, as: UTF8.self) } == body)
        #expect(try answer.get().droppedParameters.sorted() == (dropped + ["user"]).sorted())
    }

    @Test func `models of other forms, and tokens, are refused`() async throws {
        let (other, _) = try await embed(#""input":"a""#, model: "anthropic.claude-3-haiku")
        #expect(throws: HubError.self) { try other.get() }
        let (tokens, requests) = try await embed(#""input":[1,2]"#, model: "cohere.embed-v4:0")
        #expect(throws: HubError.self) { try tokens.get() }
        #expect(requests.isEmpty)
    }
}
