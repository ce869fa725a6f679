internal import Wire

/// The legacy text completion object: contract 2.2.
public enum TextCompletionResponse {
    /// - Parameter responses: one per prompt, in their order.
    public static func render(
        _ responses: [CompletionResponse], request: CompletionRequest, id: String, created: Int,
        metadata: AnswerMetadata, hub: Bool
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        writer.member("id", id)
        writer.member("object", "text_completion")
        writer.member("created", created)
        writer.member("model", responses.first?.servedModel ?? metadata.model)
        writer.key("choices")
        writer.beginArray()
        let echo = request.body["echo"]?.bool ?? false
        for (position, (prompt, response)) in zip(TextCompletionRequest.prompts(request), responses).enumerated() {
            writeChoices(response, offset: position * request.choiceCount, echo: echo ? prompt : "", to: &writer)
        }
        writer.endArray()
        writeUsage(metadata.usage, to: &writer)
        if hub { HubObject.write(metadata, to: &writer) }
        writer.endObject()
        return writer.bytes
    }

    private static func writeChoices(
        _ response: CompletionResponse, offset: Int, echo: String, to writer: inout JSONWriter
    ) {
        guard let choices = response.body["choices"] else { return }
        for choice in choices.elements {
            let text = choice["message"]?["content"]?.string ?? ""
            writeChoice(
                index: offset + (choice["index"]?.int ?? 0), text: echo + text,
                finishReason: choice["finish_reason"]?.string, to: &writer)
        }
    }

    private static func writeChoice(index: Int, text: String, finishReason: String?, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("index", index)
        writer.member("text", text)
        writer.key("logprobs")
        writer.null()
        writer.key("finish_reason")
        switch finishReason {
        case nil: writer.null()
        case "length", "model_length": writer.string("length")
        case "content_filter": writer.string("content_filter")
        default: writer.string("stop")
        }
        writer.endObject()
    }

    private static func writeUsage(_ usage: TokenUsage?, to writer: inout JSONWriter) {
        guard let usage else { return }
        writer.key("usage")
        writer.beginObject()
        OpenAIUsage.writeMembers(usage, to: &writer)
        writer.endObject()
    }

    // MARK: Stream

    /// Writes a chunk of the answer to the prompt at `position`.
    public static func append(
        _ chunk: StreamChunk, position: Int, request: CompletionRequest, id: String, created: Int, model: String,
        to out: inout [UInt8]
    ) {
        guard chunk.hasChoices, let choices = chunk.body["choices"] else { return }
        var writer = begin(id: id, created: created, model: model)
        for choice in choices.elements {
            writeChoice(
                index: position * request.choiceCount + (choice["index"]?.int ?? 0),
                text: choice["delta"]?["content"]?.string ?? "", finishReason: choice["finish_reason"]?.string,
                to: &writer)
        }
        writer.endArray()
        writer.endObject()
        SSEWriter.append(data: writer.bytes, to: &out)
    }

    /// The prompt itself, for `echo`.
    public static func appendEcho(
        _ prompt: String, index: Int, id: String, created: Int, model: String, to out: inout [UInt8]
    ) {
        var writer = begin(id: id, created: created, model: model)
        writeChoice(index: index, text: prompt, finishReason: nil, to: &writer)
        writer.endArray()
        writer.endObject()
        SSEWriter.append(data: writer.bytes, to: &out)
    }

    public static func appendUsage(id: String, created: Int, metadata: AnswerMetadata, hub: Bool, to out: inout [UInt8])
    {
        var writer = begin(id: id, created: created, model: metadata.model)
        writer.endArray()
        writeUsage(metadata.usage, to: &writer)
        if hub { HubObject.write(metadata, to: &writer) }
        writer.endObject()
        SSEWriter.append(data: writer.bytes, to: &out)
    }

    /// OpenAI's framing with the hub's error object.
    public static func append(_ error: HubError, requestID: String, to out: inout [UInt8]) {
        SSEWriter.append(data: UnifiedErrors.render(error, requestID: requestID), to: &out)
    }

    /// Leaves the array of choices open.
    private static func begin(id: String, created: Int, model: String) -> JSONWriter {
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        writer.member("id", id)
        writer.member("object", "text_completion")
        writer.member("created", created)
        writer.member("model", model)
        writer.key("choices")
        writer.beginArray()
        return writer
    }
}
