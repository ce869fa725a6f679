internal import Wire

/// Turns the bytes of a provider's event stream into chunks, and knows whether the stream ended as it should.
///
/// Pure. The type inside an event's data counts: some gateways leave the `event:` lines out.
public struct AnthropicStreamDecoder: Sendable {
    private var reader = SSEReader(maximumEventBytes: 4 << 20)
    private let provider: String
    private var usage = AnthropicUsage()
    private var hasEnded = false

    public init(provider: String) {
        self.provider = provider
    }

    public mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        reader.feed(bytes)
    }

    /// The next chunk of what was fed, or nil if more bytes are needed. What follows `message_stop` is ignored.
    public mutating func next() throws(HubError) -> StreamChunk? {
        while !hasEnded {
            let event: SSEEvent?
            do throws(SSEError) {
                event = try reader.next()
            } catch {
                throw AnthropicStream.interrupted("\(provider) sent an event of more than 4 MiB", provider)
            }
            guard let event else { return nil }
            if let chunk = try read(event) { return chunk }
        }
        return nil
    }

    private mutating func read(_ event: SSEEvent) throws(HubError) -> StreamChunk? {
        if event.data.isEmpty { return nil }
        let chunk = try AnthropicStream.parse(event.data, provider: provider, usage: &usage)
        if chunk.body["type"]?.equals("ping") == true { return nil }
        if chunk.body["type"]?.equals("message_stop") == true { hasEnded = true }
        return chunk
    }

    /// Call at the end of the body. Returns a last chunk that had no blank line after it.
    public mutating func finish() throws(HubError) -> StreamChunk? {
        var last: StreamChunk?
        if !hasEnded, let event = reader.takePartialEvent() { last = try read(event) }
        if hasEnded { return last }
        if let error = strayError() { throw error }
        throw AnthropicStream.interrupted("\(provider) ended the stream before the answer was complete", provider)
    }

    /// A JSON error object between or instead of events.
    private func strayError() -> HubError? {
        guard !reader.strayText.isEmpty, let document = try? JSONDocument.parse(reader.strayText) else { return nil }
        return AnthropicErrors.parseInside(document.root, provider: provider)
    }
}
