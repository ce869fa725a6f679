/// What the hub knows of one model at one provider.
public struct ModelFacts: Sendable {
    public var id: String
    /// Tokens, prompt and answer together.
    public var contextWindow: Int?
    public var maximumOutputTokens: Int?
    /// `chat`, `vision`, `tools`, ...
    public var capabilities: [String]
    /// Nil: unknown, and never taken for free.
    public var price: Price?

    public init(
        id: String, contextWindow: Int? = nil, maximumOutputTokens: Int? = nil, capabilities: [String] = ["chat"],
        price: Price? = nil
    ) {
        self.id = id
        self.contextWindow = contextWindow
        self.maximumOutputTokens = maximumOutputTokens
        self.capabilities = capabilities
        self.price = price
    }
}
