public import Wire

/// A client's call: the decisive fields read out, the rest left in the document it came in.
///
/// The document is the source of what is sent on, so that no field is lost and their order is kept.
public struct CompletionRequest: Sendable {
    /// The form the client speaks, and is answered in.
    public enum Dialect: Sendable {
        case openAI, unified, textCompletion, anthropic
    }

    public var dialect: Dialect
    /// The request's object.
    public var body: JSONValue
    /// As the client wrote it: an id, an alias or `provider/model`.
    public var model: String
    /// Pinned in the body.
    public var provider: String?
    public var isStream: Bool
    /// The client asked for a usage chunk.
    public var wantsUsageChunk: Bool
    /// The caller's name for its end user.
    public var user: String?
    /// Size of the body it came in, for reserving room.
    public var bodyBytes = 1024
    /// `n`.
    public var choiceCount: Int

    public init(
        dialect: Dialect, body: JSONValue, model: String, provider: String? = nil, isStream: Bool = false,
        wantsUsageChunk: Bool = false, user: String? = nil, choiceCount: Int = 1
    ) {
        self.dialect = dialect
        self.body = body
        self.model = model
        self.provider = provider
        self.isStream = isStream
        self.wantsUsageChunk = wantsUsageChunk
        self.user = user
        self.choiceCount = choiceCount
    }
}
