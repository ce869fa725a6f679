internal import Dialects

/// Requests that a provider answers in a batch of its own: they go the way of all requests up to the call.
extension Pipeline {
    /// Nil where the request is not to be made so: it has several targets, or its provider takes no batches.
    func batchCall(
        _ input: CallInput, _ context: RequestContext, _ registry: ProviderRegistry
    ) async throws(HubError) -> BatchCall? {
        context.input = input
        try parse(input, context)
        try authenticate(context)
        if let previous = context.request?.previousResponseID { try await recall(previous, context) }
        try route(context, registry)
        try authorize(context)
        guard let request = context.request, !request.isStream, let plan = context.plan,
            context.candidates?.count == 1, let provider = batchingProvider(plan)
        else { return nil }
        context.beginPart(request)
        return BatchCall(
            provider: provider, call: try call(context, plan, at: context.clock.monotonicNanoseconds), plan: plan)
    }

    /// The provider that all these models go to and that takes batches. Nil for a caller with limits: they are kept to where
    /// the hub makes the requests itself.
    func batchProvider(
        for models: Set<String>, _ principal: Principal, _ registry: ProviderRegistry
    ) -> String? {
        guard limits.isEmpty, principal.limits.isEmpty else { return nil }
        var found: String?
        for model in models {
            guard let plan = try? options.planner.plan(model: model, pins: [], registry: registry),
                batchingProvider(plan) != nil, found == nil || found == plan.entry.id
            else { return nil }
            found = plan.entry.id
        }
        return found
    }

    /// Middleware sees calls as they are made and answered, which a provider's batch does out of sight.
    private func batchingProvider(_ plan: RoutePlan) -> (any BatchingProvider)? {
        guard middleware.isEmpty, let provider = plan.entry.provider as? any BatchingProvider, provider.takesBatches
        else { return nil }
        return provider
    }

    /// Counts what a provider's batch came to for one request.
    func settle(
        _ call: BatchCall, _ outcome: Result<CompletionResponse, HubError>, _ context: RequestContext
    ) -> LedgerRow? {
        let metrics = call.plan.modelEntry.metrics
        switch outcome {
        case .success(let response):
            metrics.count(.success, shard: context.shard)
            if let usage = response.usage {
                context.count(batched: usage)
                let cost = context.cost(of: usage, call.plan)
                context.costNanoDollars = cost
                metrics.count(usage, costNanoDollars: cost, shard: context.shard)
            }
            return ledgerRow(call, response, nil, context)
        case .failure(let failure):
            metrics.count(.error, shard: context.shard)
            return ledgerRow(call, nil, failure, context)
        }
    }
}
