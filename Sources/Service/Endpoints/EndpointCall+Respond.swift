internal import Dialects
internal import HTTPServer
internal import HubCore
internal import Reactor
internal import Wire

extension EndpointCall {
    /// Answers with a body and the headers that every answer has.
    func respond(status: Int = 200, contentType: StaticString = "application/json", _ body: [UInt8]) {
        var response = HTTPResponse(status: status, contentType: contentType, body: body)
        add(makeIDs(), to: &response.head)
        service.cors.add(to: &response.head, request: request.head)
        send(response)
    }

    func respond(_ error: HubError, form: ErrorForm) {
        let ids = makeIDs()
        var response = form.response(error, requestID: ids.requestID)
        add(ids, to: &response.head)
        service.cors.add(to: &response.head, request: request.head)
        send(response)
    }

    /// Of an answer whose head is made elsewhere.
    func addCommonFields(to head: inout HTTPResponseHead) {
        add(makeIDs(), to: &head)
        service.cors.add(to: &head, request: request.head)
    }

    private func makeIDs() -> AnswerIDs {
        let ids = AnswerIDs(request.head, clock: service.clock, random: &shard.random)
        entry.requestID = ids.requestID
        return ids
    }

    private func add(_ ids: AnswerIDs, to head: inout HTTPResponseHead) {
        let elapsed = service.clock.monotonicNanoseconds &- request.receivedAt.nanoseconds
        AnswerFields.add(ids, elapsed: elapsed, to: &head)
    }

    /// The time now, as the contract writes it.
    var timestamp: String { RFC3339.text(nanosecondsSince1970: Int(clamping: service.clock.wallNanoseconds)) }
}
