internal import Wire

/// The output items of a whole answer of another dialect, as JSON.
struct ResponsesOutput {
    private(set) var items: [[UInt8]] = []
    private(set) var hasRefusal = false
    private var ids: ResponsesItemID
    /// Content parts of the message that is being written.
    private var content: [ResponsesContent] = []

    init(_ parts: [ChatPart], logprobs: JSONValue?, finish: Finish, response: String) {
        ids = ResponsesItemID(response: response)
        for part in parts { take(part) }
        if let logprobs = logprobs?["content"], let text = content.indices.last { content[text].logprobs = [logprobs] }
        let reason = ResponsesFrame.incompleteReason(finish, hasRefusal: hasRefusal)
        flush(isComplete: reason == nil)
    }

    private mutating func take(_ part: ChatPart) {
        switch part.content {
        case .text(let text):
            var piece = ResponsesContent(kind: .text)
            piece.text = text
            piece.citations = part.citations
            content.append(piece)
        case .refusal(let text):
            hasRefusal = true
            var piece = ResponsesContent(kind: .refusal)
            piece.text = text
            content.append(piece)
        case .reasoning(let reasoning):
            flush(isComplete: true)
            append("rs") { id, writer in
                ResponsesReasoning.write(
                    reasoning.text, signature: part.signature, redacted: reasoning.encrypted, id: id, to: &writer)
            }
        case .toolCall(let call):
            flush(isComplete: true)
            if let signature = part.signature {
                append("rs") { ResponsesReasoning.write(forNextPart: signature, id: $0, to: &$1) }
            }
            append("fc") { id, writer in
                ResponsesItem.write(call, id: id, status: "completed", to: &writer)
            }
        case .media(let media):
            flush(isComplete: true)
            guard case .data(let data, let type) = media.source, media.kind == .image else { return }
            append("ig") { ResponsesItem.writeImage(data, mediaType: type, id: $0, to: &$1) }
        // What only another vendor has; results are never answers.
        case .other, .toolResult: break
        }
    }

    private mutating func flush(isComplete: Bool) {
        guard !content.isEmpty else { return }
        let parts = content
        content = []
        append("msg") { id, writer in
            ResponsesItem.writeMessage(parts, id: id, status: isComplete ? "completed" : "incomplete", to: &writer)
        }
    }

    private mutating func append(_ prefix: String, _ write: (String, inout JSONWriter) -> Void) {
        var writer = JSONWriter(reserving: 256)
        write(ids.next(prefix), &writer)
        items.append(writer.bytes)
    }
}
