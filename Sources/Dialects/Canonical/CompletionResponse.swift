public import Wire

/// A provider's whole answer: what the hub counts and decides on, and the document it came in.
public struct CompletionResponse: Sendable {
    /// The form it is in: its provider's.
    public var dialect: WireDialect
    public var body: JSONValue
    /// The bytes that `body` was read from, where they can be passed on as they are.
    public var bytes: [UInt8]?
    public var usage: TokenUsage?
    /// The model that the provider says it ran.
    public var servedModel: String?
    /// In the provider's words.
    public var finishReasons: [String]
    /// Where each choice is a call of its own: the answers after the first, in its dialect.
    public private(set) var furtherBodies: [JSONValue] = []
    /// Fields of the request that the provider could not take.
    public var droppedParameters: [String] = []

    public init(
        dialect: WireDialect = .openAI, body: JSONValue, bytes: [UInt8]? = nil, usage: TokenUsage?,
        servedModel: String?, finishReasons: [String]
    ) {
        self.dialect = dialect
        self.body = body
        self.bytes = bytes
        self.usage = usage
        self.servedModel = servedModel
        self.finishReasons = finishReasons
    }

    /// Takes the answer to another call for the same request as a further choice.
    public mutating func add(_ choice: CompletionResponse) {
        furtherBodies.append(choice.body)
        finishReasons += choice.finishReasons
        bytes = nil
        guard let more = choice.usage else { return }
        usage = (usage ?? TokenUsage()) + more
    }
}
