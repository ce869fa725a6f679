internal import Wire

/// Turns the bytes of a provider's event stream into chunks, and knows whether the stream ended as it should.
///
/// Pure. Servers differ: some send no `[DONE]`, some no last blank line, some an error as a bare JSON line.
public struct OpenAIStreamDecoder: Sendable {
    private var reader = SSEReader(maximumEventBytes: 4 << 20)
    private let provider: String
    private var sawDone = false
    private var sawFinish = false

    public init(provider: String) {
        self.provider = provider
    }

    public mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        reader.feed(bytes)
    }

    /// The next chunk of what was fed, or nil if more bytes are needed. What follows `[DONE]` is ignored.
    public mutating func next() throws(HubError) -> StreamChunk? {
        while !sawDone {
            let event: SSEEvent?
            do throws(SSEError) {
                event = try reader.next()
            } catch {
                throw OpenAIStream.interrupted("\(provider) sent an event of more than 4 MiB", provider)
            }
            guard let event else { return nil }
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
        let chunk = try OpenAIStream.parse(event.data, provider: provider)
        if chunk.finishReason != nil { sawFinish = true }
        return chunk
    }

    /// Call at the end of the body. Returns a last chunk that had no blank line after it.
    public mutating func finish() throws(HubError) -> StreamChunk? {
        var last: StreamChunk?
        if !sawDone, let event = reader.takePartialEvent() { last = try read(event) }
        if sawDone || sawFinish { return last }
        if let error = strayError() { throw error }
        throw OpenAIStream.interrupted("\(provider) ended the stream before the answer was complete", provider)
    }

    /// A JSON error object between or instead of events.
    private func strayError() -> HubError? {
        guard !reader.strayText.isEmpty, let document = try? JSONDocument.parse(reader.strayText) else { return nil }
        return OpenAIErrors.parseInside(document.root, provider: provider)
    }
}
