internal import Dialects

/// One call to one provider.
extension Pipeline {
    /// One call to the planned provider. Leaves its record in the context, whatever happens. A target whose breaker is
    /// open is not called.
    func attempt(
        _ context: RequestContext, _ sink: (any AnswerSink)?
    ) async throws(HubError) -> CompletionResponse? {
        guard let plan = context.plan else { preconditionFailure("attempted before it was routed") }
        let start = context.clock.monotonicNanoseconds
        let call = try call(context, plan, at: start)
        let reserved = hasLimits(context) ? try await reserve(context, plan) : []
        if let leg = context.leg { try leg.goesOn { giveBack(reserved) } }
        let permit = try permit(plan, reserved, at: start)
        begin(call, plan, context, at: start)
        do throws(HubError) {
            let response = try await perform(call, plan, context, sink)
            settle(reserved, context, failed: false)
            record(call, plan, context, permit, start: start, failure: nil)
            return response
        } catch {
            throw failed(error, call, plan, context, permit, reserved, start: start)
        }
    }

    /// A target whose breaker is open is not called, and what was reserved for the call is free again.
    func permit(
        _ plan: RoutePlan, _ reserved: [LimitCorrection], at now: UInt64
    ) throws(HubError) -> TargetHealth.Permit {
        do throws(HubError) {
            return try plan.modelEntry.health.admit(at: now)
        } catch {
            giveBack(reserved)
            throw error
        }
    }

    private func perform(
        _ call: ProviderCall, _ plan: RoutePlan, _ context: RequestContext, _ sink: (any AnswerSink)?
    ) async throws(HubError) -> CompletionResponse? {
        guard let sink else {
            let response =
                if call.request.dialect == .embeddings {
                    try await plan.entry.provider.embed(call)
                } else if needsFanOut(call, plan) {
                    try await FanOut.complete(call, plan.entry.provider)
                } else {
                    try await plan.entry.provider.sendCompletion(call)
                }
            context.count(response.usage, in: response.receivedBody)
            context.noteArrived(response)
            context.noteDropped(byProvider: response.droppedParameters)
            return response
        }
        let relay = StreamRelay(context: context, sink: sink)
        defer { relay.detach() }
        do throws(HubError) {
            if needsFanOut(call, plan) {
                try await FanOut.stream(call, plan.entry.provider, to: relay)
            } else {
                try await plan.entry.provider.streamCompletion(call, to: relay)
            }
        } catch {
            if !relay.hasCommitted { relay.discard() }
            throw error
        }
        relay.commit(at: context.clock.monotonicNanoseconds)
        return nil
    }

    /// Records a call that failed. Not inlined: what it holds would be in the frames of all calls.
    /// - Returns: the failure as the client is to see it.
    @inline(never)
    private func failed(
        _ error: HubError, _ call: ProviderCall, _ plan: RoutePlan, _ context: RequestContext,
        _ permit: TargetHealth.Permit, _ reserved: [LimitCorrection], start: UInt64
    ) -> HubError {
        context.rescue?.note(error)
        context.leg?.note(error)
        keepSpent(error, context)
        settle(reserved, context, failed: true)
        var failure = Task.isCancelled ? HubError(.aborted, "the client went away") : seen(error, context)
        failure.isUnsent = error.isUnsent
        record(call, plan, context, permit, start: start, failure: failure)
        return failure
    }

    /// What a failed call has cost all the same.
    private func keepSpent(_ failure: HubError, _ context: RequestContext) {
        // Of those that had not finished nobody knows.
        if let spent = failure.spent { return context.keep(spent: spent, isEstimated: true) }
        context.keep(spent: context.leg?.estimatedUsage(of: failure), isEstimated: true)
    }

    private func needsFanOut(_ call: ProviderCall, _ plan: RoutePlan) -> Bool {
        call.request.choiceCount > 1 && !plan.entry.metadata.answersSeveralChoices
    }

    func call(_ context: RequestContext, _ plan: RoutePlan, at now: UInt64) throws(HubError) -> ProviderCall {
        let request = try asked(context, plan)
        context.call = request
        guard now < context.deadline else { throw HubError(.deadlineExceeded, "the request's time is over") }
        var deadlines = plan.modelEntry.deadlines
        deadlines.total = min(deadlines.total, .nanoseconds(Int64(clamping: context.deadline - now)))
        return ProviderCall(
            request: request, model: plan.model, facts: plan.modelEntry.facts, attempt: context.attemptCount + 1,
            attemptID: context.identifier("att_"), trace: context.trace, deadlines: deadlines,
            isStrict: context.directives.parameterPolicy == .strict, simulation: context.directives.simulation,
            passedHeaders: context.directives.vendorHeaders, continuesText: context.rescue?.origin != nil,
            observer: plan.modelEntry.health, clock: context.clock)
    }

    /// What the planned provider is asked: a text completion only where it takes such.
    private func asked(_ context: RequestContext, _ plan: RoutePlan) throws(HubError) -> CompletionRequest {
        guard let part = context.part else { preconditionFailure("attempted before it was parsed") }
        var report = TranslationReport()
        let becomesChat =
            part.dialect == .textCompletion && !plan.entry.provider.takesTextCompletions(model: plan.model)
        let request = becomesChat ? try TextCompletionRequest.chat(part, &report) : part
        try report.check(isStrict: context.directives.parameterPolicy == .strict, provider: plan.entry.id)
        context.droppedInTranslation = report.dropped
        context.noteDropped(byProvider: [])
        return request
    }

    /// The failure as the client is to see it. Before the commit point a cut stream is an ordinary failure; after it
    /// every failure cuts the stream. A provider's timeout at the request's own deadline is the request's.
    func seen(_ error: HubError, _ context: RequestContext) -> HubError {
        var seen = error
        switch error.code {
        case .streamInterrupted where !context.isCommitted: seen.code = .providerError
        case .streamTimeout where !context.isCommitted: seen.code = .providerTimeout
        case .providerTimeout where context.isCommitted: seen.code = .streamTimeout
        case .streamTimeout, .deadlineExceeded, .aborted: break
        case _ where context.isCommitted: seen.code = .streamInterrupted
        default: break
        }
        if seen.code == .providerTimeout, !context.hasTime {
            seen.code = .deadlineExceeded
        }
        return seen
    }

    func record(
        _ call: ProviderCall, _ plan: RoutePlan, _ context: RequestContext, _ permit: TargetHealth.Permit,
        start: UInt64, failure: HubError?
    ) {
        let end = context.clock.monotonicNanoseconds
        context.noteProviderAnswered(at: end)
        var fault = failure.map { FaultClass($0) }
        // The caller's time was over, which says nothing of the target.
        if fault == .timeout, !context.hasTime { fault = .deadline }
        note(plan.modelEntry.health, permit, context, start: start, end: end, failure: failure, fault: fault)
        plan.modelEntry.metrics.providerLatency.record(
            nanoseconds: (context.callPayloadAt ?? end) &- start, shard: context.shard)
        let usage = context.callUsage
        let cost = usage.flatMap { context.cost(of: $0, plan) }
        if let usage { plan.modelEntry.metrics.count(usage, costNanoDollars: cost, shard: context.shard) }
        let outcome: AttemptRecord.Outcome =
            switch fault {
            case nil: .success
            case .aborted: .aborted
            case .timeout, .deadline: .timeout
            default: .error
            }
        let attempt = Attempt(
            id: call.attemptID, provider: plan.entry.id, model: plan.model, outcome: outcome,
            status: failure == nil ? 200 : failure?.upstream?.status ?? 0,
            latencyMilliseconds: Double(end &- start) / 1_000_000, fault: fault, usage: usage, cost: cost)
        context.attempts.append(attempt)
        self.end(call, plan, context, attempt, start: start, end: end, failure: failure)
    }

    /// What the attempt says of its target.
    private func note(
        _ health: TargetHealth, _ permit: TargetHealth.Permit, _ context: RequestContext, start: UInt64, end: UInt64,
        failure: HubError?, fault: FaultClass?
    ) {
        let rest = failure?.retryAfter.map { end &+ HubError.rest(seconds: $0) }
        if fault == .rateLimit, let rest { health.rests(until: rest) }
        let isProviders = fault?.isProviders(failure) ?? false
        health.ended(permit, fault == nil ? .success : isProviders ? .failure(restsUntil: rest) : .neutral, at: end)
        let isStream = context.request?.isStream ?? false
        let first = context.callPayloadAt
        // Whoever names a target is not to decide, by what is asked of it, where the others go.
        let isComparable = context.plan?.isExplicit != true
        if isComparable, isStream, first != nil, fault == nil || isProviders {
            health.streamEnded(isCut: isProviders, at: end)
        }
        guard fault == nil || fault == .timeout else { return }
        health.measured(
            (isStream ? first ?? end : end) &- start, isStream: isStream, isComparable: isComparable, at: end)
    }
}
