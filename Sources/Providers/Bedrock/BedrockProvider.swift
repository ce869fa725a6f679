public import Dialects
public import HTTPClient
public import HubCore
internal import Reactor
internal import Wire

/// AWS Bedrock, by its Converse API.
public final class BedrockProvider: LLMProvider {
    private let options: BedrockOptions
    let caller: HTTPCaller<BedrockAnswers>
    let endpoints: BedrockEndpoints
    let authorization: BedrockAuthorization
    private let foundationModels: BedrockEndpoint
    private let profiles: BedrockEndpoint

    /// Throws where the URL or a header cannot be used.
    public init(
        _ options: BedrockOptions, client: HTTPClient, clock: any TimeSource = MachineTime()
    ) throws(HubError) {
        self.options = options
        caller = HTTPCaller(
            providerID: options.providerID, client: client,
            pool: ConnectionPool(
                maximumConnections: options.maximumConnections, patience: options.connectionPatience))
        endpoints = BedrockEndpoints(root: options.runtimeURL, headers: options.headers)
        var key: String?
        var source = AWSCredentialSource.instance
        switch options.authorization {
        case .key(let given): key = given
        case .signature(let given): source = given
        }
        authorization = BedrockAuthorization(
            providerID: options.providerID, key: key, region: options.region, clock: clock,
            fetch: AWSCredentialFetch(
                providerID: options.providerID, source: source, client: client, clock: clock,
                instanceURL: options.instanceURL, readFile: options.readFile))
        do throws(HTTPClientError) {
            foundationModels = try BedrockEndpoint(
                method: "GET", root: options.controlURL, path: "/foundation-models", query: "byOutputModality=TEXT",
                headers: options.headers)
            profiles = try BedrockEndpoint(
                method: "GET", root: options.controlURL, path: "/inference-profiles", query: "maxResults=1000",
                headers: options.headers)
        } catch {
            throw HubError(.providerNotConfigured, "\(options.providerID): \(TransportFailure.text(error))")
        }
    }

    public var providerID: String { options.providerID }

    public func metadata() -> ProviderMetadata {
        var metadata = ProviderMetadata(
            kind: "bedrock", models: options.models, acceptsUnknownModels: true, vendor: options.vendor)
        metadata.answersSeveralChoices = false
        metadata.firstTokenTimeout = options.firstTokenTimeout
        return metadata
    }

    public func validateConfiguration() {}

    public func continuesTexts(model: String, facts: ModelFacts?) -> Bool {
        let target = BedrockTarget(model: model)
        return target.isClaude && target.anthropic.continuesTexts(facts)
    }

    public func sendCompletion(_ call: ProviderCall) async throws(HubError) -> CompletionResponse {
        let (body, dropped) = try body(call)
        let endpoint = try endpoints.endpoint(call.model, .converse)
        return try await authorized(call, endpoint, body) { request throws(HubError) in
            try await caller.complete(request, of: call, dropped: dropped)
        }
    }

    public func streamCompletion(_ call: ProviderCall, to receiver: any StreamReceiver) async throws(HubError) {
        let (body, dropped) = try body(call)
        let endpoint = try endpoints.endpoint(call.model, .stream)
        try await authorized(call, endpoint, body) { request throws(HubError) in
            try await caller.stream(request, of: call, dropped: dropped, to: receiver)
        }
    }

    /// Nil where Bedrock refuses to count: it does not for inference profiles, which many models are called by, for many
    /// models, and for tools that the model's own server runs.
    public func countTokens(_ call: ProviderCall) async throws(HubError) -> Int? {
        let body = BedrockRequest.countBody(try body(call).0)
        let endpoint = try endpoints.endpoint(call.model, .count)
        let answer: [UInt8]
        do throws(HubError) {
            answer = try await authorized(call, endpoint, body) { request throws(HubError) in
                try await caller.document(request)
            }
        } catch {
            // Of Bedrock's refusals alone: what the hub itself finds wrong is the client's to know.
            guard error.upstream != nil, [.providerRejected, .modelNotFound].contains(error.code) else { throw error }
            return nil
        }
        guard let count = try? JSONDocument.parse(answer).root["inputTokens"]?.int, count >= 0 else {
            var error = HubError(.providerBadResponse, "\(providerID) did not count the tokens")
            error.provider = providerID
            throw error
        }
        return count
    }

    // MARK: Free calls

    public func checkHealth() async -> ProviderHealth {
        do throws(HubError) {
            return try await authorization.authorized(foundationModels, [], until: Self.freeCallEnd) {
                headers throws(HubError) in
                await caller.health(foundationModels.http, headers: headers)
            }
        } catch {
            return ProviderHealth(status: .unhealthy, reason: error.message)
        }
    }

    /// Models that are called by their id, and profiles: many models are called by a profile only.
    public func listModels() async -> [ModelFacts] {
        let models = await list(foundationModels, "modelSummaries").filter { model in
            let isCalledByID = model["inferenceTypesSupported"]?.elements.contains { $0.equals("ON_DEMAND") } ?? true
            return isCalledByID && model["modelLifecycle"]?["status"]?.equals("LEGACY") != true
        }
        let profiles = await list(profiles, "inferenceProfileSummaries")
        let names =
            models.compactMap { $0["modelId"]?.string } + profiles.compactMap { $0["inferenceProfileId"]?.string }
        return names.map { ModelFacts(id: $0) }
    }

    private func list(_ endpoint: BedrockEndpoint, _ name: StaticString) async -> [JSONValue] {
        let answer = try? await authorization.authorized(endpoint, [], until: Self.freeCallEnd) {
            headers throws(HubError) in
            await caller.document(endpoint.http, headers: headers)
        }
        guard let body = answer ?? nil, let list = try? JSONDocument.parse(body).root[name], list.isArray else {
            return []
        }
        return Array(list.elements)
    }

    // MARK: Requests

    /// When credentials for a free call have to be there.
    private static var freeCallEnd: MonotonicTime { .now + .seconds(5) }

    /// Sends a request with the headers that authorize it, and again with new ones where AWS refuses those. All of it, the
    /// wait for credentials included, has the time of one call.
    /// - Parameter end: nil for the time of the call from now on.
    func authorized<Answer>(
        _ call: ProviderCall, _ endpoint: BedrockEndpoint, _ body: [UInt8], until end: MonotonicTime? = nil,
        _ work: (HTTPClientRequest) async throws(HubError) -> Answer
    ) async throws(HubError) -> Answer {
        let end = end ?? .now + call.deadlines.total
        return try await authorization.authorized(endpoint, body, until: end) { headers throws(HubError) in
            var request = caller.request(call, endpoint: endpoint.http, headers: headers, body: body)
            request.deadlines.total = end.since(.now)
            return try await work(request)
        }
    }

    /// The body, and the names of the fields that it leaves out.
    private func body(_ call: ProviderCall) throws(HubError) -> ([UInt8], dropped: [String]) {
        if call.request.dialect == .bedrock { return (BedrockRequest.render(call.request), []) }
        var report = TranslationReport()
        let body = BedrockRequest.render(
            try call.request.canonical(), target: BedrockTarget(model: call.model), report: &report)
        try report.check(isStrict: call.isStrict, provider: providerID)
        return (body, report.dropped)
    }
}
