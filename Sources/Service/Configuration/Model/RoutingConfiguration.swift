internal import HubCore

struct RoutingConfiguration: ConfigurationGroup {
    /// Takes the models that no rule names.
    var defaultProvider: String?
    var strategy = RoutingStrategy.modelBased
    /// Another target goes on with a stream that broke.
    var rescuesStreams = false
    /// The first whose pattern matches the model decides.
    var routes: [RouteConfiguration] = []
    var hedge = HedgeConfiguration()
}

/// Second calls beside first ones that take longer than most.
struct HedgeConfiguration: ConfigurationGroup {
    /// Of the requests; 0: none.
    var share = 0.0
    var percentile = 95.0
    var minimumDelay = Duration.milliseconds(50)
    var maximumDelay = Duration.seconds(30)
    var allowsSameTarget = false
}

struct RouteConfiguration: ConfigurationGroup {
    /// A glob over model names.
    var pattern = ""
    /// Nil for the hub's own.
    var strategy: RoutingStrategy?
    var targets: [RouteTargetConfiguration] = []
    /// Tried in order after the targets.
    var fallbacks: [RouteTargetConfiguration] = []
    /// Empty and nil ask nothing of the targets.
    var regions: [String] = []
    var tags: [String] = []
    /// USD.
    var maximumCost: Double?
    var maximumLatency: Duration?
    var isSticky = false
    /// Nil for the hub's own.
    var rescuesStreams: Bool?
    var likeness = TargetLikeness.sameModel
    /// Nil: the hub's.
    var hedge: HedgeConfiguration?
}

struct RouteTargetConfiguration: ConfigurationGroup {
    var provider = ""
    /// Nil for the model asked for.
    var model: String?
    /// A share among the targets; nil: the provider's.
    var weight: Int?
}
