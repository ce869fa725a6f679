internal import Dialects
internal import Wire

/// Several targets for one request.
extension RoutePlanner {
    /// The targets of a request in the order in which they are to be called.
    ///
    /// Most requests have one: nothing is gathered for them. The first is not yet checked against the caller's key where
    /// it is the only one.
    func candidates(
        _ question: RouteQuestion, _ registry: ProviderRegistry, random: inout RandomSource
    ) throws(HubError) -> RouteCandidates {
        let base = try base(model: question.request.model, pins: question.pins, registry)
        if question.wish == nil {
            switch base {
            case .pinned(let plan): return RouteCandidates(first: plan)
            case .found(let plan) where strategy == .modelBased: return RouteCandidates(first: plan)
            case .route(let route) where route.isPlain:
                return RouteCandidates(first: try first(of: route, question.request.model, registry))
            case .found, .route: break
            }
        }
        var choice = RouteChoice(planner: self, question: question, registry: registry)
        return try choice.made(from: base, random: &random)
    }
}
