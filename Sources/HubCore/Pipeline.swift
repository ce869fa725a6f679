internal import Dialects

/// The life of a request, in order:
///
/// parse → authenticate → recall (the earlier turns of a stored conversation) → sanitise, policies → route (candidates in
/// order, with reasons) → authorize → limits → for each call of the request: cache lookup (L1, join an identical call in
/// flight, L2) → attempt: reserve, breaker → ledger: begun → credentials → translate → call → translate back → ledger:
/// ended → (on failure: classify fault, correct the reservation, breaker, next candidate; of a stream whose head has left,
/// one that goes on with it) → cache store → settle (usage, cost) → respond → telemetry.
///
/// Each step is one function on the request's context; those that do not exist yet (sanitise, policies, budgets) have
/// their place marked by a comment. The caller answers the client and then calls `finish`.
///
/// An object, so that the frames of its suspended steps hold one reference.
final class Pipeline: Sendable {
    let options: HubOptions
    let authenticator: any Authenticator
    let middleware: [any Middleware]
    let metrics: HubMetrics
    let responses: (any ResponseStore)?
    let cache: AnswerCache
    let cachePolicy: CachePolicy
    let waiting: any Waiting
    let limits: LimitPlan
    let limiter: (any RateLimiter)?
    let ledger: (any Ledger)?
    /// Nanoseconds.
    private let requestTimeout: UInt64

    init(
        options: HubOptions, authenticator: any Authenticator, middleware: [any Middleware], metrics: HubMetrics,
        responses: (any ResponseStore)?, cache: AnswerCache, waiting: any Waiting, limiter: (any RateLimiter)?,
        ledger: (any Ledger)?
    ) {
        self.options = options
        self.authenticator = authenticator
        self.middleware = middleware
        self.metrics = metrics
        self.responses = responses
        self.cache = cache
        cachePolicy = CachePolicy(options: options.cache)
        self.waiting = waiting
        limits = LimitPlan(rules: options.limits)
        self.limiter = limiter
        self.ledger = ledger
        requestTimeout = options.requestTimeout.wholeNanoseconds
    }

    /// Streams to `sink` if the request asks for it, else returns the whole answer.
    func answer(
        _ input: CallInput, _ context: RequestContext, registry: ProviderRegistry, sink: any AnswerSink
    ) async throws(HubError) -> HubAnswer {
        context.lap()
        context.input = input
        try parse(input, context)
        context.phases.parse = context.lap()
        try authenticate(context)
        if let previous = context.request?.previousResponseID { try await recall(previous, context) }
        // sanitise, policies: their steps come here, before anything can be answered from the cache.
        context.phases.authenticate = context.lap()
        try route(context, registry)
        context.phases.route = context.lap()
        try authorize(context)
        if hasLimits(context) { try await admit(context) }
        context.phases.govern = context.lap()
        for middleware in middleware { try await middleware.onRequest(context) }
        // The cache is asked, and told, for each call on its own.
        let answer = try await parts(context, registry, sink)
        settle(context)
        for middleware in middleware.reversed() { try await middleware.onResponse(context) }
        if !middleware.isEmpty { context.lap() }
        return answer
    }

    // MARK: Steps

    func parse(_ input: CallInput, _ context: RequestContext) throws(HubError) {
        if case .bytes(let bytes, let form) = input, options.cache.isEnabled {
            context.memo = cache.requests.entry(bytes, form, shard: context.shard)
        }
        if let memo = context.memo { context.request = memo.request } else { context.request = try input.parse() }
        let asked = context.directives.timeout?.wholeNanoseconds ?? .max
        context.deadline = context.start &+ min(asked, requestTimeout)
    }

    func authenticate(_ context: RequestContext) throws(HubError) {
        if let known = context.directives.principal { return context.principal = known }
        context.principal = try authenticator.authenticate(context.directives.credential)
    }

    func recall(_ previous: String, _ context: RequestContext) async throws(HubError) {
        let items = try await ResponseHistory.items(
            upTo: previous, tenant: context.principal.tenant, store: responses)
        context.request = context.request?.with(earlierItems: items)
    }

    func settle(_ context: RequestContext) {
        if context.isFree { return context.costNanoDollars = 0 }
        guard context.attempts.contains(where: { $0.usage != nil }) else { return }
        context.costNanoDollars = cost(of: context)
    }

    /// What all attempts came to, those that failed included. Nil where one of them has no price.
    private func cost(of context: RequestContext) -> Int? {
        var sum = 0
        for attempt in context.attempts where attempt.usage != nil {
            guard let cost = attempt.cost else { return nil }
            sum += cost
        }
        return sum
    }

    // MARK: End

    /// Telemetry of a request that has been answered or has failed.
    func finish(_ context: RequestContext, failure: HubError?) {
        if failure != nil { settle(context) }
        release(context)
        metrics.record(context, failure: failure)
    }
}
