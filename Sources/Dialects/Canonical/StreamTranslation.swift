internal import Wire

/// Writes the chunks of a provider's stream for a client of another dialect. One per stream.
public struct StreamTranslation: Sendable {
    private var reader: EventReader
    private var events: [ChatEvent] = []
    private var openAI: OpenAIEventWriter?
    private var anthropic: AnthropicEventWriter?
    private var gemini: GeminiEventWriter?

    /// For clients of OpenAI's form and of those made from it.
    public init(toOpenAI id: String, created: Int, model: String) {
        reader = EventReader(fallbackID: id)
        openAI = OpenAIEventWriter(id: id, created: created, model: model)
    }

    /// - Parameter inputEstimate: tokens of the prompt, for the beginning of the stream.
    public init(toAnthropic id: String, model: String, inputEstimate: Int) {
        reader = EventReader(fallbackID: id)
        anthropic = AnthropicEventWriter(id: id, model: model, inputEstimate: inputEstimate)
    }

    public init(toGemini id: String, model: String) {
        reader = EventReader(fallbackID: id)
        gemini = GeminiEventWriter(id: id, model: model)
    }

    /// The chunks of OpenAI's form that say the same, as JSON. Usage is not among them.
    public mutating func openAIChunks(_ chunk: StreamChunk) -> [[UInt8]] {
        read(chunk)
        var chunks: [[UInt8]] = []
        for event in events {
            if let bytes = openAI?.chunk(event) { chunks.append(bytes) }
        }
        return chunks
    }

    /// Writes Anthropic's events that say the same.
    public mutating func appendAnthropic(_ chunk: StreamChunk, to out: inout [UInt8]) {
        read(chunk)
        for event in events { anthropic?.append(event, to: &out) }
    }

    /// The end of a complete answer in Anthropic's form.
    public mutating func appendAnthropicEnd(usage: TokenUsage?, hub: AnswerMetadata?, to out: inout [UInt8]) {
        anthropic?.appendEnd(usage: usage, hub: hub, to: &out)
    }

    /// The chunks of Gemini's form that say the same, as JSON.
    public mutating func geminiChunks(_ chunk: StreamChunk) -> [[UInt8]] {
        read(chunk)
        var chunks: [[UInt8]] = []
        for event in events { chunks += gemini?.chunks(event) ?? [] }
        return chunks
    }

    /// The last chunks of a complete answer in Gemini's form.
    public mutating func geminiEnd(usage: TokenUsage?, hub: AnswerMetadata?) -> [[UInt8]] {
        gemini?.end(usage: usage, hub: hub) ?? []
    }

    private mutating func read(_ chunk: StreamChunk) {
        events.removeAll(keepingCapacity: true)
        reader.read(chunk, into: &events)
    }
}
