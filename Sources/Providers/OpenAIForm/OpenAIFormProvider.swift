public import Dialects
public import HTTPClient
public import HubCore
internal import Wire

/// OpenAI and servers that speak its chat completion form, and its Responses where they have them.
public final class OpenAIFormProvider: LLMProvider {
    let options: OpenAIFormOptions
    private let caller: HTTPCaller<OpenAIAnswers>
    private let responsesCaller: HTTPCaller<ResponsesAnswers>
    private let endpoints: any OpenAIEndpoints
    /// Nil where the server has no batches.
    let batchCalls: BatchCalls<OpenAIAnswers>?

    /// Throws where the URL or a header cannot be used.
    public convenience init(_ options: OpenAIFormOptions, client: HTTPClient) throws(HubError) {
        do throws(HTTPClientError) {
            self.init(options, endpoints: try FixedEndpoints(options), client: client)
        } catch {
            throw HubError(.providerNotConfigured, "\(options.providerID): \(TransportFailure.text(error))")
        }
    }

    /// Azure's OpenAI service: OpenAI's forms at URLs of its own.
    ///
    /// Throws where the URL or a header cannot be used.
    public convenience init(_ options: AzureOptions, client: HTTPClient) throws(HubError) {
        do throws(HTTPClientError) {
            self.init(options.asOpenAIForm, endpoints: try AzureEndpoints(options), client: client)
        } catch {
            throw HubError(.providerNotConfigured, "\(options.providerID): \(TransportFailure.text(error))")
        }
    }

    private init(_ options: OpenAIFormOptions, endpoints: any OpenAIEndpoints, client: HTTPClient) {
        self.options = options
        self.endpoints = endpoints
        let pool = ConnectionPool(
            maximumConnections: options.maximumConnections, patience: options.connectionPatience)
        caller = HTTPCaller(providerID: options.providerID, client: client, pool: pool)
        responsesCaller = HTTPCaller(providerID: options.providerID, client: client, pool: pool)
        let caller = caller
        batchCalls = endpoints.batches.map { batches in
            BatchCalls(caller: caller, root: batches.root, headers: options.headersWithKey, query: batches.query)
        }
    }

    public var providerID: String { options.providerID }

    public func metadata() -> ProviderMetadata {
        var metadata = ProviderMetadata(
            kind: options.kind.rawValue, models: options.models, acceptsUnknownModels: true, vendor: options.vendor)
        metadata.firstTokenTimeout = options.firstTokenTimeout
        return metadata
    }

    public func validateConfiguration() throws(HubError) {
        guard let problem = options.missingKey else { return }
        var error = HubError(.providerNotConfigured, "\(providerID) is not configured: \(problem)")
        error.provider = providerID
        throw error
    }

    public func takesTextCompletions(model: String) -> Bool {
        let prefixes = options.textModelPrefixes
        return endpoints.has(.text) && (prefixes.isEmpty || prefixes.contains { model.hasPrefix($0) })
    }

    public func sendCompletion(_ call: ProviderCall) async throws(HubError) -> CompletionResponse {
        let (request, dropped) = try request(call)
        return surface(call) == .responses
            ? try await responsesCaller.complete(request, of: call, dropped: dropped)
            : try await caller.complete(request, of: call, dropped: dropped)
    }

    public func streamCompletion(_ call: ProviderCall, to receiver: any StreamReceiver) async throws(HubError) {
        let (request, dropped) = try request(call)
        if surface(call) == .responses {
            try await responsesCaller.stream(request, of: call, dropped: dropped, to: receiver)
        } else {
            try await caller.stream(request, of: call, dropped: dropped, to: receiver)
        }
    }

    public func checkHealth() async -> ProviderHealth { await caller.health(endpoints.models) }

    public func listModels() async -> [ModelFacts] {
        // Azure lists what could be deployed, not what is.
        guard options.kind != .azure else { return options.models }
        guard let body = await caller.document(endpoints.models), let list = try? JSONDocument.parse(body).root["data"],
            list.isArray
        else { return [] }
        return list.elements.compactMap { $0["id"]?.string.map { ModelFacts(id: $0) } }
    }

    public func embed(_ call: ProviderCall) async throws(HubError) -> CompletionResponse {
        let place = try place(.embeddings, call)
        let body = EmbeddingRequest.render(call.request, model: place.model)
        let bytes = try await caller.document(
            caller.request(call, endpoint: place.endpoint, body: body), of: call)
        return try EmbeddingResponse.parse(
            bytes, provider: providerID, count: EmbeddingRequest.inputs(call.request).count)
    }

    public func continuesTexts(model: String, facts: ModelFacts?) -> Bool {
        options.textContinuation != nil && facts?.quirks.onlyForm != .responses
    }

    /// The client's own form where server and model have it, else the one that the model has, else chat.
    func surface(_ call: ProviderCall) -> OpenAISurface {
        if call.request.dialect == .textCompletion { return .text }
        guard endpoints.has(.responses), !call.continuesText else { return .chat }
        switch call.facts?.quirks.onlyForm {
        case .chat: return .chat
        case .responses: return .responses
        case nil: return call.request.dialect == .responses ? .responses : .chat
        }
    }

    /// What the model of a call is called there; nil where the server has no such surface.
    func modelName(_ surface: OpenAISurface, _ call: ProviderCall) -> String? {
        try? endpoints.place(surface, model: call.model)?.model
    }

    private func place(_ surface: OpenAISurface, _ call: ProviderCall) throws(HubError) -> OpenAIPlace {
        do throws(HTTPClientError) {
            if let place = try endpoints.place(surface, model: call.model) { return place }
        } catch {
            throw TransportFailure.error(error, provider: providerID)
        }
        throw HubError(.unsupportedParameter, "\(providerID) takes no text completions", parameter: "prompt")
    }

    /// The request, and the names of the fields that it leaves out.
    private func request(_ call: ProviderCall) throws(HubError) -> (HTTPClientRequest, dropped: [String]) {
        var report = TranslationReport()
        let surface = surface(call)
        let place = try place(surface, call)
        var body =
            surface == .responses
            ? try responsesBody(call, place.model, &report) : try body(call, place.model, &report)
        try report.check(isStrict: call.isStrict, provider: providerID)
        if call.continuesText, let form = options.textContinuation { body = form.marked(body) }
        return (caller.request(call, endpoint: place.endpoint, body: body), report.dropped)
    }

    func body(
        _ call: ProviderCall, _ model: String, _ report: inout TranslationReport
    ) throws(HubError) -> [UInt8] {
        let target = target(call.request.dialect)
        let asksForUsage = options.reportsStreamUsage
        switch call.request.dialect {
        case .openAI:
            return OpenAIRequest.render(
                call.request, model: model, usageChunk: asksForUsage,
                rules: FieldRules(call.facts, effort: Self.effort(call.request.body)), report: &report)
        case .unified, .textCompletion:
            return UnifiedRequest.renderOpenAI(
                call.request, model: model,
                target: target.refined(by: call.facts, effort: Self.effort(call.request.body)),
                usageChunk: asksForUsage, report: &report)
        case .anthropic, .responses, .gemini, .bedrock, .embeddings:
            let request = try call.request.canonical()
            return OpenAIRequest.render(
                request, model: model,
                target: target.refined(by: call.facts, effort: Self.effort(request)), report: &report)
        }
    }

    func responsesBody(
        _ call: ProviderCall, _ model: String, _ report: inout TranslationReport
    ) throws(HubError) -> [UInt8] {
        let target = ResponsesTarget(model: call.model).refined(by: call.facts)
        if call.request.dialect == .responses {
            return ResponsesRequest.render(
                call.request, model: model, isReasoning: target.isReasoning,
                rules: FieldRules(call.facts, effort: Self.effort(call.request.body)), report: &report)
        }
        return ResponsesRequest.render(
            try call.request.canonical(), model: model, target: target, report: &report)
    }

    /// As chats, Responses and the hub's own form say it.
    private static func effort(_ body: JSONValue) -> String? {
        let replaced = body["provider_params"]?["reasoning_effort"]
        return (replaced ?? body["reasoning_effort"] ?? body["reasoning"]?["effort"])?.string
    }

    /// As it is written for a client of another dialect.
    private static func effort(_ request: ChatRequest) -> String? {
        request.providerParameters?["reasoning_effort"]?.string ?? request.reasoning?.nearestEffort?.rawValue
    }

    private func target(_ dialect: CompletionRequest.Dialect) -> OpenAITarget {
        var target: OpenAITarget =
            switch options.kind {
            case .openai: dialect == .textCompletion ? .openAIText : .openAI
            case .compatible: .compatible
            case .azure: .azure
            }
        target.takesStreamOptions = options.reportsStreamUsage
        return target
    }
}

extension OpenAITarget {
    /// With what is known of the model.
    /// - Parameter effort: the reasoning effort that will be asked for.
    fileprivate func refined(by facts: ModelFacts?, effort: String?) -> OpenAITarget {
        guard let facts else { return self }
        var target = self
        if facts.quirks.limitsCompletionTokens { target.outputLimitField = "max_completion_tokens" }
        target.refusedFields = FieldRules(facts, effort: effort).refused
        target.takesExtraContent = facts.quirks.takesExtraContent
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
