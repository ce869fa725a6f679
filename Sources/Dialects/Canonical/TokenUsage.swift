/// Tokens of one call in disjoint classes: a token is counted in exactly one of them.
public struct TokenUsage: Equatable, Sendable {
    /// Read uncached.
    public var input: Int
    public var cacheRead: Int
    public var cacheWrite: Int
    /// Visible output.
    public var output: Int
    public var reasoning: Int

    public init(input: Int = 0, cacheRead: Int = 0, cacheWrite: Int = 0, output: Int = 0, reasoning: Int = 0) {
        self.input = input
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.output = output
        self.reasoning = reasoning
    }

    /// OpenAI's `prompt_tokens`.
    public var promptTotal: Int { input + cacheRead + cacheWrite }
    /// OpenAI's `completion_tokens`.
    public var completionTotal: Int { output + reasoning }
    public var total: Int { promptTotal + completionTotal }

    public static func + (left: TokenUsage, right: TokenUsage) -> TokenUsage {
        TokenUsage(
            input: left.input + right.input, cacheRead: left.cacheRead + right.cacheRead,
            cacheWrite: left.cacheWrite + right.cacheWrite, output: left.output + right.output,
            reasoning: left.reasoning + right.reasoning)
    }
}
