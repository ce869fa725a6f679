internal import Wire

/// ConverseStream's frames, for its clients.
public enum BedrockStream {
    static func append(_ event: String, payload: [UInt8], to out: inout [UInt8]) {
        append([(":event-type", event), (":message-type", "event")], payload: payload, to: &out)
    }

    /// The last event of an answer: usage and metrics.
    public static func isEnd(_ chunk: StreamChunk) -> Bool { chunk.body["metadata"] != nil }

    /// Writes an event of a provider of this dialect as it came.
    /// - Parameter hub: what its `hub` object says; nil leaves it out.
    public static func append(_ chunk: StreamChunk, hub: AnswerMetadata? = nil, to out: inout [UInt8]) {
        guard let (key, event) = chunk.body.members.first(where: { _ in true }) else { return }
        var writer = JSONWriter(reserving: 256)
        if let hub {
            writer.beginObject()
            for (key, value) in event.members {
                writer.key(key)
                writer.value(value)
            }
            HubObject.write(hub, to: &writer)
            writer.endObject()
        } else {
            writer.value(event)
        }
        append(key.string, payload: writer.bytes, to: &out)
    }

    /// The stream was cut: no `messageStop` follows.
    public static func append(_ error: HubError, to out: inout [UInt8]) {
        append(
            [(":exception-type", BedrockErrors.exception(error)), (":message-type", "exception")],
            payload: BedrockErrors.render(error), to: &out)
    }

    private static func append(
        _ headers: [(name: String, value: String)], payload: [UInt8], to out: inout [UInt8]
    ) {
        let all = headers + [(":content-type", "application/json")]
        EventStreamWriter.append(
            EventStreamMessage(headers: all.map { .init($0.name, .string($0.value)) }, payload: payload), to: &out)
    }
}
