internal import Dialects
internal import HTTPServer
internal import HubCore
internal import Reactor
internal import Wire

extension EndpointCall {
    /// Answers with a body and the headers that every answer has.
    func respond(status: Int = 200, contentType: StaticString = "application/json", _ body: [UInt8]) {
        var response = HTTPResponse(status: status, contentType: contentType, body: body)
        addIDs(to: &response.head)
        service.cors.add(to: &response.head, request: request.head)
        writer.respond(response)
    }

    func respond(_ error: HubError, form: ErrorForm) {
        let ids = AnswerIDs(request.head, clock: service.clock, random: &shard.random)
        entry.requestID = ids.requestID
        var response = HTTPResponse(
            status: error.status, contentType: "application/json", body: form.render(error, requestID: ids.requestID))
        AnswerFields.add(requestID: ids.requestID, traceparent: ids.traceparent, to: &response.head)
        AnswerFields.add(error, to: &response.head)
        service.cors.add(to: &response.head, request: request.head)
        writer.respond(response)
    }

    private func addIDs(to head: inout HTTPResponseHead) {
        let ids = AnswerIDs(request.head, clock: service.clock, random: &shard.random)
        entry.requestID = ids.requestID
        AnswerFields.add(requestID: ids.requestID, traceparent: ids.traceparent, to: &head)
        let elapsed = service.clock.monotonicNanoseconds &- request.receivedAt.nanoseconds
        head.add("server-timing", "total;dur=\(Double(elapsed / 1000) / 1000)")
    }

    /// The time now, as the contract writes it.
    var timestamp: String { RFC3339.text(nanosecondsSince1970: Int(clamping: service.clock.wallNanoseconds)) }
}
