/// How one of several targets is chosen: contract 13.4.
public enum RoutingStrategy: String, Sendable, CaseIterable {
    /// In the order of the configuration.
    case modelBased = "model-based"
    /// The lowest estimated price; targets without a price last.
    case cost
    /// The better of two targets taken at random, by what calls to them have taken.
    case latency
    /// Price, time and success together.
    case hybrid
    /// In turn, by weight.
    case roundRobin = "round-robin"
    /// At random, by weight.
    case weighted
    /// By the providers' priorities.
    case failover

    /// Further names under which strategies are known.
    public static let aliases: [String: RoutingStrategy] = [
        "least-latency": .latency, "LowLatency": .latency, "cost-optimized": .cost, "CostOptimized": .cost,
        "RoundRobin": .roundRobin, "Failover": .failover,
    ]

    /// By its name or an alias.
    public init?(name: String) {
        guard let strategy = RoutingStrategy(rawValue: name) ?? Self.aliases[name] else { return nil }
        self = strategy
    }
}
