public import Wire

/// A client's call: the decisive fields read out, the rest left in the document it came in.
///
/// The document is the source of what is sent on, so that no field is lost and their order is kept. An object: the
/// request, its calls and its answer all refer to it.
public final class CompletionRequest: Sendable {
    /// The form the client speaks, and is answered in.
    public enum Dialect: Sendable {
        case openAI, unified, textCompletion, anthropic, responses, gemini, bedrock
        /// OpenAI's embeddings: no completion, but a call like one.
        case embeddings
    }

    public let dialect: Dialect
    /// The request's object.
    public let body: JSONValue
    /// As the client wrote it: an id, an alias or `provider/model`.
    public let model: String
    /// Pinned in the body.
    public let provider: String?
    public let isStream: Bool
    /// The client asked for a usage chunk.
    public let wantsUsageChunk: Bool
    /// The caller's name for its end user.
    public let user: String?
    /// `n`.
    public let choiceCount: Int
    /// Of Responses: the stored answer that this one continues.
    public let previousResponseID: String?
    /// The items of that conversation so far: they go before the body's own.
    public let earlierItems: [JSONValue]
    /// `routing` of the hub's own form.
    public let routing: RoutingWish?

    public init(
        dialect: Dialect, body: JSONValue, model: String, provider: String? = nil, isStream: Bool = false,
        wantsUsageChunk: Bool = false, user: String? = nil, choiceCount: Int = 1, previousResponseID: String? = nil,
        earlierItems: [JSONValue] = [], routing: RoutingWish? = nil
    ) {
        self.dialect = dialect
        self.body = body
        self.model = model
        self.provider = provider
        self.isStream = isStream
        self.wantsUsageChunk = wantsUsageChunk
        self.user = user
        self.choiceCount = choiceCount
        self.previousResponseID = previousResponseID
        self.earlierItems = earlierItems
        self.routing = routing
    }

    /// The same call, as the continuation of a stored conversation.
    public func with(earlierItems: [JSONValue]) -> CompletionRequest {
        CompletionRequest(
            dialect: dialect, body: body, model: model, provider: provider, isStream: isStream,
            wantsUsageChunk: wantsUsageChunk, user: user, choiceCount: choiceCount,
            previousResponseID: previousResponseID, earlierItems: earlierItems, routing: routing)
    }

    /// The same call in another form.
    func with(dialect: Dialect, body: JSONValue) -> CompletionRequest {
        CompletionRequest(
            dialect: dialect, body: body, model: model, provider: provider, isStream: isStream,
            wantsUsageChunk: wantsUsageChunk, user: user, choiceCount: choiceCount)
    }
}
