internal import Wire

/// The hub's own stream chunks: contract 2.1 and 2.8.
public enum UnifiedStream {
    /// Writes a chunk's choices. A chunk without any is left out: usage comes with the last chunk.
    public static func append(
        _ chunk: StreamChunk, id: String, created: Int, model: String, provider: String, to out: inout [UInt8]
    ) {
        guard chunk.hasChoices, let choices = chunk.body["choices"] else { return }
        var writer = begin(id: id, created: created, model: model, provider: provider)
        writer.key("choices")
        writer.beginArray()
        for choice in choices.elements { write(choice, to: &writer) }
        writer.endArray()
        for (key, value) in chunk.body.members where !UnifiedResponse.isOwn(key) {
            writer.key(key)
            writer.value(value)
        }
        writer.endObject()
        SSEWriter.append(data: writer.bytes, to: &out)
    }

    /// The last chunk, with usage and metadata.
    public static func appendUsage(
        id: String, created: Int, metadata: AnswerMetadata, to out: inout [UInt8]
    ) {
        var writer = begin(id: id, created: created, model: metadata.model, provider: metadata.provider)
        writer.key("choices")
        writer.beginArray()
        writer.endArray()
        if let usage = metadata.usage { UnifiedResponse.writeUsage(usage, to: &writer) }
        UnifiedResponse.writeMetadata(metadata, to: &writer)
        writer.endObject()
        SSEWriter.append(data: writer.bytes, to: &out)
    }

    public static func append(_ error: HubError, requestID: String, to out: inout [UInt8]) {
        SSEWriter.append(type: "error", data: UnifiedErrors.render(error, requestID: requestID), to: &out)
    }

    private static func begin(id: String, created: Int, model: String, provider: String) -> JSONWriter {
        var writer = JSONWriter(reserving: 512)
        writer.beginObject()
        writer.member("id", id)
        writer.member("object", "chat.completion.chunk")
        writer.member("created", created)
        writer.member("model", model)
        writer.member("provider", provider)
        return writer
    }

    /// Of a choice.
    private static func isOwn(_ key: JSONKey) -> Bool {
        switch key.string {
        case "index", "delta", "finish_reason", "logprobs": true
        default: false
        }
    }

    private static func write(_ choice: JSONValue, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("index", choice["index"]?.int ?? 0)
        writer.key("delta")
        if let delta = choice["delta"], delta.isObject {
            UnifiedResponse.writeMessage(delta, to: &writer)
        } else {
            writer.raw("{}")
        }
        writer.key("finish_reason")
        if let reason = choice["finish_reason"] {
            UnifiedResponse.writeFinishReason(reason, to: &writer)
        } else {
            writer.null()
        }
        if let logprobs = choice["logprobs"], !logprobs.isNull { writer.member("logprobs", logprobs) }
        for (key, value) in choice.members where !isOwn(key) {
            writer.key(key)
            writer.value(value)
        }
        writer.endObject()
    }
}
