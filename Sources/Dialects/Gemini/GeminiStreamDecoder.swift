internal import Wire

/// Turns the bytes of a provider's stream into chunks, and knows whether the stream ended as it should.
///
/// Pure. Takes both forms: server-sent events, and the JSON array that Gemini sends without `alt=sse`. Nothing marks the end but
/// the end of the body, and a reason to finish may come before it: a chunk with one is kept until what follows tells
/// whether it was the last.
public struct GeminiStreamDecoder: StreamDecoding {
    private enum Form {
        case unknown
        case events(SSEReader)
        case array(JSONArrayReader)
    }

    /// Images come in one piece.
    private static let maximumEventBytes = 24 << 20

    private var form = Form.unknown
    private let provider: String
    private var usage = GeminiUsage()
    /// With a reason to finish.
    private var held: StreamChunk?
    private var ready: [StreamChunk] = []
    private var hasFinished = false

    public init(provider: String) {
        self.provider = provider
    }

    public mutating func feed(_ bytes: UnsafeRawBufferPointer) {
        var bytes = unsafe bytes
        if case .unknown = form {
            // White space before the beginning is skipped, in whatever piece it comes.
            guard let start = unsafe bytes.firstIndex(where: { $0 > 0x20 }) else { return }
            unsafe bytes = UnsafeRawBufferPointer(rebasing: bytes[start...])
            unsafe decideForm(bytes[0])
        }
        switch form {
        case .unknown: break
        case .events(var reader):
            form = .unknown
            unsafe reader.feed(bytes)
            form = .events(reader)
        case .array(var reader):
            form = .unknown
            unsafe reader.feed(bytes)
            form = .array(reader)
        }
    }

    private mutating func decideForm(_ first: UInt8) {
        form =
            first == UInt8(ascii: "[")
            ? .array(JSONArrayReader(maximumBytes: Self.maximumEventBytes))
            : .events(SSEReader(maximumEventBytes: Self.maximumEventBytes))
    }

    /// The next chunk of what was fed, or nil if more bytes are needed.
    public mutating func next() throws(HubError) -> StreamChunk? {
        while true {
            if !ready.isEmpty { return ready.removeFirst() }
            guard let data = try nextData() else { return nil }
            if !data.isEmpty { try take(data) }
        }
    }

    private mutating func nextData() throws(HubError) -> [UInt8]? {
        let tooLarge = HubError.interrupted("\(provider) sent an event of more than 24 MiB", provider)
        switch form {
        case .unknown: return nil
        case .events(var reader):
            form = .unknown
            defer { form = .events(reader) }
            do throws(SSEError) { return try reader.next()?.data } catch { throw tooLarge }
        case .array(var reader):
            form = .unknown
            defer { form = .array(reader) }
            do throws(JSONArrayReader.Failure) { return try reader.next() } catch { throw tooLarge }
        }
    }

    private mutating func take(_ data: [UInt8]) throws(HubError) {
        var chunk = try GeminiStream.parse(data, provider: provider)
        if chunk.usage != nil {
            usage.take(chunk.body["usageMetadata"])
            chunk.usage = usage.tokens
        }
        if var before = held {
            // Tools that Google runs finish one step, and the answer goes on.
            if Self.continues(before.body, in: chunk.body) { before.finishReason = nil }
            if before.finishReason != nil { hasFinished = true }
            ready.append(before)
            held = nil
        }
        if chunk.finishReason == nil { ready.append(chunk) } else { held = chunk }
    }

    /// Whether a candidate that had finished is in the next chunk again.
    private static func continues(_ before: JSONValue, in next: JSONValue) -> Bool {
        guard let finished = before["candidates"], let candidates = next["candidates"] else { return false }
        return finished.elements.contains { candidate in
            GeminiFinish.name(candidate["finishReason"]) != nil
                && candidates.elements.contains { $0["index"]?.int ?? 0 == candidate["index"]?.int ?? 0 }
        }
    }

    /// Call at the end of the body. Returns the last chunk. An event without the blank line after it counts only where
    /// nothing else has ended the answer.
    public mutating func finish() throws(HubError) -> StreamChunk? {
        if case .events(var reader) = form {
            let partial = reader.takePartialEvent()
            if let error = strayError(reader.strayText) { throw error }
            if held == nil, !hasFinished, let partial, !partial.data.isEmpty { try take(partial.data) }
        }
        if held == nil, !hasFinished {
            throw .earlyEnd(provider)
        }
        return held
    }

    /// Gemini sends an error as bare JSON between or instead of events.
    private func strayError(_ text: [UInt8]) -> HubError? {
        guard !text.isEmpty, let document = try? JSONDocument.parse(text) else { return nil }
        return GeminiErrors.parseInside(document.root, provider: provider)
    }
}
