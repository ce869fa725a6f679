internal import Dialects

/// Answers without a call: from the cache, or from an identical call under way.
extension Pipeline {
    /// One call: what is kept, else what others get, else what a provider says.
    func answered(
        _ context: RequestContext, _ registry: ProviderRegistry, _ sink: (any AnswerSink)?
    ) async throws(HubError) -> CompletionResponse? {
        guard let ticket = context.ticket else { return try await attempts(context, registry, sink) }
        // A client that wants no kept answer does not want another's either.
        guard ticket.permission.mayLookUp else { return try await called(ticket, nil, context, registry, sink) }
        if let answer = cache.lookUp(ticket.key, ticket.permission, context) {
            context.phases.cache = context.lap()
            remember(context)
            return try await replay(answer, .hitL1, context, sink)
        }
        context.cache = .miss
        // A client that wants no stream that was gone on with does not want another's either.
        guard context.directives.allowsRescue else { return try await called(ticket, nil, context, registry, sink) }
        switch cache.flights.enter(
            ticket.key, until: context.deadline, at: context.clock.monotonicNanoseconds)
        {
        case .follow(let flight, let follower):
            context.phases.cache = context.lap()
            if let shared = try await follow(flight, follower, context, sink) { return shared.response }
            // The call that was joined failed.
            return try await called(ticket, nil, context, registry, sink)
        case .lead(let flight):
            return try await lead(flight, ticket, context, registry, sink)
        }
    }

    /// A request that is known, answered from memory if nothing stands in between: no limit, no code of the embedding
    /// program, nothing to wait for. Whoever is refused, or has to wait, is answered by `answer`.
    func answerAtOnce(
        _ entry: RequestMemo.Entry, _ context: RequestContext, registry: ProviderRegistry
    ) -> CompletionResponse? {
        guard middleware.isEmpty, options.cache.isEnabled, !entry.request.isStream,
            entry.request.previousResponseID == nil
        else { return nil }
        context.lap()
        context.memo = entry
        context.request = entry.request
        do throws(HubError) {
            try authenticate(context)
            guard !hasLimits(context) else { return nil }
            context.phases.authenticate = context.lap()
            try route(context, registry)
            context.phases.route = context.lap()
            try authorize(context)
        } catch {
            return nil
        }
        context.beginPart(entry.request)
        guard let ticket = ticket(context), ticket.permission.mayLookUp,
            let answer = cache.find(ticket.key, ticket.permission, context)
        else { return nil }
        context.phases.cache = context.lap()
        let response = served(answer, .hitL1, context)
        settle(context)
        return response
    }

    /// What the cache has to do with a call; nil if nothing. Not inlined: what it holds would be in the caller's frame.
    @inline(never)
    func ticket(_ context: RequestContext) -> CacheTicket? {
        guard let request = context.part, let plan = context.plan, context.callCount == 1,
            let permission = cachePolicy.permission(
                request, model: plan.model, provider: plan.entry.id, context.directives.cache)
        else { return nil }
        let tenant = options.cache.isGlobal ? "" : context.cacheTenant
        return CacheTicket(
            key: key(request, plan, tenant, context), permission: permission, tenant: tenant, plan: plan)
    }

    /// The same body comes again, most likely.
    private func remember(_ context: RequestContext) {
        guard context.memo == nil, case .bytes(let bytes, let form) = context.input, let request = context.request,
            request.earlierItems.isEmpty
        else { return }
        cache.requests.note(bytes, form, request, shard: context.shard)
    }

    private func key(
        _ request: CompletionRequest, _ plan: RoutePlan, _ tenant: String, _ context: RequestContext
    ) -> CacheKey {
        func make() -> CacheKey {
            CacheKey(
                canonical: CacheKeyText.text(
                    request, tenant: tenant, provider: plan.entry.id, model: plan.model, context.directives))
        }
        guard let memo = context.memo, memo.request === request, context.directives.isPlain else { return make() }
        return memo.key(
            RequestMemo.KeyName(tenant: tenant, provider: plan.entry.id, model: plan.model), make: make)
    }

    // MARK: Leading

    private func lead(
        _ flight: Flight, _ ticket: CacheTicket, _ context: RequestContext, _ registry: ProviderRegistry,
        _ sink: (any AnswerSink)?
    ) async throws(HubError) -> CompletionResponse? {
        defer { cache.flights.remove(flight, ticket.key) }
        let (found, lead) = await cache.lookUpShared(ticket.key, ticket.permission, tenant: ticket.tenant, context)
        // After the answer has left for the cache: who waits for it finds it.
        defer { if let lead { cache.shared?.end(lead) } }
        context.phases.cache = context.lap()
        if let found {
            flight.end(.answered(found, ticket.plan))
            return try await replay(found, .hitL2, context, sink)
        }
        if let lead, let shared = cache.shared { flight.onProgress { shared.noteProgress(lead) } }
        return try await called(ticket, flight, context, registry, sink)
    }

    /// Calls a provider, and keeps what it says.
    private func called(
        _ ticket: CacheTicket, _ flight: Flight?, _ context: RequestContext, _ registry: ProviderRegistry,
        _ sink: (any AnswerSink)?
    ) async throws(HubError) -> CompletionResponse? {
        // What a stream says is told to the flight also where nobody can join it: there it is gathered to be kept.
        let flight = flight ?? Flight()
        context.flight = flight
        defer { context.flight = nil }
        do throws(HubError) {
            let response = try await attempts(context, registry, sink)
            keep(response, flight, ticket, context)
            return response
        } catch {
            flight.end(context.isCommitted ? .cut(error) : .failed)
            throw error
        }
    }

    private func keep(
        _ response: CompletionResponse?, _ flight: Flight, _ ticket: CacheTicket, _ context: RequestContext
    ) {
        guard let plan = context.plan, let answer = answer(response, flight, plan, context) else {
            return flight.end(.failed)
        }
        flight.end(.answered(answer, plan))
        // What two models wrote is neither's answer.
        guard CachePolicy.mayKeep(answer), answer.facts.origin == nil, let request = context.part else { return }
        // Another target may have answered than the one that was planned.
        let isPlanned = plan.entry.id == ticket.plan.entry.id && plan.model == ticket.plan.model
        let key = isPlanned ? ticket.key : key(request, plan, ticket.tenant, context)
        cache.keep(answer, key, ticket.permission, tenant: ticket.tenant, context)
    }

    /// Nil for a stream that was too long to be remembered.
    private func answer(
        _ response: CompletionResponse?, _ flight: Flight, _ plan: RoutePlan, _ context: RequestContext
    ) -> CachedAnswer? {
        let now = context.clock.wallNanoseconds
        if let response {
            return CachedAnswer(response, provider: plan.entry.id, model: plan.model, storedAt: now)
        }
        guard let told = flight.told else { return nil }
        return CachedAnswer(
            dialect: told.dialect, isStream: true, pieces: told.pieces,
            facts: CachedAnswer.Facts(
                provider: plan.entry.id, model: plan.model, usage: context.usage,
                finishReasons: told.pieces.compactMap(\.finishReason), droppedParameters: context.droppedParameters,
                storedAt: now, origin: context.rescue?.origin))
    }

    // MARK: Following

    /// What came of a call that was joined; a stream has been sent. Nil if the caller has to call itself.
    private func follow(
        _ flight: Flight, _ follower: Int, _ context: RequestContext, _ sink: (any AnswerSink)?
    ) async throws(HubError) -> (response: CompletionResponse?, Void)? {
        defer { flight.leave(follower) }
        let relay = sink.map { StreamRelay(context: context, sink: $0) }
        defer { relay?.detach() }
        let flow = PausableFlow()
        relay?.attach(flow)
        let id = AnswerID.fresh(context)
        let (deadline, clock) = (context.deadline, context.clock)
        async let _ = wake(follower, of: flight, at: deadline, clock)
        while true {
            guard !Task.isCancelled else { throw HubError(.aborted, "the client went away") }
            guard context.hasTime else { throw HubError(.deadlineExceeded, "the request's time is over") }
            switch flight.next(follower) {
            case .pieces(let pieces, let dialect, let plan):
                // A client that wants the whole waits for it.
                guard let relay else { continue }
                take(plan, context)
                for piece in pieces {
                    relay.receive(piece.chunk(dialect, id: id))
                    await flow.untilResumed()
                }
            case .nothing: await flight.wait(follower)
            case .lost: throw HubError(.streamInterrupted, "the client reads too slowly")
            case .ended(.failed): return nil
            case .ended(.cut(let error)):
                guard context.isCommitted else { return nil }
                throw error
            case .ended(.answered(let answer, let plan)):
                take(plan, context)
                if let origin = answer.facts.origin {
                    context.rescue = StreamRescue(ofLeader: origin)
                    context.plan = plan
                }
                if let relay, relay.hasCommitted {
                    context.usage = answer.facts.usage
                    return (nil, ())
                }
                return (try await replay(answer, .coalesced, context, sink), ())
            }
        }
    }

    /// Ends a follower's wait when its time is over. Its call may go on for others.
    private func wake(_ follower: Int, of flight: Flight, at deadline: UInt64, _ clock: any TimeSource) async {
        while true {
            let now = clock.monotonicNanoseconds
            guard now < deadline else { return flight.endWait(of: follower) }
            do throws(CancellationError) { try await waiting.wait(nanoseconds: deadline - now) } catch { return }
        }
    }

    private func take(_ plan: RoutePlan, _ context: RequestContext) {
        guard context.cache != .coalesced else { return }
        context.cache = .coalesced
        context.plan = plan
        cache.metrics.countCoalesced(shard: context.shard)
    }

    // MARK: Replaying

    private func note(_ answer: CachedAnswer, _ status: CacheStatus, _ context: RequestContext) {
        context.cache = status
        if status.isHit { context.cacheAge = answer.age(at: context.clock.wallNanoseconds) }
    }

    /// What is kept, as a whole answer.
    private func served(
        _ answer: CachedAnswer, _ status: CacheStatus, _ context: RequestContext
    ) -> CompletionResponse {
        note(answer, status, context)
        let response = answer.response(id: AnswerID.fresh(context))
        context.count(response.usage, in: nil)
        context.noteDropped(byProvider: response.droppedParameters)
        return response
    }

    /// Answers with what is kept: whole, or as a stream without pauses.
    private func replay(
        _ answer: CachedAnswer, _ status: CacheStatus, _ context: RequestContext, _ sink: (any AnswerSink)?
    ) async throws(HubError) -> CompletionResponse? {
        guard let sink else { return served(answer, status, context) }
        let chunks = try answer.chunks(id: AnswerID.fresh(context))
        note(answer, status, context)
        context.noteDropped(byProvider: answer.facts.droppedParameters)
        let relay = StreamRelay(context: context, sink: sink)
        defer { relay.detach() }
        let flow = PausableFlow()
        relay.attach(flow)
        for chunk in chunks {
            relay.receive(chunk)
            await flow.untilResumed()
        }
        relay.commit(at: context.clock.monotonicNanoseconds)
        context.usage = answer.facts.usage
        return nil
    }
}
