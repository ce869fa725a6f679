internal import Dialects

/// A stream that breaks after its first words, gone on with by another provider: decision 0028.
///
/// Nothing here runs for requests whose route does not ask for it, and none of it is inlined into their frames.
extension Pipeline {
    /// How another provider goes on.
    private struct Way {
        let plan: RoutePlan
        /// The call with what was said so far.
        let request: CompletionRequest
        let estimate: StreamRescue.Estimate
    }

    /// Of a stream that may be gone on with if it breaks, as far as that can be said before it begins.
    @inline(never)
    func rescue(_ context: RequestContext) -> StreamRescue? {
        guard context.directives.allowsRescue, let part = context.part, part.choiceCount == 1,
            context.candidates?.count ?? 1 > 1
        else { return nil }
        return StreamRescue(id: context.completionID(), after: context.rescue)
    }

    /// Has a stream that broke gone on with, or throws what its client is to be told: why it broke, unless the provider that
    /// went on has said something.
    @inline(never)
    func rescued(
        from failure: HubError, _ context: RequestContext, _ sink: (any AnswerSink)?
    ) async throws(HubError) -> CompletionResponse? {
        guard let rescue = context.rescue, let sink, let first = context.plan, context.isCommitted, !Task.isCancelled,
            context.hasTime
        else { throw failure }
        guard rescue.isPossible, let way = way(rescue, context) else {
            metrics.countRescue(.refused)
            throw failure
        }
        rescue.begin(from: first)
        let reason = first.reason.prefix { $0 != "+" }
        context.plan = way.plan.with(reason: "\(reason)+rescue:\(rescue.fault?.fallbackReason ?? "error")")
        let relay = relay(way, rescue, context, sink)
        let dropped = context.droppedParameters
        defer {
            relay.detach()
            context.noteDropped(before: dropped)
        }
        do throws(HubError) {
            try await goOn(way, relay, context)
        } catch {
            metrics.countRescue(.failed)
            if relay.hasSpoken || error.code == .aborted || error.code == .deadlineExceeded { throw error }
            // The stream is the first provider's, and so is its failure.
            rescue.abandon()
            context.plan = first
            throw failure
        }
        metrics.countRescue(.resumed)
        return nil
    }

    // MARK: Who, and with what

    /// The next of the request's targets that can go on with a text, has not failed it, and is not known to be unwell.
    private func way(_ rescue: StreamRescue, _ context: RequestContext) -> Way? {
        let mostAttempts = min(options.retry.maximumAttempts, context.maximumAttempts ?? .max)
        guard context.attempts.count < mostAttempts, let failed = context.plan, let call = context.call,
            let candidates = context.candidates,
            let request = try? call.canonical(), request.mayBeContinued(after: rescue.beginning.text)
        else { return nil }
        let now = context.clock.monotonicNanoseconds
        for position in 0..<candidates.count {
            let plan = candidates[position]
            // One that was cancelled, as another call was quicker, has not.
            let hasFailed = context.attempts.contains {
                $0.fault != nil && $0.fault != .aborted && $0.provider == plan.entry.id && $0.model == plan.model
            }
            let health = plan.modelEntry.health
            guard !hasFailed, plan.entry.state.isAvailable, !health.isShut(at: now), !health.isResting(at: now),
                plan.entry.provider.continuesTexts(model: plan.model, facts: plan.modelEntry.facts)
            else { continue }
            let estimate = StreamRescue.Estimate(
                prompt: TokenEstimate.input(of: request, model: failed.model),
                text: TokenEstimate.texts([rescue.beginning.text], model: failed.model))
            let spent = max(estimate.text, context.callUsage?.completionTotal ?? 0)
            guard let continued = call.continued(after: rescue.beginning.text, spending: spent) else { return nil }
            return Way(plan: plan, request: continued, estimate: estimate)
        }
        return nil
    }

    private func relay(
        _ way: Way, _ rescue: StreamRescue, _ context: RequestContext, _ sink: any AnswerSink
    ) -> RescueRelay {
        let isResponses = context.request?.dialect == .responses
        let continuation = StreamContinuation(
            after: rescue.beginning, provider: way.plan.entry.id, id: context.completionID(),
            created: Int(context.clock.wallNanoseconds / 1_000_000_000), model: rescue.origin?.model ?? "",
            request: isResponses ? context.request?.body : nil)
        return RescueRelay(
            context, sink, continuation, earlier: context.settledUsage, first: context.callUsage, estimate: way.estimate
        )
    }

    // MARK: The call

    /// An attempt like any other: it has its limits, its breaker and its record.
    private func goOn(_ way: Way, _ relay: RescueRelay, _ context: RequestContext) async throws(HubError) {
        let start = context.clock.monotonicNanoseconds
        context.beginPart(way.request)
        let call = try call(context, way.plan, at: start)
        let reserved = hasLimits(context) ? try await reserve(context, way.plan) : []
        let permit = try permit(way.plan, reserved, at: start)
        begin(call, way.plan, context, at: start)
        do throws(HubError) {
            try await stream(call, way.plan, relay)
            settle(reserved, context, failed: false)
            record(call, way.plan, context, permit, start: start, failure: nil)
        } catch {
            settle(reserved, context, isFree: !relay.hasSpoken)
            let failure = Task.isCancelled ? HubError(.aborted, "the client went away") : seen(error, context)
            record(call, way.plan, context, permit, start: start, failure: failure)
            throw failure
        }
    }

    private func stream(_ call: ProviderCall, _ plan: RoutePlan, _ relay: RescueRelay) async throws(HubError) {
        do throws(HubError) {
            try await plan.entry.provider.streamCompletion(call, to: relay)
        } catch {
            return try relay.finish(error)
        }
        try relay.finish()
    }
}
