internal import Wire

/// Events of a streamed response: read from a provider, passed on to clients of the same dialect.
public enum ResponsesStream {
    /// Reads one event's data.
    static func parse(_ data: [UInt8], provider: String) throws(HubError) -> StreamChunk {
        let body = try ProviderEvents<ResponsesErrors>.object(data, provider: provider)
        var chunk = StreamChunk(
            dialect: .responses, body: body, hasPayload: hasPayload(body), hasChoices: true, usage: nil,
            finishReason: nil)
        if isEnd(body), let response = body["response"] {
            chunk.usage = ResponsesUsage.parse(response["usage"])
            chunk.finishReason = ResponsesResponse.finishWord(response)
        }
        return chunk
    }

    /// Whether an answer is complete with this event.
    static func isEnd(_ body: JSONValue) -> Bool {
        body["type"]?.equals("response.completed") == true || body["type"]?.equals("response.incomplete") == true
    }

    /// Anything generated: a piece of text, of reasoning or of arguments, or the beginning of a call.
    private static func hasPayload(_ body: JSONValue) -> Bool {
        guard let type = body["type"]?.string else { return false }
        if type == "response.output_item.added" {
            let item = body["item"]?["type"]
            return item?.equals("message") == false && item?.equals("reasoning") == false
        }
        if type.hasSuffix(".delta") { return body["delta"]?.equals("") == false }
        return type.hasSuffix(".partial_image")
    }

    // MARK: To a client

    /// Writes an event of a provider of this dialect as it came, but for what the hub does in the provider's place.
    /// - Parameter hub: the `hub` object of contract 2.9, for the event that ends the answer.
    public static func append(_ chunk: StreamChunk, echo: ResponsesEcho, hub: AnswerMetadata?, to out: inout [UInt8]) {
        var writer = JSONWriter(reserving: 512)
        let hub = isEnd(chunk.body) ? hub : nil
        if chunk.body["response"]?.isObject == true, echo.changesAnswers || hub != nil {
            writer.beginObject()
            for (key, value) in chunk.body.members {
                writer.key(key)
                if key.equals("response") {
                    echo.write(value, hub: hub, to: &writer)
                } else {
                    writer.value(value)
                }
            }
            writer.endObject()
        } else {
            writer.value(chunk.body)
        }
        SSEWriter.append(type: chunk.body["type"]?.string, data: writer.bytes, to: &out)
    }

    /// The response object of the event that ends an answer, as it is written to the client.
    public static func response(_ chunk: StreamChunk, echo: ResponsesEcho, hub: AnswerMetadata?) -> [UInt8]? {
        guard let response = chunk.body["response"] else { return nil }
        var writer = JSONWriter(reserving: 1024)
        echo.write(response, hub: hub, to: &writer)
        return writer.bytes
    }

    /// Whether the `hub` object belongs to this chunk.
    public static func isEnd(_ chunk: StreamChunk) -> Bool { isEnd(chunk.body) }

    /// The stream was cut: no `response.completed` follows.
    /// - Parameter sequenceNumber: of this event.
    public static func append(_ error: HubError, sequenceNumber: Int, to out: inout [UInt8]) {
        SSEWriter.append(
            type: "error", data: ResponsesErrors.renderEvent(error, sequenceNumber: sequenceNumber), to: &out)
    }
}
