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
            writeChoice(
                choice, index: offset + (choice["index"]?.int ?? 0), before: echo,
                text: choice["message"]?["content"]?.string ?? "", offset: echo.unicodeScalars.count, to: &writer)
        }
    }

    /// A choice of a chat, or one that a provider gave in the legacy form: that has its echo and its log probabilities.
    /// - Parameters:
    ///   - before: what the text of a chat is put after.
    ///   - offset: characters of the choice's text before this.
    private static func writeChoice(
        _ choice: JSONValue, index: Int, before: String, text: String, offset: Int, to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("index", index)
        if let native = choice["text"]?.string {
            writer.member("text", native)
            writer.key("logprobs")
            if let logprobs = choice["logprobs"] { writer.value(logprobs) } else { writer.null() }
        } else {
            writer.member("text", before + text)
            writer.key("logprobs")
            TextLogprobs.write(choice["logprobs"], offset: offset, to: &writer)
        }
        writeFinishReason(choice["finish_reason"]?.string, to: &writer)
        writer.endObject()
    }

    private static func writeFinishReason(_ finishReason: String?, to writer: inout JSONWriter) {
        writer.key("finish_reason")
        switch finishReason {
        case nil: writer.null()
        case "length", "model_length": writer.string("length")
        case "content_filter": writer.string("content_filter")
        default: writer.string("stop")
        }
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
    /// - Parameter offsets: characters so far of each choice's text.
    public static func append(
        _ chunk: StreamChunk, position: Int, request: CompletionRequest, id: String, created: Int, model: String,
        offsets: inout [Int: Int], to out: inout [UInt8]
    ) {
        guard chunk.hasChoices, let choices = chunk.body["choices"] else { return }
        var writer = begin(id: id, created: created, model: model)
        for choice in choices.elements {
            let index = position * request.choiceCount + (choice["index"]?.int ?? 0)
            let text = choice["delta"]?["content"]?.string ?? ""
            writeChoice(choice, index: index, before: "", text: text, offset: offsets[index] ?? 0, to: &writer)
            if choice["logprobs"]?.isObject == true { offsets[index, default: 0] += text.unicodeScalars.count }
        }
        writer.endArray()
        writer.endObject()
        SSEWriter.append(data: writer.bytes, to: &out)
    }

    /// The prompt itself, for `echo`.
    public static func appendEcho(
        _ prompt: String, index: Int, id: String, created: Int, model: String, offsets: inout [Int: Int],
        to out: inout [UInt8]
    ) {
        offsets[index] = prompt.unicodeScalars.count
        var writer = begin(id: id, created: created, model: model)
        writer.beginObject()
        writer.member("index", index)
        writer.member("text", prompt)
        writer.key("logprobs")
        writer.null()
        writeFinishReason(nil, to: &writer)
        writer.endObject()
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
