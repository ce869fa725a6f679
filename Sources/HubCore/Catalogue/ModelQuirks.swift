/// What a model takes and refuses, beyond what its provider's form says. Adapters read it; they hold no lists of names.
public struct ModelQuirks: Equatable, Sendable {
    /// The output limit goes in `max_completion_tokens`, not `max_tokens`.
    public var limitsCompletionTokens = false
    /// Fields of OpenAI's form that are answered with an error.
    public var refusedFields: [String] = []
    /// User and assistant must take turns.
    public var needsAlternatingTurns = false
    /// No budget of reasoning tokens can be set.
    public var thinksAdaptively = false
    /// The last message may be the assistant's.
    public var acceptsPrefill = true
    public var acceptsSystemRole = true
    /// Reasoning efforts beside low, medium and high.
    public var furtherEfforts: [String] = []
    /// The effort where a request says none; nil: not known.
    public var defaultEffort: String?
    /// The one form of OpenAI's in which it answers; nil: both, or not known.
    public var onlyForm: Form?

    public enum Form: String, Sendable {
        case chat, responses
    }

    /// Texts that one call for embeddings may hold; nil: as many as the provider's form takes.
    public var inputsPerCall: Int?
    /// Vertex: embeds by `embedContent`, one text at a time.
    public var embedsSingly = false
    /// Takes `extra_content` of OpenAI's form, in which Google's compatible server hands out thought signatures.
    public var takesExtraContent = false
    /// Prompts with fewer tokens are not cached.
    public var minimumCachedTokens: Int?

    public init() {}
}
