internal import Wire

/// Turns the bytes of a provider's event stream into chunks, and knows whether the answer was complete.
///
/// Pure. The type inside an event's data counts.
public struct ResponsesStreamDecoder: Sendable {
    private var events: ProviderEvents<ResponsesErrors>
    private var hasEnded = false

    public init(provider: String) {
        // The last event repeats the whole answer.
        events = ProviderEvents(provider: provider, maximumMebibytes: 32)
    }

    public mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        events.feed(bytes)
    }

    /// The next chunk of what was fed, or nil if more bytes are needed. What follows the end of the answer is ignored.
    public mutating func next() throws(HubError) -> StreamChunk? {
        while !hasEnded, let event = try events.next() {
            if let chunk = try read(event) { return chunk }
        }
        return nil
    }

    private mutating func read(_ event: SSEEvent) throws(HubError) -> StreamChunk? {
        // Some servers end with chat's word.
        if event.data.isEmpty || event.data.elementsEqual("[DONE]".utf8) { return nil }
        let chunk = try ResponsesStream.parse(event.data, provider: events.provider)
        if ResponsesStream.isEnd(chunk.body) { hasEnded = true }
        return chunk
    }

    /// Call at the end of the body. Returns a last chunk that had no blank line after it.
    public mutating func finish() throws(HubError) -> StreamChunk? {
        var last: StreamChunk?
        if !hasEnded, let event = events.takePartial() { last = try read(event) }
        if hasEnded { return last }
        throw events.earlyEnd
    }
}
