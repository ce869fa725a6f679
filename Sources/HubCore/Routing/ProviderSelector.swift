public import Wire

/// A strategy of the embedding program's own.
public protocol ProviderSelector: Sendable {
    /// The order in which candidates are called: positions in `candidates`. Those that are left out are not called,
    /// repeated and impossible ones are passed over. Called for every request that has several: must not block.
    func order(_ candidates: [RouteCandidate], random: inout RandomSource) -> [Int]
}

/// A target that could answer a request, as strategies see it.
public struct RouteCandidate: Sendable {
    public var provider: String
    public var model: String
    /// Estimated price of the request in nano-dollars; nil: unpriced.
    public var cost: Int?
    /// What calls have taken lately, times those under way, in nanoseconds; nil: not called yet.
    public var latency: Double?
    /// 0...1.
    public var successRate: Double
    /// A share under `round-robin` and `weighted`; 0 is taken only when nothing else is left.
    public var weight: Int
    /// Ascending under `failover`.
    public var priority: Int

    public init(
        provider: String, model: String, cost: Int? = nil, latency: Double? = nil, successRate: Double = 1,
        weight: Int = 1, priority: Int = 0
    ) {
        self.provider = provider
        self.model = model
        self.cost = cost
        self.latency = latency
        self.successRate = successRate
        self.weight = weight
        self.priority = priority
    }
}
