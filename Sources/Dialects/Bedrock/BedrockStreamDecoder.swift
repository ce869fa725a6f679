internal import Wire

/// Turns the bytes of ConverseStream's event stream into chunks, and knows whether the stream ended as it should.
///
/// Pure. A chunk's body is an object with one member, named after the event: `{"contentBlockDelta":{...}}`.
public struct BedrockStreamDecoder: StreamDecoding {
    private var reader = EventStreamReader(maximumMessageBytes: 4 << 20)
    private let provider: String
    private var hasStopped = false
    private var hasEnded = false

    public init(provider: String) {
        self.provider = provider
    }

    public mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        reader.feed(bytes)
    }

    /// The next chunk of what was fed, or nil if more bytes are needed. What follows `metadata` is ignored.
    public mutating func next() throws(HubError) -> StreamChunk? {
        guard !hasEnded else { return nil }
        let message: EventStreamMessage?
        do throws(EventStreamError) {
            message = try reader.next()
        } catch {
            throw interrupted("\(provider) sent what is no event stream (\(error))")
        }
        guard let message else { return nil }
        if let error = BedrockErrors.parseInside(message, provider: provider) { throw error }
        return try chunk(message)
    }

    /// Call at the end of the body. Usage comes after the stop: without it the answer is complete all the same.
    public mutating func finish() throws(HubError) -> StreamChunk? {
        if hasEnded || (hasStopped && !reader.hasPartialMessage) { return nil }
        throw interrupted("\(provider) ended the stream before the answer was complete")
    }

    private mutating func chunk(_ message: EventStreamMessage) throws(HubError) -> StreamChunk {
        guard let name = message[":event-type"] else { throw interrupted("\(provider) sent an event without a name") }
        var writer = JSONWriter(reserving: message.payload.count + 32)
        let body: JSONValue
        do throws(JSONError) {
            writer.beginObject()
            writer.key(name)
            writer.raw(message.payload)
            writer.endObject()
            body = try JSONDocument.parse(writer.bytes, maximumDepth: 513).root
        } catch {
            throw interrupted("\(provider) sent an event that is not JSON: \(error.message)")
        }
        // More members: the payload was not one value.
        guard body.count == 1, body[named: name]?.isObject == true else {
            throw interrupted("\(provider) sent an event that is not an object")
        }
        if name == "messageStop" { hasStopped = true }
        if name == "metadata" { hasEnded = true }
        return StreamChunk(
            dialect: .bedrock, body: body, hasPayload: Self.hasPayload(body), hasChoices: name != "metadata",
            usage: BedrockUsage.parse(body["metadata"]?["usage"]),
            finishReason: body["messageStop"]?["stopReason"]?.string)
    }

    /// Anything generated. An empty text is not.
    private static func hasPayload(_ body: JSONValue) -> Bool {
        if body["contentBlockStart"]?["start"]?["toolUse"] != nil { return true }
        guard let delta = body["contentBlockDelta"]?["delta"] else { return false }
        let reasoning = delta["reasoningContent"]
        if let text = delta["text"] ?? reasoning?["text"] { return !text.equals("") }
        return delta["toolUse"] != nil || delta["image"] != nil || reasoning?["redactedContent"] != nil
    }

    private func interrupted(_ message: String) -> HubError {
        var error = HubError(.streamInterrupted, message)
        error.provider = provider
        return error
    }
}
