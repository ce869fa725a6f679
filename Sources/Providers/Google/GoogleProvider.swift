public import Dialects
public import HTTPClient
public import HubCore
internal import Wire

/// Google's Gemini, and servers that speak its `generateContent`.
public final class GoogleProvider: LLMProvider {
    private let options: GoogleOptions
    private let caller: HTTPCaller<GeminiAnswers>
    private let endpoints: GoogleEndpoints
    private let models: HTTPEndpoint

    /// Throws where the URL or a header cannot be used.
    public init(_ options: GoogleOptions, client: HTTPClient) throws(HubError) {
        self.options = options
        caller = HTTPCaller(
            providerID: options.providerID, client: client,
            pool: ConnectionPool(
                maximumConnections: options.maximumConnections, patience: options.connectionPatience),
            firstByteTimeout: options.firstByteTimeout)
        var headers = options.headers
        if let key = options.apiKey {
            let scheme = options.authenticationScheme
            headers.append((options.authenticationHeader, scheme.isEmpty ? key : "\(scheme) \(key)"))
        }
        let root = "\(options.baseURL)/\(options.version)/models"
        endpoints = GoogleEndpoints(root: root, headers: headers)
        do throws(HTTPClientError) {
            models = try HTTPEndpoint(method: "GET", url: root + "?pageSize=1000", headers: headers)
        } catch {
            throw HubError(.providerNotConfigured, "\(options.providerID): \(TransportFailure.text(error))")
        }
    }

    public var providerID: String { options.providerID }

    public func metadata() -> ProviderMetadata {
        ProviderMetadata(kind: "google", models: options.models, acceptsUnknownModels: true, vendor: options.vendor)
    }

    public func validateConfiguration() {}

    public func sendCompletion(_ call: ProviderCall) async throws(HubError) -> CompletionResponse {
        let (body, dropped) = try body(call)
        let endpoint = try endpoints.endpoint(name(call), .generate)
        return try await caller.complete(caller.request(call, endpoint: endpoint, body: body), dropped: dropped)
    }

    public func streamCompletion(_ call: ProviderCall, to receiver: any StreamReceiver) async throws(HubError) {
        let (body, dropped) = try body(call)
        let endpoint = try endpoints.endpoint(name(call), .stream)
        try await caller.stream(
            caller.request(call, endpoint: endpoint, body: body), dropped: dropped, to: receiver)
    }

    public func countTokens(_ call: ProviderCall) async throws(HubError) -> Int? {
        let (body, _) = try body(call)
        let endpoint = try endpoints.endpoint(name(call), .count)
        let request = caller.request(
            call, endpoint: endpoint, body: GeminiRequest.countBody(body, model: name(call)))
        let answer = try await caller.document(request)
        // Google leaves a zero out.
        guard let root = try? JSONDocument.parse(answer).root, root.isObject else {
            var error = HubError(.providerBadResponse, "\(providerID) did not count the tokens")
            error.provider = providerID
            throw error
        }
        return max(0, root["totalTokens"]?.int ?? 0)
    }

    public func checkHealth() async -> ProviderHealth { await caller.health(models) }

    /// One page holds more models than there are.
    public func listModels() async -> [ModelFacts] {
        guard let body = await caller.document(models), let list = try? JSONDocument.parse(body).root["models"],
            list.isArray
        else { return [] }
        return list.elements.compactMap { model in
            guard let name = model["name"]?.string, Self.generates(model) else { return nil }
            return ModelFacts(
                id: Self.bare(name), contextWindow: model["inputTokenLimit"]?.int,
                maximumOutputTokens: model["outputTokenLimit"]?.int)
        }
    }

    /// Models for embeddings and images are listed too.
    private static func generates(_ model: JSONValue) -> Bool {
        guard let methods = model["supportedGenerationMethods"] else { return true }
        return methods.elements.contains { $0.equals("generateContent") }
    }

    // MARK: Requests

    private func name(_ call: ProviderCall) -> String { Self.bare(call.model) }

    /// Without `models/`, which clients may write before a name.
    private static func bare(_ name: String) -> String {
        name.hasPrefix("models/") ? String(name.dropFirst("models/".count)) : name
    }

    /// The body, and the names of the fields that it leaves out.
    private func body(_ call: ProviderCall) throws(HubError) -> ([UInt8], dropped: [String]) {
        if call.request.dialect == .gemini { return (GeminiRequest.render(call.request), []) }
        var report = TranslationReport()
        let body = GeminiRequest.render(
            try call.request.canonical(), target: GeminiTarget(model: name(call)), report: &report)
        try report.check(isStrict: call.isStrict, provider: providerID)
        return (body, report.dropped)
    }
}
