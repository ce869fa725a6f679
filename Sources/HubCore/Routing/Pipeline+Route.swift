internal import Dialects

/// Where a request goes, and whether it may.
extension Pipeline {
    func route(_ context: RequestContext, _ registry: ProviderRegistry) throws(HubError) {
        guard let request = context.request else { preconditionFailure("routed before it was parsed") }
        var pins = context.directives.pinnedProviders
        if let provider = request.provider { pins.append(provider) }
        context.plan = try options.planner.plan(model: request.model, pins: pins, registry: registry)
    }

    /// What the key allows is checked for the provider and model that will really be called.
    func authorize(_ context: RequestContext) throws(HubError) {
        guard let plan = context.plan, !context.principal.allows(model: plan.model, at: plan.entry.id) else { return }
        throw HubError(
            .modelNotAllowed, "this key may not use \(plan.model) at \(plan.entry.id)", parameter: "model")
    }
}
