internal import Wire

/// Turns the bytes of a provider's event stream into chunks, and knows whether the stream ended as it should.
///
/// Pure. The type inside an event's data counts: some gateways leave the `event:` lines out.
public struct AnthropicStreamDecoder: Sendable {
    private var events: ProviderEvents<AnthropicErrors>
    private var usage = AnthropicUsage()
    private var hasEnded = false

    public init(provider: String) {
        events = ProviderEvents(provider: provider, maximumMebibytes: 4)
    }

    public mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        events.feed(bytes)
    }

    /// The next chunk of what was fed, or nil if more bytes are needed. What follows `message_stop` is ignored.
    public mutating func next() throws(HubError) -> StreamChunk? {
        while !hasEnded, let event = try events.next() {
            if let chunk = try read(event) { return chunk }
        }
        return nil
    }

    private mutating func read(_ event: SSEEvent) throws(HubError) -> StreamChunk? {
        if event.data.isEmpty { return nil }
        let chunk = try AnthropicStream.parse(event.data, provider: events.provider, usage: &usage)
        if chunk.body["type"]?.equals("ping") == true { return nil }
        if chunk.body["type"]?.equals("message_stop") == true { hasEnded = true }
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
