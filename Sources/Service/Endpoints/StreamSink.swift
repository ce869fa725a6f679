internal import Dialects
internal import HTTPServer
internal import HubCore
internal import Wire

/// Writes a streamed answer to the client in its dialect.
final class StreamSink: AnswerSink {
    private let call: EndpointCall
    private weak var context: RequestContext?
    private var dialect = CompletionRequest.Dialect.openAI
    private var wantsUsage = false
    private var wantsHub = false
    /// The client has its usage: in a chunk of its own or, from some servers, in the last one with choices.
    private var sentUsage = false
    private var id = ""
    private var created = 0
    private var model = ""
    private var provider = ""
    private var part = 0
    /// The prompt of this part has not been repeated yet.
    private var owesEcho = false
    private var textOffsets: [Int: Int] = [:]
    private var buffer: [UInt8] = []
    /// Of a provider that does not speak the client's dialect.
    private var translation: StreamTranslation?
    /// Chunks went to a client of the provider's own dialect as they came.
    private var hasPassedEvents = false
    private var geminiFraming = GeminiStreamFraming(isArray: false)
    /// Of a client that wants the `hub` object: the last events of its own dialect, which carry it.
    private var held: [StreamChunk] = []
    /// Of a client of Responses.
    private var responses: ResponsesSink?
    /// Of a client of Converse.
    private var bedrock: BedrockSink?
    /// The answer cannot go on: what still comes is not sent.
    private var hasFailed = false

    init(call: EndpointCall) {
        self.call = call
    }

    var isCongested: Bool { call.writer.isCongested }

    var onWritable: (() -> Void)? {
        get { call.writer.onWritable }
        set { call.writer.onWritable = newValue }
    }

    func begin(part: Int) {
        payEcho()
        self.part = part
        owesEcho = true
    }

    func open(_ context: RequestContext) {
        guard let request = context.request, let plan = context.plan else { return }
        self.context = context
        dialect = request.dialect
        wantsHub = context.directives.wantsMetadata
        wantsUsage = request.wantsUsageChunk
        created = Int(context.clock.wallNanoseconds / 1_000_000_000)
        id = makeID(context)
        model = plan.model
        provider = plan.entry.id
        if dialect == .responses {
            responses = ResponsesSink(
                id: id, created: created, model: model, echo: call.service.responsesEcho(request))
        }
        if dialect == .bedrock { bedrock = BedrockSink(id: id, wantsHub: wantsHub) }
        if dialect == .gemini {
            geminiFraming = GeminiStreamFraming(isArray: !GeminiEndpoint.wantsEvents(call.request.head))
        }
        var head = HTTPResponseHead(status: 200)
        head.add("content-type", contentType)
        head.add("cache-control", "no-cache" as StaticString)
        head.add("x-accel-buffering", "no" as StaticString)
        AnswerFields.add(context, to: &head)
        AnswerFields.addRequestID(context.requestID, dialect, to: &head)
        call.service.cors.add(to: &head, request: call.request.head)
        call.writer.startStream(head, keepAlive: keepAlive)
    }

    private var contentType: StaticString {
        switch dialect {
        case .gemini: geminiFraming.contentType
        case .bedrock: "application/vnd.amazon.eventstream"
        default: "text/event-stream; charset=utf-8"
        }
    }

    private var keepAlive: StaticString? {
        switch dialect {
        case .anthropic: "event: ping\ndata: {\"type\": \"ping\"}\n\n"
        case .gemini: geminiFraming.keepAlive
        // It has no event that says nothing.
        case .bedrock: nil
        case .openAI, .unified, .textCompletion, .responses, .embeddings: ": ping\n\n"
        }
    }

    private func makeID(_ context: RequestContext) -> String {
        switch dialect {
        case .textCompletion: context.completionID("cmpl-")
        case .anthropic: context.identifier("msg_").text
        case .responses, .gemini, .bedrock: context.identifier("resp_").text
        case .openAI, .unified, .embeddings: context.completionID()
        }
    }

    func send(_ chunk: StreamChunk) {
        guard !hasFailed else { return }
        payEcho()
        buffer.removeAll(keepingCapacity: true)
        switch dialect {
        case .responses:
            do throws(HubError) {
                try responses?.append(chunk, to: &buffer)
            } catch {
                return fail(error)
            }
        case .anthropic: appendAnthropic(chunk)
        case .gemini: appendGemini(chunk)
        case .bedrock: bedrock?.append(chunk, to: &buffer)
        case .openAI where chunk.dialect != .openAI:
            for bytes in translatedToOpenAI(chunk) { SSEWriter.append(data: bytes, to: &buffer) }
        case _ where chunk.dialect != .openAI:
            for bytes in translatedToOpenAI(chunk) {
                guard let chunk = try? OpenAIStream.parse(bytes, provider: provider) else { continue }
                append(chunk)
            }
        default: append(chunk)
        }
        if !buffer.isEmpty { call.writer.write(buffer) }
    }

    /// A chunk of OpenAI's form, in what was made from it.
    private func append(_ chunk: StreamChunk) {
        switch dialect {
        case .openAI:
            // With the hub's own object the usage chunk is written at the end, and only there.
            let passesUsage = wantsUsage && !wantsHub
            if passesUsage, chunk.body["usage"]?.isObject == true { sentUsage = true }
            OpenAIStream.append(chunk, wantsUsage: passesUsage, to: &buffer)
        case .unified:
            UnifiedStream.append(chunk, id: id, created: created, model: model, provider: provider, to: &buffer)
        case .textCompletion:
            guard let request = context?.request else { return }
            TextCompletionResponse.append(
                chunk, position: part, request: request, id: id, created: created, model: model,
                offsets: &textOffsets, to: &buffer)
        case .anthropic, .responses, .gemini, .bedrock, .embeddings: break
        }
    }

    // MARK: Other dialects

    private func translatedToOpenAI(_ chunk: StreamChunk) -> [[UInt8]] {
        var translation = translation ?? StreamTranslation(toOpenAI: id, created: created, model: model)
        self.translation = nil
        defer { self.translation = translation }
        return translation.openAIChunks(chunk)
    }

    private func appendAnthropic(_ chunk: StreamChunk) {
        guard chunk.dialect == .anthropic else {
            var translation = translationToAnthropic()
            self.translation = nil
            translation.appendAnthropic(chunk, to: &buffer)
            return self.translation = translation
        }
        let type = chunk.body["type"]
        let isLast = type?.equals("message_delta") == true || type?.equals("message_stop") == true
        if wantsHub, isLast { held.append(chunk) } else { AnthropicStream.append(chunk, to: &buffer) }
        hasPassedEvents = true
    }

    private func translationToAnthropic() -> StreamTranslation {
        if let translation { return translation }
        let request = try? context?.request?.canonical()
        return StreamTranslation(
            toAnthropic: id, model: model,
            inputEstimate: request.map { TokenEstimate.input(of: $0, model: model) } ?? 1)
    }

    /// The events of the same dialect that were kept for the `hub` object, or the end of a translated stream.
    private func endAnthropic(_ metadata: AnswerMetadata) {
        guard !hasPassedEvents else {
            for chunk in held {
                if chunk.body["type"]?.equals("message_delta") == true {
                    AnthropicStream.append(chunk, hub: metadata, to: &buffer)
                } else {
                    AnthropicStream.append(chunk, to: &buffer)
                }
            }
            return
        }
        var translation = translationToAnthropic()
        translation.appendAnthropicEnd(usage: metadata.usage, hub: wantsHub ? metadata : nil, to: &buffer)
    }

    private func appendGemini(_ chunk: StreamChunk) {
        guard chunk.dialect == .gemini else {
            var translation = translation ?? StreamTranslation(toGemini: id, model: model)
            self.translation = nil
            for bytes in translation.geminiChunks(chunk) { geminiFraming.append(bytes, to: &buffer) }
            return self.translation = translation
        }
        hasPassedEvents = true
        guard wantsHub else { return geminiFraming.append(chunk, to: &buffer) }
        // The last one carries the `hub` object, and which that is shows at the end.
        if let before = held.popLast() { geminiFraming.append(before, to: &buffer) }
        held.append(chunk)
    }

    /// The last chunk of the same dialect, which was kept for the `hub` object, or the end of a translated stream.
    private func endGemini(_ metadata: AnswerMetadata) {
        if let last = held.popLast() {
            geminiFraming.append(last, hub: metadata, to: &buffer)
        } else if !hasPassedEvents {
            var translation = translation ?? StreamTranslation(toGemini: id, model: model)
            for bytes in translation.geminiEnd(usage: metadata.usage, hub: wantsHub ? metadata : nil) {
                geminiFraming.append(bytes, to: &buffer)
            }
        }
        geminiFraming.appendEnd(to: &buffer)
    }

    /// The stream is complete: makes its end, with usage where it belongs. Returns the answer of a client whose answers are
    /// kept.
    func prepareEnd(_ context: RequestContext) -> [UInt8]? {
        guard !hasFailed else { return nil }
        payEcho()
        var kept: [UInt8]?
        buffer.removeAll(keepingCapacity: true)
        let metadata = context.metadata()
        switch dialect {
        case .openAI where wantsHub || (wantsUsage && !sentUsage && metadata.usage != nil):
            OpenAIStream.appendUsage(id: id, created: created, metadata: metadata, hub: wantsHub, to: &buffer)
        case .unified:
            UnifiedStream.appendUsage(id: id, created: created, metadata: metadata, to: &buffer)
        case .textCompletion where wantsUsage || wantsHub:
            TextCompletionResponse.appendUsage(id: id, created: created, metadata: metadata, hub: wantsHub, to: &buffer)
        case .anthropic: endAnthropic(metadata)
        case .gemini: endGemini(metadata)
        case .bedrock: bedrock?.appendEnd(metadata, to: &buffer)
        case .responses:
            kept = responses?.appendEnd(usage: metadata.usage, hub: wantsHub ? metadata : nil, to: &buffer)
        default: break
        }
        switch dialect {
        case .openAI, .unified, .textCompletion, .embeddings: OpenAIStream.appendEnd(to: &buffer)
        case .anthropic, .responses, .gemini, .bedrock: break
        }
        return kept
    }

    /// Sends the end.
    func finish() {
        guard !hasFailed else { return }
        call.writer.write(buffer)
        call.writer.finish()
    }

    /// The stream broke after its head had left: never ended as success.
    func fail(_ error: HubError) {
        guard !hasFailed else { return }
        hasFailed = true
        let requestID = context?.requestID ?? ""
        buffer.removeAll(keepingCapacity: true)
        switch dialect {
        // Embeddings are never streamed.
        case .openAI, .embeddings: OpenAIStream.append(error, to: &buffer)
        case .unified: UnifiedStream.append(error, requestID: requestID, to: &buffer)
        case .textCompletion: TextCompletionResponse.append(error, requestID: requestID, to: &buffer)
        case .anthropic: AnthropicStream.append(error, requestID: requestID, to: &buffer)
        case .responses: responses?.append(error, to: &buffer)
        case .gemini: geminiFraming.append(error, to: &buffer)
        case .bedrock: BedrockStream.append(error, to: &buffer)
        }
        call.writer.write(buffer)
        call.writer.abort()
    }

    /// A text completion with `echo` repeats its prompt first. A provider that was asked for one does so itself.
    private func payEcho() {
        guard owesEcho, let context else { return }
        owesEcho = false
        guard dialect == .textCompletion, context.call?.dialect != .textCompletion, let request = context.request,
            request.body["echo"]?.bool == true
        else { return }
        let prompts = TextCompletionRequest.prompts(request)
        guard part < prompts.count else { return }
        buffer.removeAll(keepingCapacity: true)
        for choice in 0..<request.choiceCount {
            TextCompletionResponse.appendEcho(
                prompts[part], index: part * request.choiceCount + choice, id: id, created: created, model: model,
                offsets: &textOffsets, to: &buffer)
        }
        call.writer.write(buffer)
    }
}
