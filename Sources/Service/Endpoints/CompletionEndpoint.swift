internal import Dialects
internal import HTTPServer
internal import HubCore
internal import Reactor
internal import Wire

/// The completion endpoints: contract 2.1 to 2.7, 2.11.
struct CompletionEndpoint: Sendable {
    let form: CallInput.Form
    /// The path names the provider.
    var pinsProvider = false

    func handle(_ call: EndpointCall) async {
        let context: RequestContext
        do throws(HubError) {
            context = try Self.makeContext(call, form: form, pin: pinsProvider ? call.parameters["providerId"] : nil)
        } catch {
            return refuse(error, call)
        }
        call.entry.context = context
        if !call.holdsAnswer { call.writer.clientWatcher = context }
        let sink = StreamSink(call: call)
        do throws(HubError) {
            if call.service.isDraining { throw HubError(.notReady, "the hub is shutting down") }
            let input = CallInput.bytes(call.request.body, form: form)
            let answer = try await call.service.hub.answer(input, context, sink: sink)
            switch answer {
            case .whole(let responses): try await respond(responses, context, call)
            case .streamed:
                if let response = sink.prepareEnd(context) { await call.service.keep(response, context) }
                sink.finish()
            }
            call.service.hub.finish(context, failure: nil)
        } catch {
            call.entry.failure = error
            if context.isCommitted {
                sink.fail(error)
            } else {
                Self.respond(error, form: errorForm, context, call)
            }
            call.service.hub.finish(context, failure: error)
        }
    }

    /// Answers from memory what was answered from there before, without a task of its own: the same body, of a caller and to
    /// a target that have it.
    func answerAtOnce(
        _ request: HTTPRequest, _ writer: HTTPResponseWriter, _ service: ServiceState, _ shard: ServiceShard
    ) -> Bool {
        guard !service.isDraining,
            let known = service.hub.knownRequest(request.body, form: form, shard: shard.index),
            !request.head.has("idempotency-key")
        else { return false }
        let call = EndpointCall(request: request, writer: writer, parameters: [:], service: service, shard: shard)
        do throws(HubError) {
            let context = try Self.makeContext(call, form: form, pin: nil)
            guard let response = service.hub.answerAtOnce(known, context) else { return false }
            let body = try Self.render([response], context, service)
            context.noteTransform()
            call.entry.context = context
            send(body, context, call)
            service.hub.finish(context, failure: nil)
            service.accessLog.record(call)
            return true
        } catch {
            // The other way of answering says what is wrong.
            return false
        }
    }

    static func makeContext(
        _ call: EndpointCall, form: CallInput.Form, pin: String?
    ) throws(HubError) -> RequestContext {
        let directives = try RequestDirectives(call.request.head, pin: pin)
        if call.service.hub.countsAddresses { directives.address = call.request.peer.addressText }
        switch form {
        case .anthropic, .anthropicCount: try directives.readAnthropic(call.request.head)
        case .gemini, .geminiCount:
            if directives.credential == nil { directives.credential = GeminiEndpoint.key(call.request.head) }
        case .openAI, .unified, .unifiedChat, .responses, .embeddings, .bedrock, .bedrockCount: break
        }
        return RequestContext(
            directives: directives, clock: call.service.clock, shard: call.shard.index, random: call.shard.split(),
            start: call.request.receivedAt.nanoseconds)
    }

    // MARK: Whole answers

    private func respond(
        _ responses: [CompletionResponse], _ context: RequestContext, _ call: EndpointCall
    ) async throws(HubError) {
        let body = try Self.render(responses, context, call.service)
        context.noteTransform()
        if case .responses = form { await call.service.keep(body, context) }
        send(body, context, call)
    }

    private func send(_ body: [UInt8], _ context: RequestContext, _ call: EndpointCall) {
        var head = HTTPResponseHead(status: 200)
        head.add("content-type", "application/json" as StaticString)
        AnswerFields.add(context, to: &head)
        AnswerFields.addCost(context, to: &head)
        if let dialect = context.request?.dialect { AnswerFields.addRequestID(context.requestID, dialect, to: &head) }
        call.service.cors.add(to: &head, request: call.request.head)
        call.send(HTTPResponse(head: head, body: body))
    }

    /// The body of a whole answer, in the form of its request.
    static func render(
        _ responses: [CompletionResponse], _ context: RequestContext, _ service: ServiceState
    ) throws(HubError) -> [UInt8] {
        guard let request = context.request, var first = responses.first else { return [] }
        let created = Int(context.clock.wallNanoseconds / 1_000_000_000)
        let model = context.plan?.model ?? request.model
        let hub = context.directives.wantsMetadata ? context.metadata() : nil
        // What is passed on as it is need not be read.
        if request.dialect != .textCompletion, request.dialect != .openAI || hub != nil { first = first.reading() }
        switch request.dialect {
        case .openAI where first.dialect == .openAI:
            return OpenAIResponse.render(
                first, fallbackID: context.completionID(), created: created, model: model, hub: hub)
        case .openAI:
            let id = context.completionID()
            return OpenAIResponse.render(
                first.canonical(fallbackID: id), id: id, created: created, model: model, hub: hub)
        case .unified where first.dialect == .openAI:
            return UnifiedResponse.render(
                first, id: first.body["id"]?.string ?? context.completionID(), created: created,
                metadata: context.metadata())
        case .unified:
            let id = context.completionID()
            return UnifiedResponse.render(
                try first.inOpenAIForm(id: id, created: created, model: model), id: id, created: created,
                metadata: context.metadata())
        case .textCompletion:
            var answers: [CompletionResponse] = []
            for response in responses {
                answers.append(
                    try response.inOpenAIForm(id: context.completionID("cmpl-"), created: created, model: model))
            }
            return TextCompletionResponse.render(
                answers, request: request, id: context.completionID("cmpl-"), created: created,
                metadata: context.metadata(), hub: hub != nil)
        case .anthropic where first.dialect == .anthropic:
            return AnthropicResponse.render(first, hub: hub)
        case .anthropic:
            let id = context.identifier("msg_").text
            return AnthropicResponse.render(first.canonical(fallbackID: id), id: id, model: model, hub: hub)
        case .embeddings: return try EmbeddingResponse.render(first, request, model: model, hub: hub)
        case .responses where first.dialect == .responses:
            return ResponsesResponse.render(first, echo: service.responsesEcho(request), hub: hub)
        case .responses:
            let id = context.identifier("resp_").text
            return ResponsesResponse.render(
                first.canonical(fallbackID: id), id: id, created: created, model: model,
                echo: service.responsesEcho(request), hub: hub)
        case .gemini where first.dialect == .gemini:
            return GeminiResponse.render(first, hub: hub)
        case .gemini:
            let id = context.identifier("resp_").text
            return GeminiResponse.render(first.canonical(fallbackID: id), id: id, model: model, hub: hub)
        case .bedrock where first.dialect == .bedrock: return BedrockResponse.render(first, hub: hub)
        case .bedrock:
            return BedrockResponse.render(
                first.canonical(fallbackID: context.identifier("resp_").text),
                latencyMilliseconds: Int(context.metadata().providerLatencyMilliseconds), hub: hub)
        }
    }

    // MARK: Errors

    static func respond(
        _ error: HubError, form: ErrorForm, _ context: RequestContext, _ call: EndpointCall
    ) {
        var response = form.response(error, requestID: context.requestID)
        AnswerFields.add(context, to: &response.head)
        call.service.cors.add(to: &response.head, request: call.request.head)
        call.send(response)
    }

    /// A request whose headers could not be read.
    private func refuse(_ error: HubError, _ call: EndpointCall) {
        call.entry.failure = error
        call.respond(error, form: errorForm)
    }

    private var errorForm: ErrorForm { Self.errorForm(form) }

    static func errorForm(_ form: CallInput.Form) -> ErrorForm {
        switch form {
        case .openAI, .responses, .embeddings: .openAI
        case .anthropic, .anthropicCount: .anthropic
        case .gemini, .geminiCount: .gemini
        case .bedrock, .bedrockCount: .bedrock
        case .unified, .unifiedChat: .hub
        }
    }
}
