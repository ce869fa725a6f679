/// Tokens of one call in disjoint classes: a token is counted in exactly one of them.
public struct TokenUsage: Equatable, Sendable {
    /// Read uncached; sound apart.
    public var input: Int
    public var cacheRead: Int
    /// Written to the provider's cache for its default time.
    public var cacheWrite: Int
    /// Written to it for an hour.
    public var cacheWriteHour: Int
    /// Visible output; sound apart.
    public var output: Int
    public var reasoning: Int
    public var audioInput: Int
    public var audioOutput: Int

    public init(
        input: Int = 0, cacheRead: Int = 0, cacheWrite: Int = 0, cacheWriteHour: Int = 0, output: Int = 0,
        reasoning: Int = 0, audioInput: Int = 0, audioOutput: Int = 0
    ) {
        self.input = input
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.cacheWriteHour = cacheWriteHour
        self.output = output
        self.reasoning = reasoning
        self.audioInput = audioInput
        self.audioOutput = audioOutput
    }

    public var cacheWriteTotal: Int { cacheWrite + cacheWriteHour }
    /// OpenAI's `prompt_tokens`.
    public var promptTotal: Int { input + audioInput + cacheRead + cacheWriteTotal }
    /// OpenAI's `completion_tokens`.
    public var completionTotal: Int { output + audioOutput + reasoning }
    public var total: Int { promptTotal + completionTotal }

    public static func + (left: TokenUsage, right: TokenUsage) -> TokenUsage {
        TokenUsage(
            input: left.input + right.input, cacheRead: left.cacheRead + right.cacheRead,
            cacheWrite: left.cacheWrite + right.cacheWrite,
            cacheWriteHour: left.cacheWriteHour + right.cacheWriteHour, output: left.output + right.output,
            reasoning: left.reasoning + right.reasoning, audioInput: left.audioInput + right.audioInput,
            audioOutput: left.audioOutput + right.audioOutput)
    }
}
