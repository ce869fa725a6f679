internal import Dialects
internal import HTTPServer
internal import HubCore
internal import Wire

extension EndpointCall {
    /// Who shares what the caller may see. Throws for a caller without a key.
    func tenant() throws(HubError) -> String { try principal().tenant }

    func principal() throws(HubError) -> Principal {
        try service.hub.authenticate(RequestDirectives.credential(request.head))
    }

    /// Answers with JSON what belongs to a tenant, errors in OpenAI's form.
    func answerTenant(
        _ body: @Sendable (EndpointCall, String) async throws(HubError) -> [UInt8]
    ) async {
        do throws(HubError) {
            respond(try await body(self, try tenant()))
        } catch {
            entry.failure = error
            respond(error, form: .openAI)
        }
    }

    /// Begins a streamed answer with the headers that every answer has.
    func startStream(contentType: StaticString) {
        var head = HTTPResponseHead(status: 200)
        head.add("content-type", contentType)
        addCommonFields(to: &head)
        writer.startStream(head)
    }

    /// A new id of something that is kept: lists are in the order of ids.
    func identifier(_ prefix: StaticString) -> String {
        Identifier(ordered: prefix, at: service.nextMoment(), random: &shard.random).text
    }
}

extension ServiceState {
    /// Since 1970.
    var seconds: Int { Int(clock.wallNanoseconds / 1_000_000_000) }
}
