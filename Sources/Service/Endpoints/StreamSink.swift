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
    private var buffer: [UInt8] = []

    init(call: EndpointCall) {
        self.call = call
    }

    var isCongested: Bool { call.writer.isCongested }

    var onWritable: (() -> Void)? {
        get { call.writer.onWritable }
        set { call.writer.onWritable = newValue }
    }

    func begin(part: Int) {
        self.part = part
        if context != nil { sendEcho() }
    }

    func open(_ context: RequestContext) {
        guard let request = context.request, let plan = context.plan else { return }
        self.context = context
        dialect = request.dialect
        wantsHub = context.directives.wantsMetadata
        wantsUsage = request.wantsUsageChunk
        created = Int(context.clock.wallNanoseconds / 1_000_000_000)
        id = context.completionID(dialect == .textCompletion ? "cmpl-" : "chatcmpl-")
        model = plan.model
        provider = plan.entry.id
        var head = HTTPResponseHead(status: 200)
        head.add("content-type", "text/event-stream; charset=utf-8" as StaticString)
        head.add("cache-control", "no-cache" as StaticString)
        head.add("x-accel-buffering", "no" as StaticString)
        AnswerFields.add(context, to: &head)
        call.service.cors.add(to: &head, request: call.request.head)
        call.writer.startStream(head, keepAlive: ": ping\n\n")
        sendEcho()
    }

    func send(_ chunk: StreamChunk) {
        buffer.removeAll(keepingCapacity: true)
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
                chunk, position: part, request: request, id: id, created: created, model: model, to: &buffer)
        }
        call.writer.write(buffer)
    }

    /// The stream is complete: usage where it belongs, then the end.
    func finish(_ context: RequestContext) {
        buffer.removeAll(keepingCapacity: true)
        let metadata = context.metadata()
        switch dialect {
        case .openAI where wantsHub || (wantsUsage && !sentUsage && metadata.usage != nil):
            OpenAIStream.appendUsage(id: id, created: created, metadata: metadata, hub: wantsHub, to: &buffer)
        case .unified:
            UnifiedStream.appendUsage(id: id, created: created, metadata: metadata, to: &buffer)
        case .textCompletion where wantsUsage || wantsHub:
            TextCompletionResponse.appendUsage(id: id, created: created, metadata: metadata, hub: wantsHub, to: &buffer)
        default:
            break
        }
        OpenAIStream.appendEnd(to: &buffer)
        call.writer.write(buffer)
        call.writer.finish()
    }

    /// The stream broke after its head had left: never ended as success.
    func fail(_ error: HubError, _ context: RequestContext) {
        buffer.removeAll(keepingCapacity: true)
        switch dialect {
        case .openAI: OpenAIStream.append(error, to: &buffer)
        case .unified: UnifiedStream.append(error, requestID: context.requestID, to: &buffer)
        case .textCompletion: TextCompletionResponse.append(error, requestID: context.requestID, to: &buffer)
        }
        call.writer.write(buffer)
        call.writer.abort()
    }

    /// A text completion with `echo` repeats its prompt first.
    private func sendEcho() {
        guard dialect == .textCompletion, let request = context?.request, request.body["echo"]?.bool == true else {
            return
        }
        let prompts = TextCompletionRequest.prompts(request)
        guard part < prompts.count else { return }
        buffer.removeAll(keepingCapacity: true)
        for choice in 0..<request.choiceCount {
            TextCompletionResponse.appendEcho(
                prompts[part], index: part * request.choiceCount + choice, id: id, created: created, model: model,
                to: &buffer)
        }
        call.writer.write(buffer)
    }
}
