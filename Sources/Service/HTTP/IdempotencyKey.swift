internal import Dialects
internal import HTTPServer
internal import HubCore
internal import Store
internal import Wire

/// `Idempotency-Key`: a POST that a client sends again is not done again: contract 1.7.
///
/// Whoever cannot say who they are, and streams, are answered as if they had sent none; but a key that cannot be one is refused.
enum IdempotencyKey {
    static func answer(_ call: EndpointCall, _ handle: Route.Handler) async {
        guard let principal = principal(call) else { return await handle(call) }
        do throws(HubError) {
            let key = try text(call.request.head)
            if asksForStream(call.request.body) { return await handle(call) }
            try checkFields(call.request.head)
            let request = IdempotentRequest(
                keyID: principal.keyID, path: call.request.head.path, key: key, body: call.request.body)
            switch try await claim(request, call) {
            case .claimed(let claim): await run(call, claim, handle)
            case .answered(let answer): replay(answer, call)
            case .running:
                throw HubError(
                    .idempotencyConflict, "the first request with this idempotency-key is not answered yet",
                    parameter: "idempotency-key")
            case .usedForAnother:
                throw HubError(
                    .idempotencyConflict, "this idempotency-key was used with another body; use a new one",
                    parameter: "idempotency-key")
            }
        } catch {
            call.entry.failure = error
            call.respond(error, form: ErrorForm(path: call.request.head.path))
        }
    }

    // MARK: The request

    private static func principal(_ call: EndpointCall) -> Principal? {
        let head = call.request.head
        return try? call.service.hub.authenticate(RequestDirectives.credential(head) ?? GeminiEndpoint.key(head))
    }

    /// What is wrong with a request is said before anything is kept of it, and before it is given what was kept.
    private static func checkFields(_ head: HTTP1RequestHead) throws(HubError) {
        let directives = try RequestDirectives(head, pin: nil)
        if case .anthropic = ErrorForm(path: head.path) { try directives.readAnthropic(head) }
    }

    private static func asksForStream(_ body: [UInt8]) -> Bool {
        (try? JSONDocument.parse(body))?.root["stream"]?.bool ?? false
    }

    private static func text(_ head: HTTP1RequestHead) throws(HubError) -> String {
        let values = head.values(of: "idempotency-key")
        guard values.count == 1, let text = values.first, (1...255).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x20...0x7e).contains($0) })
        else { throw .validation("idempotency-key", "must be 1..255 printable ASCII characters, once") }
        return text
    }

    /// A database that is away refuses the request: nobody could say whether it was done before.
    private static func claim(
        _ request: IdempotentRequest, _ call: EndpointCall
    ) async throws(HubError) -> IdempotentAnswers.Standing {
        do throws(StoreError) {
            return try await call.service.storage.idempotency.claim(request)
        } catch {
            throw error.hubError
        }
    }

    // MARK: The first time

    /// The answer is kept before it is sent: who has seen it can have it again.
    private static func run(_ call: EndpointCall, _ claim: IdempotentAnswers.Claim, _ handle: Route.Handler) async {
        call.holdsAnswer = true
        call.writer.clientWatcher = ReturningClient()
        await handle(call)
        let response = call.heldAnswer
        do throws(StoreError) {
            if let response, isFinal(response.head.status) {
                try await call.service.storage.idempotency.keep(IdempotentAnswer(response), claim)
            } else {
                try await call.service.storage.idempotency.release(claim)
            }
        } catch {
            // The client is answered all the same. The claim ends by itself.
            call.service.logger.log(.warn, "idempotency.not_kept", ("reason", error.message))
        }
        if let response { call.writer.respond(response) }
    }

    /// Whether the same request would be answered so again: not if the hub or a provider failed, or the caller's rights may
    /// change.
    private static func isFinal(_ status: Int) -> Bool {
        switch status {
        case 401, 403, 408, 429, 499: false
        default: status < 500
        }
    }

    /// A client that goes away may come back for the answer.
    private final class ReturningClient: ClientWatcher {
        func outlivesClient(cancel: @escaping @Sendable () -> Void) -> Bool { true }
    }

    // MARK: Again

    private static func replay(_ answer: IdempotentAnswer, _ call: EndpointCall) {
        var head = HTTPResponseHead(status: answer.status)
        for field in answer.fields {
            // Nobody was called, and nobody is paid.
            let isCount = field.name == "x-hub-attempts" || field.name == "x-hub-cost-usd"
            head.add(name: field.name, value: isCount ? "0" : field.value)
        }
        head.add("idempotency-replayed", "true" as StaticString)
        call.addCommonFields(to: &head)
        call.send(HTTPResponse(head: head, body: answer.body))
    }
}

extension IdempotentAnswer {
    /// Those that tell of the answer, not of the request, the moment or the client.
    private static let keptFields: Set<String> = [
        "content-type", "x-hub-provider", "x-hub-model", "x-hub-cache", "x-hub-route-reason", "x-hub-dropped-params",
        "x-hub-estimated", "x-hub-attempts", "x-hub-cost-usd", "x-should-retry", "request-id", "x-amzn-requestid",
        "x-amzn-errortype",
    ]

    init(_ response: HTTPResponse) {
        self.init(status: response.head.status, fields: [], body: response.body)
        for line in String(decoding: response.head.fieldBytes, as: UTF8.self).split(separator: "\r\n") {
            guard let colon = line.firstIndex(of: ":"), Self.keptFields.contains(String(line[..<colon])) else {
                continue
            }
            fields.append(Field(name: String(line[..<colon]), value: String(line[colon...].dropFirst(2))))
        }
    }
}
