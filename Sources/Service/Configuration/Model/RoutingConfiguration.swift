enum RoutingStrategy: String, Sendable, CaseIterable {
    case modelBased = "model-based"
    case cost, latency, hybrid
    case roundRobin = "round-robin"
    case failover

    /// Further names under which strategies are known.
    static let aliases: [String: RoutingStrategy] = [
        "least-latency": .latency, "LowLatency": .latency, "cost-optimized": .cost, "CostOptimized": .cost,
        "RoundRobin": .roundRobin, "Failover": .failover,
    ]
}

struct RoutingConfiguration: ConfigurationGroup {
    /// Takes the models that no rule names.
    var defaultProvider: String?
    var strategy = RoutingStrategy.modelBased
    /// The first whose pattern matches the model decides.
    var routes: [RouteConfiguration] = []
}

struct RouteConfiguration: ConfigurationGroup {
    /// A glob over model names.
    var pattern = ""
    /// Nil for the hub's own.
    var strategy: RoutingStrategy?
    var targets: [RouteTarget] = []
    /// Tried in order after the targets.
    var fallbacks: [RouteTarget] = []
}

struct RouteTarget: ConfigurationGroup {
    var provider = ""
    /// Nil for the model asked for.
    var model: String?
    /// A share among the targets under round-robin.
    var weight = 1
}
