internal import Wire

/// Turns the bytes of a provider's event stream into chunks, and knows whether the stream ended as it should.
///
/// Pure. Servers differ: some send no `[DONE]`, some no last blank line, some an error as a bare JSON line.
public struct OpenAIStreamDecoder: Sendable {
    private var events: ProviderEvents<OpenAIErrors>
    private var sawDone = false
    private var sawFinish = false

    public init(provider: String) {
        events = ProviderEvents(provider: provider, maximumMebibytes: 4)
    }

    public mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        events.feed(bytes)
    }

    /// The next chunk of what was fed, or nil if more bytes are needed. What follows `[DONE]` is ignored.
    public mutating func next() throws(HubError) -> StreamChunk? {
        while !sawDone, let event = try events.next() {
            if let chunk = try read(event) { return chunk }
        }
        return nil
    }

    private mutating func read(_ event: SSEEvent) throws(HubError) -> StreamChunk? {
        if event.data.isEmpty { return nil }
        if event.data.count == 6, event.data.elementsEqual("[DONE]".utf8) {
            sawDone = true
            return nil
        }
        let chunk = try OpenAIStream.parse(event.data, provider: events.provider)
        if chunk.finishReason != nil { sawFinish = true }
        return chunk
    }

    /// Call at the end of the body. Returns a last chunk that had no blank line after it.
    public mutating func finish() throws(HubError) -> StreamChunk? {
        var last: StreamChunk?
        if !sawDone, let event = events.takePartial() { last = try read(event) }
        if sawDone || sawFinish { return last }
        throw events.earlyEnd
    }
}
