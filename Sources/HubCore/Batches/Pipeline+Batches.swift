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

    /// The call that a provider's batch has answered, as far as it is known where the hub would no longer make it so: the key is
    /// gone, or another configuration is in force. It is paid for, and to be counted.
    /// - Parameters:
    ///   - entry: as it was when the answer was asked for; it need not be configured any more.
    ///   - servedModel: as the answer says.
    func answeredCall(
        of batch: Batch, by entry: ProviderEntry, servedModel: String?, _ context: RequestContext,
        _ registry: ProviderRegistry
    ) -> BatchCall? {
        guard let request = context.request, let provider = entry.provider as? any BatchingProvider else { return nil }
        context.principal = context.directives.principal ?? Principal(creatorOf: batch)
        if context.candidates == nil { try? route(context, registry) }
        let plan = plan(at: entry, asked: request.model, servedModel, context.candidates)
        context.plan = plan
        context.beginPart(request)
        guard let call = try? call(context, plan, at: context.clock.monotonicNanoseconds) else { return nil }
        return BatchCall(provider: provider, call: call, plan: plan)
    }

    /// By the name under which it goes there now, or else by one that is known there: names of routes are the hub's own.
    private func plan(
        at entry: ProviderEntry, asked: String, _ servedModel: String?, _ candidates: RouteCandidates?
    ) -> RoutePlan {
        if let candidates,
            let found = ([candidates.first] + candidates.others).first(where: { $0.entry.id == entry.id })
        {
            return found
        }
        let asked = RoutePlanner.withoutPrefix(asked, entry.id)
        let model = [asked, servedModel].compactMap { $0 }.first { entry.facts(of: $0) != nil } ?? servedModel ?? asked
        return RoutePlan(entry: entry, model: model, modelEntry: entry.entry(for: model), reason: "batch")
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
        context.count(batched: nil)
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

extension Principal {
    /// Of a key that is gone: as far as its batch says.
    fileprivate convenience init(creatorOf batch: Batch) {
        func name(_ kind: String) -> String? {
            batch.tenant.hasPrefix(kind) ? String(batch.tenant.dropFirst(kind.count)) : nil
        }
        self.init(
            keyID: batch.creator.keyID, user: name("user:"), team: name("team:"), project: name("project:"))
    }
}
