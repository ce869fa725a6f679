public import Wire

/// What the hub knows of one model at one provider.
public struct ModelFacts: Equatable, Sendable {
    public var id: String
    /// Tokens that a prompt may have.
    public var contextWindow: Int?
    public var maximumOutputTokens: Int?
    /// `chat`, `vision`, `tools`, ...; empty: unknown.
    public var capabilities: [String]
    public var quirks: ModelQuirks
    /// By configuration only.
    public var deadlines = ModelDeadlines()
    /// The catalogue lists the model: quirks that are not there are known not to be.
    public var isListed = false
    /// From this day on the provider may not serve it.
    public var deprecation: CalendarDay?
    /// Without any: unknown, and never taken for free.
    public var prices: PriceHistory

    public init(
        id: String, contextWindow: Int? = nil, maximumOutputTokens: Int? = nil, capabilities: [String] = [],
        quirks: ModelQuirks = ModelQuirks(), deprecation: CalendarDay? = nil, price: Price? = nil
    ) {
        self.id = id
        self.contextWindow = contextWindow
        self.maximumOutputTokens = maximumOutputTokens
        self.capabilities = capabilities
        self.quirks = quirks
        self.deprecation = deprecation
        prices = PriceHistory(price.map { [$0] } ?? [])
    }

    /// These facts, and those of `base` for what is not known here.
    public func over(_ base: ModelFacts) -> ModelFacts {
        var result = self
        result.contextWindow = contextWindow ?? base.contextWindow
        result.maximumOutputTokens = maximumOutputTokens ?? base.maximumOutputTokens
        if capabilities.isEmpty { result.capabilities = base.capabilities }
        if quirks == ModelQuirks() { result.quirks = base.quirks }
        result.isListed = isListed || base.isListed
        result.deprecation = deprecation ?? base.deprecation
        if prices.prices.isEmpty { result.prices = base.prices }
        return result
    }
}
