public import Dialects
public import HTTPClient
public import HubCore
internal import Wire

/// Anthropic, and servers that speak its messages.
public final class AnthropicProvider: LLMProvider {
    let options: AnthropicOptions
    let batchCalls: BatchCalls<AnthropicAnswers>
    private let caller: HTTPCaller<AnthropicAnswers>
    private let messages: HTTPEndpoint
    private let count: HTTPEndpoint
    private let models: HTTPEndpoint
    /// Of the configuration.
    private let betaFlags: [String]

    private static let betaHeader = "anthropic-beta"

    /// Throws where the URL or a header cannot be used.
    public init(_ options: AnthropicOptions, client: HTTPClient) throws(HubError) {
        self.options = options
        caller = HTTPCaller(
            providerID: options.providerID, client: client,
            pool: ConnectionPool(
                maximumConnections: options.maximumConnections, patience: options.connectionPatience))
        betaFlags = options.headers.filter { $0.name.lowercased() == Self.betaHeader }.map(\.value)
        let headers =
            options.headersWithKey.filter { $0.name.lowercased() != Self.betaHeader }
            + [("anthropic-version", options.version)]
        let postHeaders = headers + [("content-type", "application/json")]
        let url = options.baseURL + options.messagesPath
        // One for all requests of a batch, and so without what clients say.
        let flags = betaFlags.isEmpty ? [] : [(Self.betaHeader, betaFlags.joined(separator: ","))]
        batchCalls = BatchCalls(caller: caller, root: url + "/batches", headers: headers + flags)
        do throws(HTTPClientError) {
            messages = try HTTPEndpoint(method: "POST", url: url, headers: postHeaders)
            count = try HTTPEndpoint(method: "POST", url: url + "/count_tokens", headers: postHeaders)
            models = try HTTPEndpoint(
                method: "GET", url: options.baseURL + options.modelsPath + "?limit=1000", headers: headers)
        } catch {
            throw HubError(.providerNotConfigured, "\(options.providerID): \(TransportFailure.text(error))")
        }
    }

    public var providerID: String { options.providerID }

    public func metadata() -> ProviderMetadata {
        var metadata = ProviderMetadata(
            kind: "anthropic", models: options.models, acceptsUnknownModels: true, vendor: options.vendor)
        metadata.answersSeveralChoices = false
        metadata.firstTokenTimeout = options.firstTokenTimeout
        return metadata
    }

    public func validateConfiguration() {}

    public func continuesTexts(model: String, facts: ModelFacts?) -> Bool {
        AnthropicTarget(model: model).continuesTexts(facts)
    }

    public func sendCompletion(_ call: ProviderCall) async throws(HubError) -> CompletionResponse {
        let (body, dropped) = try body(call)
        let request = caller.request(call, endpoint: messages, headers: headers(call), body: body)
        return try await caller.complete(request, of: call, dropped: dropped)
    }

    public func streamCompletion(_ call: ProviderCall, to receiver: any StreamReceiver) async throws(HubError) {
        let (body, dropped) = try body(call)
        let request = caller.request(call, endpoint: messages, headers: headers(call), body: body)
        try await caller.stream(request, of: call, dropped: dropped, to: receiver)
    }

    public func countTokens(_ call: ProviderCall) async throws(HubError) -> Int? {
        let (body, _) = try body(call)
        let request = caller.request(
            call, endpoint: count, headers: headers(call), body: try AnthropicRequest.countBody(body))
        let answer = try await caller.document(request)
        guard let count = try? JSONDocument.parse(answer).root["input_tokens"]?.int, count >= 0 else {
            var error = HubError(.providerBadResponse, "\(providerID) did not count the tokens")
            error.provider = providerID
            throw error
        }
        return count
    }

    public func checkHealth() async -> ProviderHealth { await caller.health(models) }

    /// One page holds more models than there are.
    public func listModels() async -> [ModelFacts] {
        guard let body = await caller.document(models), let list = try? JSONDocument.parse(body).root["data"],
            list.isArray
        else { return [] }
        return list.elements.compactMap { model in
            model["id"]?.string.map { id in
                ModelFacts(
                    id: id, contextWindow: model["max_input_tokens"]?.int, maximumOutputTokens: model["max_tokens"]?.int
                )
            }
        }
    }

    // MARK: Requests

    /// The client's flags beside those of the configuration.
    private func headers(_ call: ProviderCall) -> [(name: String, value: String)] {
        var flags = betaFlags
        for (name, value) in call.passedHeaders where name == Self.betaHeader { flags.append(value) }
        return flags.isEmpty ? [] : [(Self.betaHeader, flags.joined(separator: ","))]
    }

    /// The body, and the names of the fields that it leaves out.
    func body(_ call: ProviderCall) throws(HubError) -> ([UInt8], dropped: [String]) {
        var report = TranslationReport()
        if call.request.dialect == .anthropic {
            let body = AnthropicRequest.render(
                call.request, model: call.model, rules: FieldRules(call.facts, effort: nil), report: &report)
            try report.check(isStrict: call.isStrict, provider: providerID)
            return (body, report.dropped)
        }
        let target = AnthropicTarget(model: call.model).refined(by: call.facts)
        let body = AnthropicRequest.render(
            try call.request.canonical(), model: call.model, target: target, report: &report)
        try report.check(isStrict: call.isStrict, provider: providerID)
        return (body, report.dropped)
    }
}
