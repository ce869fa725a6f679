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
            case .found(let plan) where strategy == .modelBased:
                return RouteCandidates(first: plan, hedge: hedge?.ofSameTarget)
            case .route(let route) where route.isPlain:
                return RouteCandidates(
                    first: try first(of: route, question.request.model, registry),
                    hedge: (route.hedge ?? hedge)?.ofSameTarget)
            case .found, .route: break
            }
        }
        var choice = RouteChoice(planner: self, question: question, registry: registry)
        var candidates = try choice.made(from: base, random: &random)
        candidates.hedge = meter(of: base)
        return candidates
    }

    /// Whoever names a provider gets no other, not even for one of two calls.
    private func meter(of base: Base) -> HedgeMeter? {
        let meter: HedgeMeter? =
            switch base {
            case .pinned: nil
            case .found: hedge
            case .route(let route): route.hedge ?? hedge
            }
        return meter?.isOn ?? false ? meter : nil
    }
}
