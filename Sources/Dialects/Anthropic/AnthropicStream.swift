internal import Wire

/// Anthropic's stream events, read from a provider.
public enum AnthropicStream {
    /// Reads one event's data.
    /// - Parameter usage: what the events before said; this one's counts are added.
    static func parse(
        _ data: [UInt8], provider: String, usage: inout AnthropicUsage
    ) throws(HubError) -> StreamChunk {
        let body = try ProviderEvents<AnthropicErrors>.object(data, provider: provider)
        var chunk = StreamChunk(
            dialect: .anthropic, body: body, hasPayload: hasPayload(body), hasChoices: true, usage: nil,
            finishReason: body["delta"]?["stop_reason"]?.string)
        if let reported = body["usage"] ?? body["message"]?["usage"], reported.isObject {
            usage.take(reported)
            chunk.usage = usage.tokens
        }
        return chunk
    }

    /// Anything generated. The beginning of a text block is not.
    private static func hasPayload(_ body: JSONValue) -> Bool {
        if let block = body["content_block"] {
            return !(block["type"]?.equals("text") == true || block["type"]?.equals("thinking") == true)
                || block["text"]?.equals("") == false
        }
        guard body["type"]?.equals("content_block_delta") == true, let delta = body["delta"] else { return false }
        for (key, value) in delta.members where !key.equals("type") {
            if !value.isString || !value.equals("") { return true }
        }
        return false
    }

    // MARK: To a client

    /// Writes an event of a provider of this dialect as it came.
    public static func append(_ chunk: StreamChunk, to out: inout [UInt8]) {
        var writer = JSONWriter(reserving: 512)
        writer.value(chunk.body)
        SSEWriter.append(type: chunk.body["type"]?.string, data: writer.bytes, to: &out)
    }

    /// The same with the `hub` object of contract 2.9, which belongs to `message_delta`.
    public static func append(_ chunk: StreamChunk, hub: AnswerMetadata, to out: inout [UInt8]) {
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        for (key, value) in chunk.body.members {
            writer.key(key)
            writer.value(value)
        }
        HubObject.write(hub, to: &writer)
        writer.endObject()
        SSEWriter.append(type: chunk.body["type"]?.string, data: writer.bytes, to: &out)
    }

    /// The stream was cut: no `message_stop` follows.
    public static func append(_ error: HubError, requestID: String, to out: inout [UInt8]) {
        SSEWriter.append(type: "error", data: AnthropicErrors.render(error, requestID: requestID), to: &out)
    }
}
