internal import Wire

/// Writes events of no dialect as those of a streamed response. Pure; one per stream.
///
/// Texts and thoughts are items that follow each other; calls may be open beside them, as their pieces may interleave.
/// Only the first choice is written: a response has no more. What was written is kept, for the last event repeats it.
public struct ResponsesEventWriter: Sendable {
    private var events: ResponsesEventFrame
    private var frame: ResponsesFrame
    private var ids: ResponsesItemID
    private var hasStarted = false
    /// Done items, as JSON; nil: not done yet.
    private var items: [[UInt8]?] = []
    private var message: Message?
    private var thought: Thought?
    private var calls: [Call] = []
    private var finish: Finish?
    private var hasRefusal = false
    private var usage: TokenUsage?
    private var keptBytes = 0
    /// As much as a whole answer may have.
    private static let keptBound = 32 << 20

    private struct Message: Sendable {
        let index: Int
        let id: String
        var content: [ResponsesContent] = []
        var isPartOpen = false
    }

    private struct Thought: Sendable {
        let index: Int
        let id: String
        var text = ""
    }

    private struct Call: Sendable {
        let index: Int
        let id: String
        let number: Int
        let callID: String
        let name: String
        var arguments = ""
        var balance = JSONBalance()
        var isOpen = true
    }

    /// - Parameters:
    ///   - id: `resp_...`.
    ///   - created: seconds since 1970.
    ///   - echo: what the events repeat of the request.
    public init(id: String, created: Int, model: String, echo: ResponsesEcho) {
        events = ResponsesEventFrame()
        frame = ResponsesFrame(id: id, created: created, model: model, echo: echo)
        ids = ResponsesItemID(response: id)
    }

    /// Goes on where a provider stopped in the middle of the answer's first text.
    /// - Parameters:
    ///   - text: what it has written.
    ///   - message: the id of the item that holds it.
    ///   - sequenceNumber: of the next event.
    init(
        id: String, created: Int, model: String, echo: ResponsesEcho, goingOnWith text: String, of message: String,
        sequenceNumber: Int
    ) {
        self.init(id: id, created: created, model: model, echo: echo)
        hasStarted = true
        events = ResponsesEventFrame(count: sequenceNumber)
        items = [nil]
        var content = ResponsesContent(kind: .text)
        content.text = text
        self.message = Message(index: 0, id: message, content: [content], isPartOpen: true)
        keptBytes = text.utf8.count
    }

    /// More was written than is kept: the stream must be cut.
    public var isTooLong: Bool { keptBytes > Self.keptBound }

    /// Of the next event.
    public var sequenceNumber: Int { events.count }

    public mutating func append(_ event: ChatEvent, to out: inout [UInt8]) {
        switch event {
        case .start: break
        case .usage(let usage): self.usage = usage
        case .finish(let choice, let finish): if choice == 0 { self.finish = finish }
        case .text(0, let text): write(text, .text, to: &out)
        case .refusal(0, let text):
            hasRefusal = true
            write(text, .refusal, to: &out)
        case .logprobs(0, let logprobs):
            guard let content = logprobs.given("content"), let last = message?.content.indices.last else { return }
            message?.content[last].logprobs.append(content)
        case .citation(0, let citation): cite(citation, to: &out)
        case .reasoning(0, let text): think(text, to: &out)
        case .reasoningSignature(0, let signature):
            if thought == nil { openThought(to: &out) }
            closeThought(signature: signature, redacted: nil, to: &out)
        case .encryptedReasoning(0, let value):
            close(to: &out)
            openThought(to: &out)
            closeThought(signature: nil, redacted: value, to: &out)
        case .partEnd(0):
            closePart(to: &out)
            closeThought(signature: nil, redacted: nil, to: &out)
        case .toolCall(0, let number, let id, let name, let signature):
            begin(number, id: id, name: name, signature, to: &out)
        case .toolArguments(0, let number, let piece): arguments(number, piece, to: &out)
        case .media(0, let media, _): draw(media, to: &out)
        default: break
        }
    }

    /// The end of a complete answer. Returns the response object that it holds.
    public mutating func appendEnd(usage: TokenUsage?, hub: AnswerMetadata?, to out: inout [UInt8]) -> [UInt8] {
        let finish = finish ?? Finish(.stop)
        let reason = ResponsesFrame.incompleteReason(finish, hasRefusal: hasRefusal)
        start(to: &out)
        closeThought(signature: nil, redacted: nil, to: &out)
        closeMessage(isComplete: reason == nil, to: &out)
        for position in calls.indices { end(call: position, isComplete: reason == nil, to: &out) }
        var response = JSONWriter(reserving: 1024 + keptBytes)
        frame.write(
            .ended(finish, hasRefusal: hasRefusal), output: items.compactMap { $0 }, usage: usage ?? self.usage,
            hub: hub, to: &response)
        let bytes = response.bytes
        events.append(reason == nil ? "response.completed" : "response.incomplete", to: &out) { writer in
            writer.key("response")
            writer.raw(bytes)
        }
        return bytes
    }

    // MARK: Items

    private mutating func start(to out: inout [UInt8]) {
        guard !hasStarted else { return }
        hasStarted = true
        for type in ["response.created", "response.in_progress"] as [StaticString] {
            events.append(type, to: &out) { writer in
                writer.key("response")
                frame.write(.inProgress, output: [], usage: nil, hub: nil, to: &writer)
            }
        }
    }

    private mutating func add(to out: inout [UInt8], _ item: (inout JSONWriter) -> Void) -> Int {
        start(to: &out)
        let index = items.count
        items.append(nil)
        events.append("response.output_item.added", to: &out) { writer in
            writer.member("output_index", index)
            writer.key("item")
            item(&writer)
        }
        return index
    }

    private mutating func done(_ index: Int, to out: inout [UInt8], _ write: (inout JSONWriter) -> Void) {
        var writer = JSONWriter(reserving: 256)
        write(&writer)
        let item = writer.bytes
        items[index] = item
        events.append("response.output_item.done", to: &out) { writer in
            writer.member("output_index", index)
            writer.key("item")
            writer.raw(item)
        }
    }

    /// Ends what cannot go on beside another item.
    private mutating func close(to out: inout [UInt8]) {
        closeThought(signature: nil, redacted: nil, to: &out)
        closeMessage(isComplete: true, to: &out)
        for position in calls.indices where calls[position].balance.isComplete {
            end(call: position, isComplete: true, to: &out)
        }
    }

    // MARK: Messages

    private mutating func write(_ text: String, _ kind: ResponsesContent.Kind, to out: inout [UInt8]) {
        keptBytes += text.utf8.count
        openPart(kind, to: &out)
        guard var message, let part = message.content.indices.last else { return }
        message.content[part].text += text
        self.message = nil
        self.message = message
        let type: StaticString = kind == .text ? "response.output_text.delta" : "response.refusal.delta"
        events.append(type, to: &out) { writer in
            writer.place(message.id, message.index, "content_index", part)
            writer.member("delta", text)
            if kind == .text {
                writer.key("logprobs")
                writer.raw("[]")
            }
        }
    }

    private mutating func openPart(_ kind: ResponsesContent.Kind, to out: inout [UInt8]) {
        if let message, message.isPartOpen {
            if message.content.last?.kind == kind { return }
            closePart(to: &out)
        }
        if message == nil {
            close(to: &out)
            let id = ids.next("msg")
            let index = add(to: &out) { ResponsesItem.writeMessage([], id: id, status: "in_progress", to: &$0) }
            message = Message(index: index, id: id)
        }
        guard var message else { return }
        let part = ResponsesContent(kind: kind)
        events.append("response.content_part.added", to: &out) { writer in
            writer.place(message.id, message.index, "content_index", message.content.count)
            writer.key("part")
            part.write(to: &writer)
        }
        message.content.append(part)
        message.isPartOpen = true
        self.message = message
    }

    private mutating func closePart(to out: inout [UInt8]) {
        guard let message, message.isPartOpen, let content = message.content.last else { return }
        self.message?.isPartOpen = false
        let index = message.content.count - 1
        switch content.kind {
        case .text:
            events.append("response.output_text.done", to: &out) { writer in
                writer.place(message.id, message.index, "content_index", index)
                writer.member("text", content.text)
                writer.key("logprobs")
                content.writeLogprobs(to: &writer)
            }
        case .refusal:
            events.append("response.refusal.done", to: &out) { writer in
                writer.place(message.id, message.index, "content_index", index)
                writer.member("refusal", content.text)
            }
        }
        events.append("response.content_part.done", to: &out) { writer in
            writer.place(message.id, message.index, "content_index", index)
            writer.key("part")
            content.write(to: &writer)
        }
    }

    private mutating func closeMessage(isComplete: Bool, to out: inout [UInt8]) {
        closePart(to: &out)
        guard let message else { return }
        self.message = nil
        done(message.index, to: &out) { writer in
            ResponsesItem.writeMessage(
                message.content, id: message.id, status: isComplete ? "completed" : "incomplete", to: &writer)
        }
    }

    private mutating func cite(_ citation: Citation, to out: inout [UInt8]) {
        guard citation.url != nil, let message, let part = message.content.indices.last else { return }
        let number = message.content[part].citations.count
        self.message?.content[part].citations.append(citation)
        keptBytes += citation.url?.utf8.count ?? 0
        events.append("response.output_text.annotation.added", to: &out) { writer in
            writer.place(message.id, message.index, "content_index", part)
            writer.member("annotation_index", number)
            writer.key("annotation")
            ResponsesItem.write(citation, length: message.content[part].text.unicodeScalars.count, to: &writer)
        }
    }

    private mutating func draw(_ media: Media, to out: inout [UInt8]) {
        guard media.kind == .image, case .data(let data, let type) = media.source else { return }
        close(to: &out)
        keptBytes += data.utf8.count
        let id = ids.next("ig")
        let index = add(to: &out) { ResponsesItem.writeImage("", mediaType: type, id: id, to: &$0) }
        done(index, to: &out) { ResponsesItem.writeImage(data, mediaType: type, id: id, to: &$0) }
    }

    // MARK: Reasoning

    private mutating func openThought(to out: inout [UInt8]) {
        close(to: &out)
        let id = ids.next("rs")
        let index = add(to: &out) {
            ResponsesReasoning.write("", signature: nil, redacted: nil, id: id, to: &$0)
        }
        thought = Thought(index: index, id: id)
    }

    private mutating func think(_ text: String, to out: inout [UInt8]) {
        if thought == nil { openThought(to: &out) }
        guard let thought else { return }
        keptBytes += text.utf8.count
        if thought.text.isEmpty {
            events.append("response.reasoning_summary_part.added", to: &out) { writer in
                writer.place(thought.id, thought.index, "summary_index", 0)
                writer.key("part")
                ResponsesReasoning.writePart("", to: &writer)
            }
        }
        self.thought?.text += text
        events.append("response.reasoning_summary_text.delta", to: &out) { writer in
            writer.place(thought.id, thought.index, "summary_index", 0)
            writer.member("delta", text)
        }
    }

    private mutating func closeThought(signature: Signature?, redacted: Signature?, to out: inout [UInt8]) {
        guard let thought else { return }
        self.thought = nil
        if !thought.text.isEmpty {
            events.append("response.reasoning_summary_text.done", to: &out) { writer in
                writer.place(thought.id, thought.index, "summary_index", 0)
                writer.member("text", thought.text)
            }
            events.append("response.reasoning_summary_part.done", to: &out) { writer in
                writer.place(thought.id, thought.index, "summary_index", 0)
                writer.key("part")
                ResponsesReasoning.writePart(thought.text, to: &writer)
            }
        }
        done(thought.index, to: &out) { writer in
            ResponsesReasoning.write(
                thought.text, signature: signature, redacted: redacted, id: thought.id, to: &writer)
        }
    }

    // MARK: Calls

    private mutating func begin(
        _ number: Int, id: String, name: String, _ signature: Signature?, to out: inout [UInt8]
    ) {
        close(to: &out)
        if let signature {
            let id = ids.next("rs")
            let index = add(to: &out) {
                ResponsesReasoning.write("", signature: nil, redacted: nil, id: id, to: &$0)
            }
            done(index, to: &out) { ResponsesReasoning.write(forNextPart: signature, id: id, to: &$0) }
        }
        keptBytes += id.utf8.count + name.utf8.count
        let itemID = ids.next("fc")
        let call = ToolCall(id: id, name: name, arguments: .text(""))
        let index = add(to: &out) { ResponsesItem.write(call, id: itemID, status: "in_progress", to: &$0) }
        calls.append(Call(index: index, id: itemID, number: number, callID: id, name: name))
    }

    private mutating func arguments(_ number: Int, _ piece: String, to out: inout [UInt8]) {
        guard let position = calls.lastIndex(where: { $0.number == number && $0.isOpen }) else { return }
        keptBytes += piece.utf8.count
        calls[position].arguments += piece
        calls[position].balance.take(piece)
        let call = calls[position]
        events.append("response.function_call_arguments.delta", to: &out) { writer in
            writer.place(call.id, call.index)
            writer.member("delta", piece)
        }
    }

    private mutating func end(call position: Int, isComplete: Bool, to out: inout [UInt8]) {
        guard calls[position].isOpen else { return }
        calls[position].isOpen = false
        let call = calls[position]
        events.append("response.function_call_arguments.done", to: &out) { writer in
            writer.place(call.id, call.index)
            writer.member("name", call.name)
            writer.member("arguments", call.arguments)
        }
        done(call.index, to: &out) { writer in
            ResponsesItem.write(
                ToolCall(id: call.callID, name: call.name, arguments: .text(call.arguments)), id: call.id,
                status: isComplete || call.balance.isComplete ? "completed" : "incomplete", to: &writer)
        }
    }
}
