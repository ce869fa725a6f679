public import Dialects
public import HTTPClient
public import HubCore
internal import Wire

/// OpenAI and servers that speak its chat completion form, and its Responses where they have them.
public final class OpenAIFormProvider: LLMProvider {
    private let options: OpenAIFormOptions
    private let caller: HTTPCaller<OpenAIAnswers>
    private let responsesCaller: HTTPCaller<ResponsesAnswers>
    private let chat: HTTPEndpoint
    private let models: HTTPEndpoint
    private let text: HTTPEndpoint?
    private let responses: HTTPEndpoint?

    /// Throws where the URL or a header cannot be used.
    public init(_ options: OpenAIFormOptions, client: HTTPClient) throws(HubError) {
        self.options = options
        let pool = ConnectionPool(
            maximumConnections: options.maximumConnections, patience: options.connectionPatience)
        caller = HTTPCaller(
            providerID: options.providerID, client: client, pool: pool, firstByteTimeout: options.firstByteTimeout)
        responsesCaller = HTTPCaller(
            providerID: options.providerID, client: client, pool: pool, firstByteTimeout: options.firstByteTimeout)
        var headers = options.headers
        if let key = options.apiKey {
            let scheme = options.authenticationScheme
            headers.append((options.authenticationHeader, scheme.isEmpty ? key : "\(scheme) \(key)"))
        }
        let withBody = headers + [("content-type", "application/json")]
        do throws(HTTPClientError) {
            chat = try HTTPEndpoint(method: "POST", url: options.baseURL + options.chatPath, headers: withBody)
            text = try Self.endpoint(options.completionsPath, options.baseURL, withBody)
            responses = try Self.endpoint(options.responsesPath, options.baseURL, withBody)
            models = try HTTPEndpoint(method: "GET", url: options.baseURL + options.modelsPath, headers: headers)
        } catch {
            throw HubError(.providerNotConfigured, "\(options.providerID): \(TransportFailure.text(error))")
        }
    }

    /// Nil without a path.
    private static func endpoint(
        _ path: String?, _ baseURL: String, _ headers: [(name: String, value: String)]
    ) throws(HTTPClientError) -> HTTPEndpoint? {
        guard let path else { return nil }
        return try HTTPEndpoint(method: "POST", url: baseURL + path, headers: headers)
    }

    public var providerID: String { options.providerID }

    public func metadata() -> ProviderMetadata {
        ProviderMetadata(
            kind: options.kind.rawValue, models: options.models, acceptsUnknownModels: true, vendor: options.vendor)
    }

    public func validateConfiguration() throws(HubError) {
        guard let problem = options.missingKey else { return }
        var error = HubError(.providerNotConfigured, "\(providerID) is not configured: \(problem)")
        error.provider = providerID
        throw error
    }

    public func takesTextCompletions(model: String) -> Bool {
        let prefixes = options.textModelPrefixes
        return text != nil && (prefixes.isEmpty || prefixes.contains { model.hasPrefix($0) })
    }

    public func sendCompletion(_ call: ProviderCall) async throws(HubError) -> CompletionResponse {
        let (request, dropped) = try request(call)
        return surface(call) == .responses
            ? try await responsesCaller.complete(request, dropped: dropped)
            : try await caller.complete(request, dropped: dropped)
    }

    public func streamCompletion(_ call: ProviderCall, to receiver: any StreamReceiver) async throws(HubError) {
        let (request, dropped) = try request(call)
        if surface(call) == .responses {
            try await responsesCaller.stream(request, dropped: dropped, to: receiver)
        } else {
            try await caller.stream(request, dropped: dropped, to: receiver)
        }
    }

    public func checkHealth() async -> ProviderHealth { await caller.health(models) }

    public func listModels() async -> [ModelFacts] {
        guard let body = await caller.document(models), let list = try? JSONDocument.parse(body).root["data"],
            list.isArray
        else { return [] }
        return list.elements.compactMap { $0["id"]?.string.map { ModelFacts(id: $0) } }
    }

    /// The form in which a call is made.
    private enum Surface {
        case chat, text, responses
    }

    /// The client's own form where server and model have it, else the one that the model has, else chat.
    private func surface(_ call: ProviderCall) -> Surface {
        if call.request.dialect == .textCompletion { return .text }
        guard responses != nil else { return .chat }
        switch call.facts?.quirks.onlyForm {
        case .chat: return .chat
        case .responses: return .responses
        case nil: return call.request.dialect == .responses ? .responses : .chat
        }
    }

    /// The request, and the names of the fields that it leaves out.
    private func request(_ call: ProviderCall) throws(HubError) -> (HTTPClientRequest, dropped: [String]) {
        var report = TranslationReport()
        let surface = surface(call)
        let body = surface == .responses ? try responsesBody(call, &report) : try body(call, &report)
        try report.check(isStrict: call.isStrict, provider: providerID)
        let endpoint: HTTPEndpoint? =
            switch surface {
            case .chat: chat
            case .text: text
            case .responses: responses
            }
        guard let endpoint else {
            throw HubError(.unsupportedParameter, "\(providerID) takes no text completions", parameter: "prompt")
        }
        return (caller.request(call, endpoint: endpoint, body: body), report.dropped)
    }

    private func body(_ call: ProviderCall, _ report: inout TranslationReport) throws(HubError) -> [UInt8] {
        let target = target(call.request.dialect)
        switch call.request.dialect {
        case .openAI:
            return OpenAIRequest.render(call.request, model: call.model, usageChunk: true)
        case .unified, .textCompletion:
            return UnifiedRequest.renderOpenAI(
                call.request, model: call.model, target: target, usageChunk: true, report: &report)
        case .anthropic, .responses:
            return OpenAIRequest.render(
                try call.request.canonical(), model: call.model, target: target.refined(by: call.facts), report: &report
            )
        }
    }

    private func responsesBody(
        _ call: ProviderCall, _ report: inout TranslationReport
    ) throws(HubError) -> [UInt8] {
        let target = ResponsesTarget(model: call.model).refined(by: call.facts)
        if call.request.dialect == .responses {
            return ResponsesRequest.render(call.request, model: call.model, isReasoning: target.isReasoning)
        }
        return ResponsesRequest.render(
            try call.request.canonical(), model: call.model, target: target, report: &report)
    }

    private func target(_ dialect: CompletionRequest.Dialect) -> OpenAITarget {
        switch options.kind {
        case .openai: dialect == .textCompletion ? .openAIText : .openAI
        case .compatible: .compatible
        }
    }
}

extension OpenAITarget {
    /// With what is known of the model.
    fileprivate func refined(by facts: ModelFacts?) -> OpenAITarget {
        guard let facts else { return self }
        var target = self
        if facts.quirks.limitsCompletionTokens { target.outputLimitField = "max_completion_tokens" }
        target.refusedFields = facts.quirks.refusedFields
        if !facts.capabilities.isEmpty { target.thinks = facts.capabilities.contains("reasoning") }
        return target
    }
}

extension ResponsesTarget {
    /// With what is known of the model.
    fileprivate func refined(by facts: ModelFacts?) -> ResponsesTarget {
        guard let facts else { return self }
        var target = self
        if !facts.quirks.refusedFields.isEmpty {
            target.acceptsSampling = !facts.quirks.refusedFields.contains("temperature")
        }
        if !facts.capabilities.isEmpty { target.isReasoning = facts.capabilities.contains("reasoning") }
        return target
    }
}
