/// Reads the chunks of a streamed answer as events of no dialect, whatever dialect they are in. Pure; one per stream.
public struct EventReader: Sendable {
    private let fallbackID: String
    private var openAI: OpenAIEventReader?
    private var anthropic: AnthropicEventReader?
    private var responses: ResponsesEventReader?
    private var gemini: GeminiEventReader?
    private var bedrock: BedrockEventReader?
    /// Where each choice is a stream of its own: those after the first.
    private var further: [Int: EventReader] = [:]

    /// - Parameter fallbackID: for answers that have no id.
    public init(fallbackID: String) {
        self.fallbackID = fallbackID
    }

    public mutating func read(_ chunk: StreamChunk, into events: inout [ChatEvent]) {
        guard chunk.choice > 0 else { return readFirst(chunk, into: &events) }
        var reader = further.removeValue(forKey: chunk.choice) ?? EventReader(fallbackID: fallbackID)
        var own: [ChatEvent] = []
        reader.readFirst(chunk, into: &own)
        further[chunk.choice] = reader
        events += own.compactMap { $0.moved(by: chunk.choice) }
    }

    private mutating func readFirst(_ chunk: StreamChunk, into events: inout [ChatEvent]) {
        switch chunk.dialect {
        case .openAI:
            if openAI == nil { openAI = OpenAIEventReader(fallbackID: fallbackID) }
            openAI?.read(chunk.body, into: &events)
        case .anthropic:
            if anthropic == nil { anthropic = AnthropicEventReader() }
            anthropic?.read(chunk.body, into: &events)
        case .responses:
            if responses == nil { responses = ResponsesEventReader() }
            responses?.read(chunk.body, into: &events)
        case .gemini:
            if gemini == nil { gemini = GeminiEventReader(fallbackID: fallbackID) }
            gemini?.read(chunk, into: &events)
        case .bedrock:
            if bedrock == nil { bedrock = BedrockEventReader() }
            bedrock?.read(chunk.body, into: &events)
        }
    }
}
