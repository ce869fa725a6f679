internal import Dialects
internal import HTTPClient
internal import HubCore
internal import Wire

/// Calls one provider over HTTP, and reads what comes back in its form.
struct HTTPCaller<Form: AnswerForm>: Sendable {
    let providerID: String
    let client: HTTPClient
    let pool: ConnectionPool

    /// A request of an attempt.
    func request(
        _ call: ProviderCall, endpoint: HTTPEndpoint, headers: [(name: String, value: String)] = [], body: [UInt8]
    ) -> HTTPClientRequest {
        let isStream = call.request.isStream
        let firstToken = call.deadlines.firstToken
        var fields = [("traceparent", call.trace.traceparent)] + headers
        if let state = call.trace.state { fields.append(("tracestate", state.text)) }
        return HTTPClientRequest(
            endpoint: endpoint, extraHeaders: fields, body: body,
            deadlines: HTTPDeadlines(
                head: isStream ? firstToken : call.deadlines.total,
                firstByte: isStream ? firstToken : call.deadlines.total,
                idle: isStream ? call.deadlines.idle : call.deadlines.total, total: call.deadlines.total),
            maximumResponseBytes: HTTPCallerLimits.answerBytes, pool: pool)
    }

    /// - Parameter dropped: fields of the client that the request leaves out.
    func complete(
        _ request: HTTPClientRequest, of call: ProviderCall, dropped: [String]
    ) async throws(HubError) -> CompletionResponse {
        var answer = try Form.answer(try await document(request, of: call), provider: providerID)
        answer.droppedParameters = dropped
        return answer
    }

    /// The body of an answer of status 2xx.
    func document(_ request: HTTPClientRequest, of call: ProviderCall? = nil) async throws(HubError) -> [UInt8] {
        try await answer(request, of: call).body
    }

    /// An answer of status 2xx.
    /// - Parameter call: is told what the provider says of its limits.
    func answer(
        _ request: HTTPClientRequest, of call: ProviderCall? = nil
    ) async throws(HubError) -> HTTPClientResponse {
        let response: HTTPClientResponse
        do throws(HTTPClientError) {
            response = try await client.send(request)
        } catch {
            throw TransportFailure.error(error, provider: providerID)
        }
        if let call, let limits = LimitHeaders.limits(response.headers) { call.note(limits) }
        guard (200..<300).contains(response.status) else {
            throw Form.failure(
                status: response.status, headers: response.headers, body: response.body, provider: providerID)
        }
        return response
    }

    func stream(
        _ request: HTTPClientRequest, of call: ProviderCall, dropped: [String], to receiver: any StreamReceiver
    ) async throws(HubError) {
        if !dropped.isEmpty { receiver.reportDropped(dropped) }
        let stream = ChunkStream<Form>(provider: providerID, call: call, receiver: receiver)
        do throws(HTTPClientError) {
            _ = try await client.stream(request, to: stream)
        } catch {
            throw stream.failure(error)
        }
        try stream.finish()
    }

    /// By a free call, outside the pool: a provider that is busy is not ill.
    func health(_ endpoint: HTTPEndpoint, headers: [(name: String, value: String)] = []) async -> ProviderHealth {
        let request = HTTPClientRequest(
            endpoint: endpoint, extraHeaders: headers, deadlines: HTTPDeadlines(total: .seconds(5)),
            maximumResponseBytes: HTTPCallerLimits.answerBytes)
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

    /// A small answer by a free call; nil if there is none.
    func document(
        _ endpoint: HTTPEndpoint, headers: [(name: String, value: String)] = []
    ) async -> [UInt8]? {
        let request = HTTPClientRequest(
            endpoint: endpoint, extraHeaders: headers, deadlines: HTTPDeadlines(total: .seconds(10)),
            maximumResponseBytes: HTTPCallerLimits.answerBytes)
        guard let response = try? await client.send(request), response.status == 200 else { return nil }
        return response.body
    }
}

enum HTTPCallerLimits {
    /// Answers above this are refused.
    static let answerBytes = 32 << 20
}
