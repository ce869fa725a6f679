internal import Wire

/// How the chunks of a stream reach a client of Gemini's: as server-sent events, or as one JSON array. Pure; one per stream.
public struct GeminiStreamFraming: Sendable {
    private let isArray: Bool
    private var isFirst = true

    /// - Parameter isArray: the client did not ask for `alt=sse`.
    public init(isArray: Bool) {
        self.isArray = isArray
    }

    public var contentType: StaticString { isArray ? "application/json; charset=utf-8" : "text/event-stream" }

    /// Sent while there is nothing to say: white space, in both forms. Google's own client takes a comment for JSON.
    public var keepAlive: StaticString { "\n" }

    /// Appends one chunk, which is JSON.
    public mutating func append(_ chunk: [UInt8], to out: inout [UInt8]) {
        guard isArray else { return SSEWriter.append(data: chunk, to: &out) }
        out.append(isFirst ? "[" : ",\r\n")
        isFirst = false
        out += chunk
    }

    /// Appends a chunk of a provider of this dialect as it came.
    public mutating func append(_ chunk: StreamChunk, hub: AnswerMetadata? = nil, to out: inout [UInt8]) {
        var writer = JSONWriter(reserving: 1024)
        if let hub {
            writer.beginObject()
            for (key, value) in chunk.body.members {
                writer.key(key)
                writer.value(value)
            }
            HubObject.write(hub, to: &writer)
            writer.endObject()
        } else {
            writer.value(chunk.body)
        }
        append(writer.bytes, to: &out)
    }

    /// The stream was cut: its error, as the last chunk. An array stays open, so that nobody takes it for whole.
    public mutating func append(_ error: HubError, to out: inout [UInt8]) {
        append(GeminiErrors.render(error), to: &out)
    }

    public mutating func appendEnd(to out: inout [UInt8]) {
        guard isArray else { return }
        out.append(isFirst ? "[]" : "]")
    }
}
