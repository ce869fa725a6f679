internal import Synchronization

/// A configured pattern of model names and where such models go.
public struct ModelRoute: Sendable {
    public var pattern: String
    public var targets: [RouteTarget]
    /// Taken in order after the targets, whatever the strategy.
    public var fallbacks: [RouteTarget] = []
    /// Nil: the planner's own.
    public var strategy: RoutingStrategy?
    /// What a target must be to be taken.
    public var limits = RouteLimits()
    /// Requests with the same beginning go to the same target, where its provider charges less for what it has read
    /// before.
    public var isSticky = false
    /// Another of its targets may go on with a stream that breaks. Nil: the planner's own.
    public var rescuesStreams: Bool?
    /// Which of its targets are compared by what they take.
    public var likeness = TargetLikeness.sameModel
    /// Of second calls; nil: the planner's.
    public var hedge: HedgeMeter?
    let turn = RouteTurn()
    let memory = RouteMemory()

    public init(pattern: String, targets: [RouteTarget], fallbacks: [RouteTarget] = []) {
        self.pattern = pattern
        self.targets = targets
        self.fallbacks = fallbacks
    }

    /// One target, which nothing can change but the request.
    var isPlain: Bool { targets.count == 1 && fallbacks.isEmpty && limits == RouteLimits() }
}

public struct RouteTarget: Sendable {
    public var provider: String
    /// Nil: the model that was asked for.
    public var model: String?
    /// Nil: the provider's.
    public var weight: Int?

    public init(provider: String, model: String? = nil, weight: Int? = nil) {
        self.provider = provider
        self.model = model
        self.weight = weight
    }
}

/// Which targets are expected to be as quick as each other.
public enum TargetLikeness: String, Sendable, CaseIterable {
    /// Those that serve a model of the same name.
    case sameModel = "same-model"
    case all
    /// None is compared with any.
    case none
}

/// What a route asks of its targets. Empty and nil ask nothing.
public struct RouteLimits: Sendable, Equatable {
    public var regions: [String] = []
    /// All of them.
    public var tags: [String] = []
    /// Nano-dollars for one request, as estimated; a target without a price is over it.
    public var cost: Int?
    /// What calls have taken lately; one that was never called is within it.
    public var latency: Duration?

    public init() {}
}

/// What an operator says of a provider, for routing.
public struct ProviderTraits: Sendable, Equatable {
    public var weight = 1
    /// Ascending under `failover`.
    public var priority = 0
    public var region: String?
    public var tags: [String] = []

    public init() {}
}

/// Counts the requests of a route, for all reactors.
final class RouteTurn: Sendable {
    private let count = Atomic<UInt64>(0)

    func next() -> UInt64 { count.wrappingAdd(1, ordering: .relaxed).oldValue }
}
