public import Dialects
public import HTTPClient
public import HubCore
internal import Reactor
internal import Wire

/// Google's Gemini, by its own service or through Vertex AI, and servers that speak its `generateContent`.
public final class GoogleProvider: LLMProvider {
    let options: GoogleOptions
    let batchCalls: BatchCalls<GeminiAnswers>
    private let caller: HTTPCaller<GeminiAnswers>
    private let endpoints: GoogleEndpoints
    private let models: HTTPEndpoint
    /// Vertex's; nil where a key is sent.
    private let tokens: AccessTokens<String>?
    private let clock: any TimeSource

    private typealias Headers = [(name: String, value: String)]

    /// Throws where the URL or a header cannot be used.
    public init(
        _ options: GoogleOptions, client: HTTPClient, clock: any TimeSource = MachineTime()
    ) throws(HubError) {
        self.options = options
        self.clock = clock
        caller = HTTPCaller(
            providerID: options.providerID, client: client,
            pool: ConnectionPool(
                maximumConnections: options.maximumConnections, patience: options.connectionPatience))
        batchCalls = BatchCalls(
            caller: caller, root: "\(options.baseURL)/\(options.version)", headers: options.allHeaders)
        endpoints = GoogleEndpoints(root: options.modelsURL, headers: options.allHeaders)
        do throws(HTTPClientError) {
            models = try HTTPEndpoint(method: "GET", url: options.listURL, headers: options.allHeaders)
            if let vertex = options.vertex {
                let exchange = try GoogleTokenExchange(
                    providerID: options.providerID, account: vertex.account, client: client, clock: clock)
                tokens = AccessTokens(clock: clock, fetch: exchange.fetch)
            } else {
                tokens = nil
            }
        } catch {
            throw HubError(.providerNotConfigured, "\(options.providerID): \(TransportFailure.text(error))")
        }
    }

    public var providerID: String { options.providerID }

    public func metadata() -> ProviderMetadata {
        // Vertex's prices and limits are its own.
        var metadata = ProviderMetadata(
            kind: "google", models: options.models, acceptsUnknownModels: true,
            vendor: options.vendor ?? (isVertex ? "vertex" : nil))
        metadata.firstTokenTimeout = options.firstTokenTimeout
        return metadata
    }

    public func validateConfiguration() {}

    public func continuesTexts(model: String, facts: ModelFacts?) -> Bool { true }

    public func sendCompletion(_ call: ProviderCall) async throws(HubError) -> CompletionResponse {
        let (body, dropped) = try body(call)
        let endpoint = try endpoints.endpoint(name(call), .generate)
        return try await authorized(call) { request throws(HubError) in
            try await caller.complete(request(endpoint, body), of: call, dropped: dropped)
        }
    }

    public func streamCompletion(_ call: ProviderCall, to receiver: any StreamReceiver) async throws(HubError) {
        let (body, dropped) = try body(call)
        let endpoint = try endpoints.endpoint(name(call), .stream)
        try await authorized(call) { request throws(HubError) in
            try await caller.stream(request(endpoint, body), of: call, dropped: dropped, to: receiver)
        }
    }

    public func countTokens(_ call: ProviderCall) async throws(HubError) -> Int? {
        let (body, _) = try body(call)
        let endpoint = try endpoints.endpoint(name(call), .count)
        let counted =
            isVertex ? GeminiRequest.vertexCountBody(body) : GeminiRequest.countBody(body, model: name(call))
        let answer = try await authorized(call) { request throws(HubError) in
            try await caller.document(request(endpoint, counted))
        }
        // Google leaves a zero out.
        guard let root = try? JSONDocument.parse(answer).root, root.isObject else {
            var error = HubError(.providerBadResponse, "\(providerID) did not count the tokens")
            error.provider = providerID
            throw error
        }
        return max(0, root["totalTokens"]?.int ?? 0)
    }

    public func checkHealth() async -> ProviderHealth {
        do throws(HubError) {
            return await caller.health(models, headers: Self.headers(try await tokens?.token()))
        } catch {
            return ProviderHealth(status: .unhealthy, reason: error.message)
        }
    }

    /// One page holds more models than there are.
    public func listModels() async -> [ModelFacts] {
        let headers: Headers
        do throws(HubError) {
            headers = Self.headers(try await tokens?.token())
        } catch {
            return []
        }
        guard let body = await caller.document(models, headers: headers),
            let answer = try? JSONDocument.parse(body).root,
            let list = answer["models"] ?? answer["publisherModels"], list.isArray
        else { return [] }
        return list.elements.compactMap { model in
            guard let name = model["name"]?.string, Self.generates(model) else { return nil }
            return ModelFacts(
                id: Self.bare(name), contextWindow: model["inputTokenLimit"]?.int,
                maximumOutputTokens: model["outputTokenLimit"]?.int)
        }
    }

    /// Models for embeddings and images are listed too. Vertex says of none what it does, and lists everything that Google
    /// makes.
    private static func generates(_ model: JSONValue) -> Bool {
        if let methods = model["supportedGenerationMethods"] {
            return methods.elements.contains { $0.equals("generateContent") }
        }
        guard let name = model["name"]?.string, name.hasPrefix("publishers/") else { return true }
        return bare(name).hasPrefix("gemini-") && !name.contains("embedding")
    }

    /// As many calls as the model needs for the texts, a few at a time, within the time of one.
    public func embed(_ call: ProviderCall) async throws(HubError) -> CompletionResponse {
        var report = TranslationReport()
        let texts = try EmbeddingRequest.texts(call.request, provider: providerID, report: &report)
        try report.check(isStrict: call.isStrict, provider: providerID)
        let plan = GoogleEmbeddingPlan(isVertex: isVertex, quirks: call.facts?.quirks ?? ModelQuirks())
        let endpoint = try endpoints.endpoint(name(call), plan.action)
        let end = MonotonicTime.now + call.deadlines.total
        let answers = try await BoundedCalls.map(plan.batches(texts), atOnce: Self.embeddingCallsAtOnce, usage: \.usage)
        {
            texts throws(HubError) in
            try await self.embed(texts, call, plan.form, endpoint, end: end)
        }
        let usages = answers.compactMap(\.usage)
        var response = try EmbeddingResponse.make(
            answers.flatMap(\.vectors), model: call.model,
            usage: usages.count == answers.count ? usages.reduce(TokenUsage(), +) : nil,
            estimate: TokenEstimate.texts(texts, model: call.model))
        response.droppedParameters = report.dropped
        return response
    }

    private static let embeddingCallsAtOnce = 8

    private func embed(
        _ texts: [String], _ call: ProviderCall, _ form: GeminiEmbedding.Form, _ endpoint: HTTPEndpoint,
        end: MonotonicTime
    ) async throws(HubError) -> GeminiEmbedding.Answer {
        let body = GeminiEmbedding.render(
            texts, form: form, model: name(call), dimensions: EmbeddingRequest.dimensions(call.request))
        let bytes = try await authorized(call, until: end) { request throws(HubError) in
            try await caller.document(request(endpoint, body))
        }
        return try GeminiEmbedding.parse(bytes, form: form, provider: providerID, count: texts.count)
    }

    // MARK: Requests

    private var isVertex: Bool { options.vertex != nil }

    private func name(_ call: ProviderCall) -> String { Self.bare(call.model) }

    /// Without `models/` or Vertex's `publishers/google/models/`, which clients may write before a name.
    static func bare(_ name: String) -> String {
        for prefix in ["models/", "publishers/google/models/"] where name.hasPrefix(prefix) {
            return String(name.dropFirst(prefix.count))
        }
        return name
    }

    /// Makes the request of a call.
    private typealias Request = (HTTPEndpoint, [UInt8]) -> HTTPClientRequest

    /// Does a call with what proves who makes it. A token that is refused is replaced, once: it may have been withdrawn. All
    /// of it, the wait for tokens included, has the time of one call.
    /// - Parameter end: nil for the time of the call from now on.
    private func authorized<Answer>(
        _ call: ProviderCall, until end: MonotonicTime? = nil,
        _ work: (Request) async throws(HubError) -> Answer
    ) async throws(HubError) -> Answer {
        guard tokens != nil || end != nil else { return try await work { self.request(call, $0, $1, [], end: nil) } }
        let end = end ?? .now + call.deadlines.total
        let first = try await token(until: end)
        do throws(HubError) {
            return try await work { self.request(call, $0, $1, Self.headers(first), end: end) }
        } catch {
            guard first != nil, error.upstream?.status == 401 else { throw error }
        }
        let second = try await token(rejecting: first, until: end)
        return try await work { self.request(call, $0, $1, Self.headers(second), end: end) }
    }

    private func request(
        _ call: ProviderCall, _ endpoint: HTTPEndpoint, _ body: [UInt8], _ headers: Headers, end: MonotonicTime?
    ) -> HTTPClientRequest {
        var request = caller.request(call, endpoint: endpoint, headers: headers, body: body)
        if let end { request.deadlines.total = end.since(.now) }
        return request
    }

    /// Nil where a key is sent.
    private func token(rejecting rejected: String? = nil, until end: MonotonicTime) async throws(HubError) -> String? {
        do throws(HubError) {
            return try await tokens?.token(rejecting: rejected, until: end)
        } catch {
            var error = error
            error.provider = providerID
            throw error
        }
    }

    private static func headers(_ token: String?) -> Headers {
        token.map { [("authorization", "Bearer \($0)")] } ?? []
    }

    /// The body, and the names of the fields that it leaves out.
    func body(_ call: ProviderCall) throws(HubError) -> ([UInt8], dropped: [String]) {
        var report = TranslationReport()
        let body: [UInt8]
        if call.request.dialect == .gemini {
            let rules = isVertex ? GeminiRequest.vertexRules : FieldRules()
            body = GeminiRequest.render(call.request, rules: rules, report: &report)
        } else {
            let target = GeminiTarget(model: name(call), isVertex: isVertex)
            body = GeminiRequest.render(try call.request.canonical(), target: target, report: &report)
        }
        try report.check(isStrict: call.isStrict, provider: providerID)
        return (body, report.dropped)
    }
}
