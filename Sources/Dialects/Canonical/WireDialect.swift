/// The form in which a provider speaks: what its answers, events and errors are written in.
public enum WireDialect: String, Sendable, CaseIterable {
    /// OpenAI's chat completions, and servers that speak like it.
    case openAI = "openai"
    /// Anthropic's messages.
    case anthropic
    /// OpenAI's Responses.
    case responses
    /// Google's `generateContent`.
    case gemini
    /// Bedrock's Converse, streamed in AWS's binary framing.
    case bedrock
}
