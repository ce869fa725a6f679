internal import Dialects
internal import Wire

/// The life of a request, in order:
///
/// parse → authenticate → recall (the earlier turns of a stored conversation) → sanitise → govern (policies; reserve budget and limits) → cache lookup (L1, L2, join an
/// identical call in flight) → route (candidates in order, with reasons) → attempt: re-check policy for the actual
/// provider and model → credentials → translate → call → translate back → (on failure: classify fault, release
/// reservation, breaker, next attempt) → settle (usage, cost, ledger row per attempt, true-up) → cache store →
/// telemetry → respond.
///
/// Each step is one function on the request's context; steps that do not exist yet have their place marked by a
/// comment in `answer`. The caller answers the client and then calls `finish`.
///
/// An object, so that the frames of its suspended steps hold one reference.
final class Pipeline: Sendable {
    let options: HubOptions
    let authenticator: any Authenticator
    let middleware: [any Middleware]
    let metrics: HubMetrics
    let responses: (any ResponseStore)?
    /// Nanoseconds.
    private let requestTimeout: UInt64

    init(
        options: HubOptions, authenticator: any Authenticator, middleware: [any Middleware], metrics: HubMetrics,
        responses: (any ResponseStore)?
    ) {
        self.options = options
        self.authenticator = authenticator
        self.middleware = middleware
        self.metrics = metrics
        self.responses = responses
        requestTimeout = options.requestTimeout.wholeNanoseconds
    }

    /// Streams to `sink` if the request asks for it, else returns the whole answer.
    func answer(
        _ input: CallInput, _ context: RequestContext, registry: ProviderRegistry, sink: any AnswerSink
    ) async throws(HubError) -> HubAnswer {
        context.lap()
        try parse(input, context)
        context.phases.parse = context.lap()
        try authenticate(context)
        if let previous = context.request?.previousResponseID { try await recall(previous, context) }
        // sanitise, govern: their steps come here, before anything can be answered from the cache.
        context.phases.authenticate = context.lap()
        try route(context, registry)
        context.phases.route = context.lap()
        try authorize(context)
        for middleware in middleware { try await middleware.onRequest(context) }
        // cache lookup: comes here.
        let answer = try await parts(context, registry, sink)
        settle(context)
        // cache store: comes here.
        for middleware in middleware.reversed() { try await middleware.onResponse(context) }
        if !middleware.isEmpty { context.lap() }
        return answer
    }

    // MARK: Steps

    private func parse(_ input: CallInput, _ context: RequestContext) throws(HubError) {
        let request = try input.parse()
        context.request = request
        let asked = context.directives.timeout?.wholeNanoseconds ?? .max
        context.deadline = context.start &+ min(asked, requestTimeout)
    }

    private func authenticate(_ context: RequestContext) throws(HubError) {
        context.principal = try authenticator.authenticate(context.directives.credential)
    }

    private func recall(_ previous: String, _ context: RequestContext) async throws(HubError) {
        let items = try await ResponseHistory.items(
            upTo: previous, tenant: context.principal.tenant, store: responses)
        context.request = context.request?.with(earlierItems: items)
    }

    private func route(_ context: RequestContext, _ registry: ProviderRegistry) throws(HubError) {
        guard let request = context.request else { preconditionFailure("routed before it was parsed") }
        var pins = context.directives.pinnedProviders
        if let provider = request.provider { pins.append(provider) }
        context.plan = try options.planner.plan(model: request.model, pins: pins, registry: registry)
    }

    /// What the key allows is checked for the provider and model that will really be called.
    private func authorize(_ context: RequestContext) throws(HubError) {
        guard let plan = context.plan, !context.principal.allows(model: plan.model, at: plan.entry.id) else { return }
        throw HubError(
            .modelNotAllowed, "this key may not use \(plan.model) at \(plan.entry.id)", parameter: "model")
    }

    // MARK: Counting

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

    // MARK: Attempts

    /// One call for a chat, one per prompt for a text completion.
    private func parts(
        _ context: RequestContext, _ registry: ProviderRegistry, _ sink: any AnswerSink
    ) async throws(HubError) -> HubAnswer {
        guard let request = context.request else { preconditionFailure("attempted before it was parsed") }
        var responses: [CompletionResponse] = []
        let calls = try request.dialect == .textCompletion ? TextCompletionRequest.parts(request) : [request]
        for position in calls.indices {
            context.beginPart(calls[position])
            if request.isStream { sink.begin(part: position) }
            let response = try await attempts(context, registry, request.isStream ? sink : nil)
            if let response { responses.append(response) }
        }
        return request.isStream ? .streamed : .whole(responses)
    }

    /// Calls until an attempt succeeds or nothing asks for another.
    private func attempts(
        _ context: RequestContext, _ registry: ProviderRegistry, _ sink: (any AnswerSink)?
    ) async throws(HubError) -> CompletionResponse? {
        var tries = 0
        while true {
            tries += 1
            let failure: HubError
            do throws(HubError) {
                return try await attempt(context, sink)
            } catch {
                failure = error
            }
            // classify fault, release reservation, breaker, next candidate: come here.
            guard !context.isCommitted, !Task.isCancelled, tries < options.maximumAttempts, context.hasTime,
                try await shouldTryAgain(context, failure, registry)
            else { throw failure }
        }
    }

    private func shouldTryAgain(
        _ context: RequestContext, _ failure: HubError, _ registry: ProviderRegistry
    ) async throws(HubError) -> Bool {
        for middleware in middleware.reversed() {
            switch await middleware.onError(context, failure) {
            case .propagate:
                continue
            case .retry:
                return true
            case .fallback(let provider):
                guard let request = context.request else { return false }
                context.plan = try options.planner.plan(model: request.model, pins: [provider], registry: registry)
                try authorize(context)
                return true
            }
        }
        return false
    }

    /// One call to the planned provider. Leaves its record in the context, whatever happens.
    private func attempt(
        _ context: RequestContext, _ sink: (any AnswerSink)?
    ) async throws(HubError) -> CompletionResponse? {
        guard let plan = context.plan else { preconditionFailure("attempted before it was routed") }
        let call = try call(context, plan, at: context.clock.monotonicNanoseconds)
        let start = context.clock.monotonicNanoseconds
        context.beginAttempt(at: start)
        do throws(HubError) {
            let response = try await perform(call, plan, context, sink)
            record(call, plan, context, start: start, failure: nil)
            return response
        } catch {
            let failure = Task.isCancelled ? HubError(.aborted, "the client went away") : seen(error, context)
            record(call, plan, context, start: start, failure: failure)
            throw failure
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

    private func needsFanOut(_ call: ProviderCall, _ plan: RoutePlan) -> Bool {
        call.request.choiceCount > 1 && !plan.entry.metadata.answersSeveralChoices
    }

    private func call(_ context: RequestContext, _ plan: RoutePlan, at now: UInt64) throws(HubError) -> ProviderCall {
        let request = try asked(context, plan)
        context.call = request
        guard now < context.deadline else { throw HubError(.deadlineExceeded, "the request's time is over") }
        var deadlines = options.callDeadlines
        deadlines.total = min(deadlines.total, .nanoseconds(Int64(clamping: context.deadline - now)))
        return ProviderCall(
            request: request, model: plan.model, facts: plan.modelEntry.facts, attempt: context.attempts.count + 1,
            attemptID: context.identifier("att_"), trace: context.trace, deadlines: deadlines,
            isStrict: context.directives.parameterPolicy == .strict, simulation: context.directives.simulation,
            passedHeaders: context.directives.vendorHeaders)
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
    private func seen(_ error: HubError, _ context: RequestContext) -> HubError {
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

    private func record(
        _ call: ProviderCall, _ plan: RoutePlan, _ context: RequestContext, start: UInt64, failure: HubError?
    ) {
        let end = context.clock.monotonicNanoseconds
        context.noteProviderAnswered(at: end)
        let outcome: AttemptRecord.Outcome =
            switch failure?.code {
            case nil: .success
            case .aborted: .aborted
            case .providerTimeout, .deadlineExceeded, .streamTimeout: .timeout
            default: .error
            }
        context.attempts.append(
            Attempt(
                id: call.attemptID, provider: plan.entry.id, model: plan.model, outcome: outcome,
                status: failure == nil ? 200 : failure?.upstream?.status ?? 0,
                latencyMilliseconds: Double(end &- start) / 1_000_000))
        // ledger row per attempt: comes here.
    }

    private func settle(_ context: RequestContext) {
        guard let plan = context.plan, let usage = context.usage, let service = context.service else { return }
        let today = CalendarDay(wallNanoseconds: context.clock.wallNanoseconds)
        context.costNanoDollars = plan.modelEntry.facts?.prices.cost(of: usage, service: service, on: today)
    }

    // MARK: End

    /// Telemetry of a request that has been answered or has failed.
    func finish(_ context: RequestContext, failure: HubError?) {
        metrics.record(context, failure: failure)
    }
}

extension Duration {
    /// Nanoseconds, at most `UInt64.max / 2` so that sums of a few do not overflow.
    var wholeNanoseconds: UInt64 {
        let (seconds, attoseconds) = components
        guard seconds >= 0 else { return 0 }
        guard seconds < 1 << 33 else { return .max / 2 }
        return UInt64(seconds) * 1_000_000_000 + UInt64(max(0, attoseconds)) / 1_000_000_000
    }
}
