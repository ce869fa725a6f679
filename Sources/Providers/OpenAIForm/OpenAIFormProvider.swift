public import Dialects
public import HTTPClient
public import HubCore
internal import Wire

/// OpenAI and servers that speak its chat completion form.
public final class OpenAIFormProvider: LLMProvider {
    private let options: OpenAIFormOptions
    private let client: HTTPClient
    private let pool: ConnectionPool
    private let chat: HTTPEndpoint
    private let models: HTTPEndpoint
    private let text: HTTPEndpoint?
    /// Answers above this are refused.
    private static let maximumAnswerBytes = 32 << 20

    /// Throws where the URL or a header cannot be used.
    public init(_ options: OpenAIFormOptions, client: HTTPClient) throws(HubError) {
        self.options = options
        self.client = client
        pool = ConnectionPool(maximumConnections: options.maximumConnections, patience: options.connectionPatience)
        var headers = options.headers
        if let key = options.apiKey {
            let scheme = options.authenticationScheme
            headers.append((options.authenticationHeader, scheme.isEmpty ? key : "\(scheme) \(key)"))
        }
        let withBody = headers + [("content-type", "application/json")]
        do throws(HTTPClientError) {
            chat = try HTTPEndpoint(method: "POST", url: options.baseURL + options.chatPath, headers: withBody)
            if let path = options.completionsPath {
                text = try HTTPEndpoint(method: "POST", url: options.baseURL + path, headers: withBody)
            } else {
                text = nil
            }
            models = try HTTPEndpoint(method: "GET", url: options.baseURL + options.modelsPath, headers: headers)
        } catch {
            throw HubError(.providerNotConfigured, "\(options.providerID): \(TransportFailure.text(error))")
        }
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
        let response: HTTPClientResponse
        do throws(HTTPClientError) {
            response = try await client.send(request)
        } catch {
            throw TransportFailure.error(error, provider: providerID)
        }
        guard (200..<300).contains(response.status) else {
            throw OpenAIErrors.parse(
                status: response.status, body: response.body, provider: providerID,
                retryAfter: RetryAfter.seconds(response.headers))
        }
        var answer = try OpenAIResponse.parse(response.body, provider: providerID)
        answer.droppedParameters = dropped
        return answer
    }

    public func streamCompletion(_ call: ProviderCall, to receiver: any StreamReceiver) async throws(HubError) {
        let (request, dropped) = try request(call)
        if !dropped.isEmpty { receiver.reportDropped(dropped) }
        let stream = ChunkStream(provider: providerID, receiver: receiver)
        do throws(HTTPClientError) {
            _ = try await client.stream(request, to: stream)
        } catch {
            throw stream.failure(error)
        }
        try stream.finish()
    }

    /// Outside the pool: a provider that is busy is not ill.
    public func checkHealth() async -> ProviderHealth {
        let request = HTTPClientRequest(
            endpoint: models, deadlines: HTTPDeadlines(total: .seconds(5)),
            maximumResponseBytes: Self.maximumAnswerBytes)
        do throws(HTTPClientError) {
            let response = try await client.send(request)
            if response.usesHTTP2 { pool.noteHTTP2() }
            // Any answer shows that the server is there; a refused key is the configuration's fault, not its.
            return response.status < 500
                ? ProviderHealth(status: .healthy)
                : ProviderHealth(status: .unhealthy, reason: "status \(response.status)")
        } catch {
            return ProviderHealth(status: .unhealthy, reason: TransportFailure.text(error))
        }
    }

    public func listModels() async -> [ModelFacts] {
        let request = HTTPClientRequest(
            endpoint: models, deadlines: HTTPDeadlines(total: .seconds(10)),
            maximumResponseBytes: Self.maximumAnswerBytes)
        guard let response = try? await client.send(request), response.status == 200,
            let list = try? JSONDocument.parse(response.body).root["data"], list.isArray
        else { return [] }
        return list.elements.compactMap { $0["id"]?.string.map { ModelFacts(id: $0) } }
    }

    /// The request, and the names of the fields that it leaves out.
    private func request(_ call: ProviderCall) throws(HubError) -> (HTTPClientRequest, dropped: [String]) {
        var report = TranslationReport()
        let body = try body(call, &report)
        try report.check(isStrict: call.isStrict, provider: providerID)
        let isText = call.request.dialect == .textCompletion
        guard let endpoint = isText ? text : chat else {
            throw HubError(.unsupportedParameter, "\(providerID) takes no text completions", parameter: "prompt")
        }
        let isStream = call.request.isStream
        let firstByte = options.firstByteTimeout ?? call.deadlines.firstByte
        let request = HTTPClientRequest(
            endpoint: endpoint, extraHeaders: [("traceparent", call.trace.traceparent)] + call.passedHeaders,
            body: body,
            deadlines: HTTPDeadlines(
                head: isStream ? firstByte : call.deadlines.total,
                firstByte: isStream ? firstByte : call.deadlines.total,
                idle: isStream ? call.deadlines.idle : call.deadlines.total, total: call.deadlines.total),
            maximumResponseBytes: Self.maximumAnswerBytes, pool: pool)
        return (request, report.dropped)
    }

    private func body(_ call: ProviderCall, _ report: inout TranslationReport) throws(HubError) -> [UInt8] {
        let target = target(call.request.dialect)
        switch call.request.dialect {
        case .openAI:
            return OpenAIRequest.render(call.request, model: call.model, usageChunk: true)
        case .unified, .textCompletion:
            return UnifiedRequest.renderOpenAI(
                call.request, model: call.model, target: target, usageChunk: true, report: &report)
        case .anthropic:
            return OpenAIRequest.render(
                try call.request.canonical(), model: call.model, target: target, report: &report)
        }
    }

    private func target(_ dialect: CompletionRequest.Dialect) -> OpenAITarget {
        switch options.kind {
        case .openai: dialect == .textCompletion ? .openAIText : .openAI
        case .compatible: .compatible
        }
    }
}
