import Dialects
import HTTPClient
import HubCore
import Providers
import TestSupport
import Testing
import Wire

struct AzureProviderTests {
    private static let answer = ScriptedAnswer.json(
        #"{"id":"c","choices":[{"index":0,"message":{"content":"hi"},"finish_reason":"stop"}]}"#)

    private let bench: Bench

    init() throws {
        bench = try Bench()
    }

    private func provider(
        _ scripted: ScriptedProvider, path: String = "", configure: (inout AzureOptions) -> Void = { _ in }
    ) throws -> OpenAIFormProvider {
        // The scripted provider's URL ends in OpenAI's version.
        let resource = String(scripted.baseURL.dropLast("/v1".count))
        var options = AzureOptions(providerID: "azure", endpoint: resource + path, apiKey: "key-1")
        configure(&options)
        return try OpenAIFormProvider(options, client: bench.client)
    }

    /// What is asked of a resource that is configured so.
    private func request(
        path: String = "", model: String = "gpt-4o", isStream: Bool = false,
        configure: (inout AzureOptions) -> Void = { _ in }
    ) async throws -> ScriptedRequest {
        let scripted = try ScriptedProvider(answer: Self.answer)
        defer { scripted.stop() }
        let provider = try provider(scripted, path: path, configure: configure)
        let call = try ProviderCall.test(model: model, isStream: isStream)
        if isStream { _ = await provider.stream(call) } else { _ = try await provider.sendCompletion(call) }
        return try #require(scripted.requests.first)
    }

    @Test func `a deployment has a URL of its own, with the version and the key`() async throws {
        let request = try await request { $0.deployments = ["gpt-4o": "my-4o"] }
        #expect(request.target == "/openai/deployments/my-4o/chat/completions?api-version=2024-10-21")
        #expect(request.header("api-key") == "key-1")
        #expect(request.header("authorization") == nil)
        #expect(String(decoding: request.body, as: UTF8.self).hasPrefix(#"{"model":"my-4o","#))
    }

    @Test(arguments: [
        (["*": "all"], "gpt-4o", "all"), ([:], "gpt-4o", "gpt-4o"), (["a": "b"], "gpt-4o", "gpt-4o"),
        ([:], "a/../b?c", "a%2F..%2Fb%3Fc"), ([:], "..", "%2E%2E"),
    ])
    func `a model without a deployment goes to that of all others, or its own name`(
        deployments: [String: String], model: String, segment: String
    ) async throws {
        let request = try await request(model: model) { $0.deployments = deployments }
        #expect(request.target == "/openai/deployments/\(segment)/chat/completions?api-version=2024-10-21")
    }

    @Test(arguments: [
        ("", "v1", "/openai/v1/chat/completions"),
        ("", "preview", "/openai/v1/chat/completions?api-version=preview"),
        ("/openai/v1", nil, "/openai/v1/chat/completions"),
        ("/models", nil, "/models/chat/completions?api-version=2024-05-01-preview"),
        ("/openai/", "2025-04-01-preview", "/openai/deployments/d/chat/completions?api-version=2025-04-01-preview"),
    ])
    func `each surface has its URLs`(path: String, version: String?, target: String) async throws {
        let request = try await request(path: path) { options in
            options.apiVersion = version
            options.deployments = ["*": "d"]
        }
        #expect(request.target == target)
        #expect(String(decoding: request.body, as: UTF8.self).hasPrefix(#"{"model":"d","#))
    }

    @Test func `a token of Entra ID is a bearer token`() async throws {
        let request = try await request { $0.authenticationHeader = "Authorization" }
        #expect(request.header("authorization") == "Bearer key-1")
        #expect(request.header("api-key") == nil)
    }

    @Test(arguments: [("2024-10-21", true), ("2024-09-01-preview", true), ("2024-02-01", false)])
    func `usage of streams is asked for where the version knows it`(version: String, asks: Bool) async throws {
        let request = try await request(isStream: true) { $0.apiVersion = version }
        #expect(String(decoding: request.body, as: UTF8.self).contains("include_usage") == asks)
    }

    @Test func `embeddings and responses go where the surface has them`() async throws {
        let scripted = try ScriptedProvider(answer: .json(#"{"data":[{"embedding":[1.0]}]}"#))
        defer { scripted.stop() }
        let embed = try EmbeddingRequest.parse(JSONDocument.parse(#"{"model":"x","input":"a"}"#).root)
        let respond = try ResponsesRequest.parse(JSONDocument.parse(#"{"model":"x","input":"a"}"#).root)
        for version in [nil, "v1"] as [String?] {
            let provider = try provider(scripted) { $0.apiVersion = version }
            _ = try await provider.embed(.test(embed, model: "emb"))
            _ = await provider.failure(.test(respond, model: "gpt"))
        }
        #expect(
            scripted.requests.map(\.target) == [
                "/openai/deployments/emb/embeddings?api-version=2024-10-21",
                "/openai/deployments/gpt/chat/completions?api-version=2024-10-21", "/openai/v1/embeddings",
                "/openai/v1/responses",
            ])
    }

    @Test func `health asks for the list of models, and deployments are what is listed`() async throws {
        let scripted = try ScriptedProvider(answer: .json(#"{"data":[{"id":"base"}]}"#))
        defer { scripted.stop() }
        let provider = try provider(scripted) { $0.deployments = ["gpt-4o": "my-4o", "*": "rest"] }
        #expect(await provider.checkHealth().status == .healthy)
        #expect(scripted.requests.first?.target == "/openai/models?api-version=2024-10-21")
        #expect(await provider.listModels().map(\.id) == ["gpt-4o"])
        #expect(provider.metadata().kind == "azure")
    }

    @Test(arguments: [
        (
            400,
            #"{"error":{"code":"content_filter","message":"filtered","param":"prompt","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation"}}}"#,
            ErrorCode.contentFilter
        ),
        (
            401, #"{"statusCode":401,"message":"Access denied due to invalid subscription key."}"#,
            .providerAuthentication
        ),
        (404, #"{"error":{"code":"DeploymentNotFound","message":"no such deployment"}}"#, .modelNotFound),
        (429, #"{"error":{"code":"RateLimitReached","message":"retry after 7 seconds"}}"#, .providerRateLimited),
        (500, #"{"error":{"code":"InternalServerError","message":"oh"}}"#, .providerError),
        (408, #"{"error":{"code":"408","message":"late"}}"#, .providerTimeout),
    ])
    func `Azure's errors are understood`(status: Int, body: String, code: ErrorCode) async throws {
        let scripted = try ScriptedProvider(answer: .json(body, status: status))
        defer { scripted.stop() }
        #expect(await (try provider(scripted)).failure(try .test(model: "m"))?.code == code)
    }
}

/// What was recorded of Azure, over sockets.
@Suite(.enabled(if: RecordedInteractions.areHere, "\(RecordedInteractions.areMissing)"))
struct RecordedAzureTests {
    @Test func `recorded answers and errors of Azure are read from its URLs`() async throws {
        let bench = try Bench()
        let recorded = try RecordedInteractions.all(dialect: "openai-chat").filter { $0.provider == "azure-openai" }
        #expect(recorded.count > 40)
        for interaction in recorded {
            let type = interaction.isStream && interaction.status == 200 ? "text/event-stream" : "application/json"
            let scripted = try ScriptedProvider(
                answer: ScriptedAnswer(
                    status: interaction.status, headers: [("content-type", type)], body: interaction.body))
            defer { scripted.stop() }
            let options = AzureOptions(
                providerID: "azure", endpoint: String(scripted.baseURL.dropLast("/v1".count)), apiKey: "k")
            let provider = try OpenAIFormProvider(options, client: bench.client)
            // The model is in the URL of some.
            let call = ProviderCall.test(
                CompletionRequest(
                    dialect: .openAI, body: interaction.request, model: "m", isStream: interaction.isStream))
            var failure: HubError?
            if interaction.isStream {
                let (received, error) = await provider.stream(call)
                failure = error
                if error == nil { #expect(!received.finishReasons.isEmpty, "\(interaction.id)") }
            } else {
                failure = await provider.failure(call)
            }
            let isFiltered = interaction.kind == "content_filter" && failure?.code == .contentFilter
            #expect(
                (failure == nil) == (interaction.status == 200) || isFiltered,
                "\(interaction.id): \(failure?.message ?? "")")
        }
    }
}
