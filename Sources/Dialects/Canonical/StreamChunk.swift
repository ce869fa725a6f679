public import Wire

/// One event of a streamed answer, in its provider's form, with what the hub needs to know of it.
public struct StreamChunk: Sendable {
    public var dialect: WireDialect
    public var body: JSONValue
    /// Where each choice is a call of its own: which one. Choices inside the body count from there.
    public var choice = 0
    /// Carries generated content: text, reasoning, a refusal, a piece of a tool call.
    public var hasPayload: Bool
    /// Has choices at all; a bare usage chunk of OpenAI's form has none.
    public var hasChoices: Bool
    /// Cumulative; the last one counts.
    public var usage: TokenUsage?
    /// The first one in this chunk, in the provider's words.
    public var finishReason: String?

    public init(
        dialect: WireDialect = .openAI, body: JSONValue, hasPayload: Bool, hasChoices: Bool, usage: TokenUsage?,
        finishReason: String?
    ) {
        self.dialect = dialect
        self.body = body
        self.hasPayload = hasPayload
        self.hasChoices = hasChoices
        self.usage = usage
        self.finishReason = finishReason
    }

    /// Whether the deadlines of a stream count it: for the first token, what is generated or an end without any; between
    /// tokens also other events of the answer, but no empty ones, which some servers send to show that they are there.
    public func isProgress(afterFirstToken: Bool) -> Bool {
        if hasPayload || finishReason != nil { return true }
        guard afterFirstToken else { return false }
        return dialect != .openAI || !hasChoices || usage != nil
    }
}
