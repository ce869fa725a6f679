internal import Dialects
internal import HTTPServer
internal import HubCore
internal import Wire

/// POST /v1/messages/count_tokens, Gemini's :countTokens and Bedrock's count-tokens: contract 2.4, 2.11. Costs nothing.
enum CountTokensEndpoint {
    static func handle(_ call: EndpointCall, form: CallInput.Form = .anthropicCount) async {
        let errorForm = CompletionEndpoint.errorForm(form)
        let context: RequestContext
        do throws(HubError) {
            context = try CompletionEndpoint.makeContext(call, form: form, pin: nil)
        } catch {
            call.entry.failure = error
            return call.respond(error, form: errorForm)
        }
        call.entry.context = context
        do throws(HubError) {
            let input = CallInput.bytes(call.request.body, form: form)
            respond(try await call.service.hub.countTokens(input, context), form, context, call)
        } catch {
            call.entry.failure = error
            CompletionEndpoint.respond(error, form: errorForm, context, call)
        }
    }

    private static func respond(
        _ count: TokenCount, _ form: CallInput.Form, _ context: RequestContext, _ call: EndpointCall
    ) {
        var writer = JSONWriter(reserving: 32)
        writer.beginObject()
        writer.member(member(form), count.tokens)
        writer.endObject()
        var response = HTTPResponse(status: 200, contentType: "application/json", body: writer.bytes)
        AnswerFields.add(context, to: &response.head)
        switch form {
        case .anthropicCount: AnswerFields.addRequestID(context.requestID, .anthropic, to: &response.head)
        case .bedrockCount: AnswerFields.addRequestID(context.requestID, .bedrock, to: &response.head)
        default: break
        }
        if count.isEstimate { response.head.add("x-hub-estimated", "true" as StaticString) }
        call.service.cors.add(to: &response.head, request: call.request.head)
        call.send(response)
    }

    private static func member(_ form: CallInput.Form) -> StaticString {
        switch form {
        case .geminiCount: "totalTokens"
        case .bedrockCount: "inputTokens"
        default: "input_tokens"
        }
    }
}
