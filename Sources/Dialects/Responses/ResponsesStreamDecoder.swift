internal import Wire

/// Turns the bytes of a provider's event stream into chunks, and knows whether the answer was complete.
///
/// Pure. The type inside an event's data counts.
public struct ResponsesStreamDecoder: Sendable {
    /// The last event repeats the whole answer.
    private static let maximumEventBytes = 32 << 20

    private var reader = SSEReader(maximumEventBytes: Self.maximumEventBytes)
    private let provider: String
    private var hasEnded = false

    public init(provider: String) {
        self.provider = provider
    }

    public mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        reader.feed(bytes)
    }

    /// The next chunk of what was fed, or nil if more bytes are needed. What follows the end of the answer is ignored.
    public mutating func next() throws(HubError) -> StreamChunk? {
        while !hasEnded {
            let event: SSEEvent?
            do throws(SSEError) {
                event = try reader.next()
            } catch {
                throw ResponsesStream.interrupted("\(provider) sent an event of more than 32 MiB", provider)
            }
            guard let event else { return nil }
            if let chunk = try read(event) { return chunk }
        }
        return nil
    }

    private mutating func read(_ event: SSEEvent) throws(HubError) -> StreamChunk? {
        // Some servers end with chat's word.
        if event.data.isEmpty || event.data.elementsEqual("[DONE]".utf8) { return nil }
        let chunk = try ResponsesStream.parse(event.data, provider: provider)
        if ResponsesStream.isEnd(chunk.body) { hasEnded = true }
        return chunk
    }

    /// Call at the end of the body. Returns a last chunk that had no blank line after it.
    public mutating func finish() throws(HubError) -> StreamChunk? {
        var last: StreamChunk?
        if !hasEnded, let event = reader.takePartialEvent() { last = try read(event) }
        if hasEnded { return last }
        if let error = strayError() { throw error }
        throw ResponsesStream.interrupted("\(provider) ended the stream before the answer was complete", provider)
    }

    /// A JSON error object between or instead of events.
    private func strayError() -> HubError? {
        guard !reader.strayText.isEmpty, let document = try? JSONDocument.parse(reader.strayText) else { return nil }
        return ResponsesErrors.parseInside(document.root, provider: provider)
    }
}
