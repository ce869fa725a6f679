internal import Dialects
internal import HTTPServer
internal import HubCore
internal import Reactor
internal import Wire

/// Joins the HTTP server and the endpoints: routes, refusals, CORS and the access log.
final class ServiceHandler: HTTPHandler {
    private let router: Router
    private let service: ServiceState
    private let shards: [ServiceShard]

    init(router: Router, service: ServiceState, shards: [ServiceShard]) {
        self.router = router
        self.service = service
        self.shards = shards
    }

    func admit(_ head: HTTP1RequestHead) -> HTTPAdmission {
        switch router.match(head) {
        case .handler(_, let route, _):
            if let admission = route.admission, let refusal = refusal(of: head, by: admission) {
                return .refuse(refusal)
            }
            if let problem = Self.bodyProblem(head, route.bodyType) { return .refuse(refuseBody(problem, head)) }
            return route.bodyType == .form
                ? Self.uploadAdmission(head, route) : .read(maximumBodyBytes: route.maximumBodyBytes)
        case .options(let allowedMethods):
            return .refuse(options(allowedMethods, head))
        case .methodNotAllowed(let route):
            let error = HubError(
                .methodNotAllowed, "\(head.methodText) is not allowed here; use \(route.allowedMethods)")
            var response = refuse(error, head)
            response.head.add("allow", route.allowedMethods)
            return .refuse(response)
        case .notFound:
            return .refuse(refuse(HubError(.notFound, "there is nothing at \(head.path)"), head))
        }
    }

    func answerAtOnce(_ request: HTTPRequest, with writer: HTTPResponseWriter) -> Bool {
        guard let answer = router.atOnce(request.head), request.head.value(of: "content-encoding") == nil else {
            return false
        }
        return answer(request, writer, service, shard)
    }

    func respond(to request: HTTPRequest, with writer: HTTPResponseWriter) async {
        let head = request.head
        guard case .handler(let handle, let route, let parameters) = router.match(head) else {
            return writer.respond(refuse(HubError(.notFound, "there is nothing at \(head.path)"), head))
        }
        var request = request
        if !request.body.isEmpty, ContentCoding(head) == .gzip {
            do throws(HubError) {
                request = try await ContentCoding.decode(request, maximumBytes: route.maximumBodyBytes)
            } catch {
                return writer.respond(refuse(error, head))
            }
        }
        let call = EndpointCall(
            request: request, writer: writer, parameters: parameters, service: service, shard: shard)
        if head.method == .post, route.takesIdempotencyKey, head.has("idempotency-key") {
            await IdempotencyKey.answer(call, handle)
        } else {
            await handle(call)
        }
        service.accessLog.record(call)
    }

    func refusal(_ error: HTTP1Error, head: HTTP1RequestHead?) -> HTTPResponse {
        refuse(HubError(error), head)
    }

    /// The other methods of such a path have no body.
    @inline(never)
    private static func uploadAdmission(_ head: HTTP1RequestHead, _ route: Route) -> HTTPAdmission {
        head.method == .post
            ? .readLarge(maximumBodyBytes: route.maximumBodyBytes) : .read(maximumBodyBytes: 0)
    }

    @inline(never)
    private func refusal(of head: HTTP1RequestHead, by admission: Route.Admission) -> HTTPResponse? {
        do throws(HubError) {
            try admission(head, service)
            return nil
        } catch {
            return refuse(error, head)
        }
    }

    // MARK: Answers without an endpoint

    private var shard: ServiceShard {
        guard let reactor = Reactor.current, reactor.index < shards.count else {
            preconditionFailure("served off the reactors")
        }
        return shards[reactor.index]
    }

    private func refuse(_ error: HubError, _ head: HTTP1RequestHead?) -> HTTPResponse {
        let start = service.clock.monotonicNanoseconds
        let shard = shard
        let ids = AnswerIDs(head, clock: service.clock, random: &shard.random)
        let form = head.map { ErrorForm(path: $0.path) } ?? .hub
        var response = form.response(error, requestID: ids.requestID)
        AnswerFields.add(ids, elapsed: service.clock.monotonicNanoseconds &- start, to: &response.head)
        if let head { service.cors.add(to: &response.head, request: head) }
        service.accessLog.record(head, status: error.status, ids: ids, error: error, shard: shard)
        return response
    }

    private func refuseBody(_ problem: HubError, _ head: HTTP1RequestHead) -> HTTPResponse {
        var response = refuse(problem, head)
        // RFC 9110 section 15.5.16: the answer says which codings it could have been.
        if problem.parameter == "content-encoding" { response.head.add("accept-encoding", "gzip" as StaticString) }
        return response
    }

    private func options(_ allowedMethods: String, _ head: HTTP1RequestHead) -> HTTPResponse {
        let start = service.clock.monotonicNanoseconds
        let shard = shard
        let ids = AnswerIDs(head, clock: service.clock, random: &shard.random)
        var response = HTTPResponse(head: HTTPResponseHead(status: 204))
        AnswerFields.add(ids, elapsed: service.clock.monotonicNanoseconds &- start, to: &response.head)
        response.head.add("allow", allowedMethods)
        service.cors.addPreflight(to: &response.head, request: head, methods: allowedMethods)
        service.accessLog.record(head, status: 204, ids: ids, error: nil, shard: shard)
        return response
    }

    /// A body that will not be read, as JSON or as a form, is refused before it comes.
    private static func bodyProblem(_ head: HTTP1RequestHead, _ wanted: Route.BodyType) -> HubError? {
        guard head.framing != .none, head.framing != .length(0) else { return nil }
        if ContentCoding(head) == nil {
            let given = head.values(of: "content-encoding").joined(separator: ", ")
            return HubError(
                .unsupportedMediaType, "content-encoding \(given) is not supported; use gzip",
                parameter: "content-encoding")
        }
        if wanted == .form { return formProblem(head) }
        if head.valueEquals("content-type", "application/json") { return nil }
        let type = head.value(of: "content-type")?.split(separator: ";").first?.lowercased() ?? "application/json"
        if type == "application/json" || type.hasSuffix("+json") { return nil }
        return HubError(
            .unsupportedMediaType, "the body must be sent as content-type: application/json, not \(type)",
            parameter: "content-type")
    }

    private static func formProblem(_ head: HTTP1RequestHead) -> HubError? {
        let type = head.values(of: "content-type")
        if type.count == 1, MultipartBoundary(contentType: type[0]) != nil { return nil }
        return HubError(
            .unsupportedMediaType, "the body must be sent as content-type: multipart/form-data with a boundary",
            parameter: "content-type")
    }
}

extension HubError {
    /// A request that the server itself refused.
    init(_ error: HTTP1Error) {
        switch error.status {
        case 408: self.init(.requestTimeout, error.reason)
        case 413: self.init(.payloadTooLarge, error.reason)
        case 431: self.init(.headersTooLarge, error.reason)
        case 405: self.init(.methodNotAllowed, error.reason)
        case 500: self.init(.internalError, error.reason)
        case 501: self.init(.notImplemented, error.reason)
        case 503: self.init(.overloaded, error.reason)
        default: self.init(.invalidRequest, error.reason)
        }
        self.statusOverride = error.status
    }
}
