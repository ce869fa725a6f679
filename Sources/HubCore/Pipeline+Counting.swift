internal import Dialects

/// Counting without a call.
extension Pipeline {
    /// The tokens of a prompt: the provider's count, or an estimate where it has none.
    func countTokens(
        _ input: CallInput, _ context: RequestContext, registry: ProviderRegistry
    ) async throws(HubError) -> TokenCount {
        try parse(input, context)
        try authenticate(context)
        try route(context, registry)
        try authorize(context)
        guard let plan = context.plan, let request = context.request else {
            preconditionFailure("counted before it was routed")
        }
        context.beginPart(request)
        if let count = try await plan.entry.provider.countTokens(
            call(context, plan, at: context.clock.monotonicNanoseconds))
        {
            return TokenCount(tokens: count, isEstimate: false)
        }
        return TokenCount(tokens: TokenEstimate.input(of: try request.canonical(), model: plan.model), isEstimate: true)
    }
}
