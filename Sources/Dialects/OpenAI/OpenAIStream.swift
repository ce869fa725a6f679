internal import Wire

/// OpenAI's chat completion chunks: read from a provider, written for a client.
public enum OpenAIStream {
    /// Reads one event's data.
    public static func parse(_ data: [UInt8], provider: String) throws(HubError) -> StreamChunk {
        let body = try ProviderEvents<OpenAIErrors>.object(data, provider: provider)
        return chunk(body)
    }

    private static func chunk(_ body: JSONValue) -> StreamChunk {
        var chunk = StreamChunk(
            body: body, hasPayload: false, hasChoices: false, usage: OpenAIUsage.parse(body["usage"]), finishReason: nil
        )
        if chunk.usage == nil { chunk.usage = OpenAIUsage.parse(body["x_groq"]?["usage"]) }
        guard let choices = body["choices"], choices.isArray else { return chunk }
        for choice in choices.elements {
            chunk.hasChoices = true
            if chunk.finishReason == nil { chunk.finishReason = choice["finish_reason"]?.string }
            if !chunk.hasPayload, let delta = choice["delta"] { chunk.hasPayload = hasPayload(delta) }
            // A text completion has its text here.
            if !chunk.hasPayload, let text = choice["text"] { chunk.hasPayload = text.isString && !text.equals("") }
        }
        return chunk
    }

    /// Anything generated, on any channel. A role alone, or an empty text, is not.
    private static func hasPayload(_ delta: JSONValue) -> Bool {
        for (key, value) in delta.members where !key.equals("role") {
            switch value.kind {
            case .string:
                // `obfuscation` is noise of changing length, beside the content.
                if !value.equals(""), !key.equals("obfuscation") { return true }
            case .array: if value.count > 0 { return true }
            case .object: return true
            default: break
            }
        }
        return false
    }

    // MARK: To a client

    /// Writes `data: {chunk}` as it came, without usage unless the client asked for it. A chunk that holds
    /// nothing else is left out.
    public static func append(_ chunk: StreamChunk, wantsUsage: Bool, to out: inout [UInt8]) {
        if !wantsUsage, !chunk.hasChoices, chunk.body["usage"]?.isObject == true { return }
        var writer = JSONWriter(reserving: 512)
        writer.beginObject()
        for (key, value) in chunk.body.members where wantsUsage || !key.equals("usage") {
            writer.key(key)
            writer.value(value)
        }
        writer.endObject()
        SSEWriter.append(data: writer.bytes, to: &out)
    }

    /// Writes the usage chunk of a client that asked for it, or for the `hub` object, but whose provider sent none.
    public static func appendUsage(
        id: String, created: Int, metadata: AnswerMetadata, hub: Bool, to out: inout [UInt8]
    ) {
        var writer = JSONWriter(reserving: 512)
        writer.beginObject()
        writer.member("id", id)
        writer.member("object", "chat.completion.chunk")
        writer.member("created", created)
        writer.member("model", metadata.model)
        writer.key("choices")
        writer.beginArray()
        writer.endArray()
        if let usage = metadata.usage {
            writer.key("usage")
            writer.beginObject()
            OpenAIUsage.writeMembers(usage, to: &writer)
            OpenAIUsage.writeDetails(usage, to: &writer)
            writer.endObject()
        }
        if hub { HubObject.write(metadata, to: &writer) }
        writer.endObject()
        SSEWriter.append(data: writer.bytes, to: &out)
    }

    public static func appendEnd(to out: inout [UInt8]) {
        out.append("data: [DONE]\n\n")
    }

    /// The stream was cut: no `[DONE]` follows.
    public static func append(_ error: HubError, to out: inout [UInt8]) {
        SSEWriter.append(data: OpenAIErrors.render(error), to: &out)
    }
}
