/// Reads the chunks of a streamed answer as events of no dialect, whatever dialect they are in. Pure; one per stream.
public struct EventReader: Sendable {
    private let fallbackID: String
    private var openAI: OpenAIEventReader?
    private var anthropic: AnthropicEventReader?

    /// - Parameter fallbackID: for answers that have no id.
    public init(fallbackID: String) {
        self.fallbackID = fallbackID
    }

    public mutating func read(_ chunk: StreamChunk, into events: inout [ChatEvent]) {
        switch chunk.dialect {
        case .openAI:
            if openAI == nil { openAI = OpenAIEventReader(fallbackID: fallbackID) }
            openAI?.read(chunk.body, into: &events)
        case .anthropic:
            if anthropic == nil { anthropic = AnthropicEventReader() }
            anthropic?.read(chunk.body, into: &events)
        }
    }
}
