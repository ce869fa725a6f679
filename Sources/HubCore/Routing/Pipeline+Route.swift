internal import Dialects

/// Where a request goes, and whether it may.
extension Pipeline {
    func route(_ context: RequestContext, _ registry: ProviderRegistry) throws(HubError) {
        guard let request = context.request else { preconditionFailure("routed before it was parsed") }
        let question = RouteQuestion(context, request)
        let candidates = try options.planner.candidates(question, registry, random: &context.random)
        context.candidates = candidates
        context.plan = candidates.first
        context.hedge = candidates.hedge
        context.maximumAttempts = question.wish?.maximumAttempts
    }

    /// What the key allows is checked for the provider and model that will really be called.
    func authorize(_ context: RequestContext) throws(HubError) {
        guard let plan = context.plan, !context.principal.allows(model: plan.model, at: plan.entry.id) else { return }
        throw HubError(
            .modelNotAllowed, "this key may not use \(plan.model) at \(plan.entry.id)", parameter: "model")
    }
}
