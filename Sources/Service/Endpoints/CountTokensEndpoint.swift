internal import Dialects
internal import HTTPServer
internal import HubCore
internal import Wire

/// POST /v1/messages/count_tokens: contract 2.4. Costs nothing.
enum CountTokensEndpoint {
    static func handle(_ call: EndpointCall) async {
        let context: RequestContext
        do throws(HubError) {
            context = try CompletionEndpoint.makeContext(call, form: .anthropicCount, pin: nil)
        } catch {
            call.entry.failure = error
            return call.respond(error, form: .anthropic)
        }
        call.entry.context = context
        do throws(HubError) {
            let input = CallInput.bytes(call.request.body, form: .anthropicCount)
            respond(try await call.service.hub.countTokens(input, context), context, call)
        } catch {
            call.entry.failure = error
            CompletionEndpoint.respond(error, form: .anthropic, context, call)
        }
    }

    private static func respond(_ count: TokenCount, _ context: RequestContext, _ call: EndpointCall) {
        var writer = JSONWriter(reserving: 32)
        writer.beginObject()
        writer.member("input_tokens", count.tokens)
        writer.endObject()
        var response = HTTPResponse(status: 200, contentType: "application/json", body: writer.bytes)
        AnswerFields.add(context, to: &response.head)
        response.head.add("request-id", context.requestID)
        if count.isEstimate { response.head.add("x-hub-estimated", "true" as StaticString) }
        call.service.cors.add(to: &response.head, request: call.request.head)
        call.writer.respond(response)
    }
}
