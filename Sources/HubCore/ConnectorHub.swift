public import Dialects
internal import Synchronization

/// The hub: takes calls, chooses providers, returns their answers.
///
/// The service serves it over HTTP; a program can also embed it and call `complete` of `Providers` itself.
public final class ConnectorHub: Sendable {
    public let metrics: HubMetrics
    /// Where answers of /v1/responses are kept; nil keeps none.
    public let responses: (any ResponseStore)?
    private let cache: AnswerCache
    /// How targets have been doing.
    public let health: HealthRecord
    private let waiting: any Waiting
    private let limiter: (any RateLimiter)?
    private let ledger: (any Ledger)?
    private let state: Mutex<State>

    /// Replaced as a whole: taking it is one reference.
    private final class State: Sendable {
        let registry: ProviderRegistry
        let pipeline: Pipeline

        init(registry: ProviderRegistry, pipeline: Pipeline) {
            self.registry = registry
            self.pipeline = pipeline
        }
    }

    public init(
        providers: [any LLMProvider], options: HubOptions = HubOptions(),
        authenticator: any Authenticator = OpenDoor(), middleware: [any Middleware] = [],
        metrics: HubMetrics = HubMetrics(), responses: (any ResponseStore)? = nil,
        cacheSize: CacheSize = CacheSize(), sharedCache: (any CacheStrategy)? = nil,
        health: HealthRecord = HealthRecord(), waiting: any Waiting = TaskWaiting(),
        limiter: (any RateLimiter)? = nil, ledger: (any Ledger)? = nil
    ) {
        self.limiter = limiter
        self.ledger = ledger
        self.metrics = metrics
        self.responses = responses
        cache = AnswerCache(
            maximumEntries: cacheSize.maximumEntries, maximumBytes: cacheSize.maximumBytes, shared: sharedCache,
            metrics: metrics.cache, shards: metrics.shards)
        self.health = health
        self.waiting = waiting
        state = Mutex(
            State(
                registry: Self.registry(providers, options, metrics, health),
                pipeline: Pipeline(
                    options: options, authenticator: authenticator, middleware: middleware, metrics: metrics,
                    responses: responses, cache: cache, waiting: waiting, limiter: limiter, ledger: ledger)))
    }

    /// The providers as they are now.
    public var registry: ProviderRegistry { state.withLock { $0.registry } }

    /// The names of models that routes add, each with the target it leads to now.
    public var aliases: [(name: String, entry: ProviderEntry, model: String)] {
        let state = state.withLock { $0 }
        return state.pipeline.options.planner.aliases(state.registry)
    }

    /// Puts a new configuration in force; requests under way keep the old one.
    public func reconfigure(
        providers: [any LLMProvider], options: HubOptions, authenticator: any Authenticator
    ) {
        let registry = Self.registry(providers, options, metrics, health)
        state.withLock { state in
            state = State(
                registry: registry,
                pipeline: Pipeline(
                    options: options, authenticator: authenticator, middleware: state.pipeline.middleware,
                    metrics: metrics, responses: responses, cache: cache, waiting: waiting, limiter: limiter,
                    ledger: ledger))
        }
    }

    /// Removes kept answers, here and in the shared cache. Returns how many this process had.
    public func purgeCache(_ selection: CacheSelection) -> Int { cache.purge(selection) }

    /// All metrics in Prometheus text format 0.0.4.
    /// - Parameters:
    ///   - providerAvailable: by provider id.
    ///   - connections: open client connections.
    ///   - now: monotonic nanoseconds.
    public func exposition(
        providerAvailable: [(provider: String, isAvailable: Bool)], connections: Int, now: UInt64 = 0
    ) -> [UInt8] {
        metrics.exposition(
            providerAvailable: providerAvailable, breakers: health.breakers(),
            ejections: health.ejections(at: now), connections: connections,
            cacheSize: cache.memory.size, ledger: ledger?.counts)
    }

    /// Requests that wait for the answer to an identical one.
    public var followerCount: Int { cache.flights.followerCount }

    private static func registry(
        _ providers: [any LLMProvider], _ options: HubOptions, _ metrics: HubMetrics, _ health: HealthRecord
    ) -> ProviderRegistry {
        ProviderRegistry(
            providers: providers, metrics: metrics, health: health, catalogue: options.catalogue,
            prices: options.prices,
            deadlines: options.deadlines)
    }

    /// Whether a limit tells callers apart by where they come from.
    public var countsAddresses: Bool { state.withLock { $0.pipeline.limits.countsAddresses } }

    /// Checks a credential without a call, for other endpoints.
    public func authenticate(_ credential: String?) throws(HubError) -> Principal {
        let authenticator = state.withLock { $0.pipeline.authenticator }
        return try authenticator.authenticate(credential)
    }

    /// Whose key this is now: `Authenticator.principal`.
    public func principal(keyID: String?) throws(HubError) -> Principal {
        let authenticator = state.withLock { $0.pipeline.authenticator }
        return try authenticator.principal(keyID: keyID)
    }

    /// Answers a call: whole, or streamed to `sink` if the call asks for it. What comes after the last chunk is the
    /// caller's. Call `finish` when the client has its answer.
    public func answer(
        _ input: CallInput, _ context: RequestContext, sink: any AnswerSink
    ) async throws(HubError) -> HubAnswer {
        let state = state.withLock { $0 }
        return try await state.pipeline.answer(input, context, registry: state.registry, sink: sink)
    }

    /// The request that a body was when it was answered from the cache; nil if it was not, or is not remembered.
    public func knownRequest(_ body: [UInt8], form: CallInput.Form, shard: Int) -> KnownRequest? {
        cache.requests.entry(body, form, shard: shard).map { KnownRequest(entry: $0) }
    }

    /// Answers a known request from memory, without waiting for anything. Nil if that cannot be done: then `answer` does it, with
    /// a context of its own.
    public func answerAtOnce(_ known: KnownRequest, _ context: RequestContext) -> CompletionResponse? {
        let state = state.withLock { $0 }
        return state.pipeline.answerAtOnce(known.entry, context, registry: state.registry)
    }

    /// Where a request would go now, without a call: its targets in the order in which they would be asked, each with its
    /// reason.
    public func targets(
        of request: CompletionRequest, _ context: RequestContext
    ) throws(HubError) -> [RoutePlan] {
        let state = state.withLock { $0 }
        let candidates = try state.pipeline.options.planner.candidates(
            RouteQuestion(context, request), state.registry, random: &context.random)
        return [candidates.first] + candidates.others
    }

    /// Counts the tokens of a call's prompt, without making the call.
    public func countTokens(_ input: CallInput, _ context: RequestContext) async throws(HubError) -> TokenCount {
        let state = state.withLock { $0 }
        return try await state.pipeline.countTokens(input, context, registry: state.registry)
    }

    /// The provider whose own batch can take requests of all these models; nil if there is none.
    public func batchProvider(for models: Set<String>, _ principal: Principal) -> String? {
        let state = state.withLock { $0 }
        return state.pipeline.batchProvider(for: models, principal, state.registry)
    }

    /// What a request comes to in a provider's own batch; nil if it is not to be made so.
    public func batchCall(_ input: CallInput, _ context: RequestContext) async throws(HubError) -> BatchCall? {
        let state = state.withLock { $0 }
        return try await state.pipeline.batchCall(input, context, state.registry)
    }

    /// The call that a provider's batch has answered, where the hub would make it otherwise by now: `Pipeline.answeredCall`. After
    /// the request was read.
    public func answeredCall(
        of batch: Batch, by entry: ProviderEntry, servedModel: String?, _ context: RequestContext
    ) -> BatchCall? {
        let state = state.withLock { $0 }
        return state.pipeline.answeredCall(
            of: batch, by: entry, servedModel: servedModel, context, state.registry)
    }

    /// Reads a request of a batch without asking where it goes.
    public func readBatched(_ input: CallInput, _ context: RequestContext) throws(HubError) -> CompletionRequest {
        let request = try input.parse()
        context.request = request
        return request
    }

    /// Counts what a provider's batch came to for one request.
    /// - Returns: its row of the ledger, to be kept together with the result; nil without a ledger.
    public func settle(
        _ call: BatchCall, _ outcome: Result<CompletionResponse, HubError>, _ context: RequestContext
    ) -> LedgerRow? {
        state.withLock { $0.pipeline }.settle(call, outcome, context)
    }

    /// Counts a request that has been answered, or has failed with `failure`.
    public func finish(_ context: RequestContext, failure: HubError?) {
        state.withLock { $0.pipeline }.finish(context, failure: failure)
    }
}

/// A request that was answered from the cache before.
public struct KnownRequest: Sendable {
    let entry: RequestMemo.Entry
}

/// What a call came to.
public enum HubAnswer: Sendable {
    /// One response, or one per prompt of a text completion.
    case whole([CompletionResponse])
    /// Its chunks went to the sink.
    case streamed
}

/// How many tokens a prompt has.
public struct TokenCount: Sendable {
    public var tokens: Int
    /// Nobody counted: `x-hub-estimated`.
    public var isEstimate: Bool
}
