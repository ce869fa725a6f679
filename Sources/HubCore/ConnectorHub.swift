public import Dialects
internal import Synchronization

/// The hub: takes calls, chooses providers, returns their answers.
///
/// The service serves it over HTTP; a program can also embed it and call `complete` itself.
public final class ConnectorHub: Sendable {
    public let metrics: HubMetrics
    private let state: Mutex<State>

    private struct State: Sendable {
        var registry: ProviderRegistry
        var pipeline: Pipeline
    }

    public init(
        providers: [any LLMProvider], options: HubOptions = HubOptions(),
        authenticator: any Authenticator = OpenDoor(), middleware: [any Middleware] = [],
        metrics: HubMetrics = HubMetrics()
    ) {
        self.metrics = metrics
        state = Mutex(
            State(
                registry: ProviderRegistry(providers: providers, metrics: metrics),
                pipeline: Pipeline(
                    options: options, authenticator: authenticator, middleware: middleware, metrics: metrics)))
    }

    /// The providers as they are now.
    public var registry: ProviderRegistry { state.withLock { $0.registry } }

    /// Puts a new configuration in force; requests under way keep the old one.
    public func reconfigure(
        providers: [any LLMProvider], options: HubOptions, authenticator: any Authenticator
    ) {
        let registry = ProviderRegistry(providers: providers, metrics: metrics)
        state.withLock { state in
            state.registry = registry
            state.pipeline = Pipeline(
                options: options, authenticator: authenticator, middleware: state.pipeline.middleware, metrics: metrics)
        }
    }

    /// Checks a credential without a call, for other endpoints.
    public func authenticate(_ credential: String?) throws(HubError) -> Principal {
        let authenticator = state.withLock { $0.pipeline.authenticator }
        return try authenticator.authenticate(credential)
    }

    /// Answers whole. The request must not ask for a stream. Call `finish` afterwards.
    public func answer(_ input: CallInput, _ context: RequestContext) async throws(HubError) -> CompletionResponse {
        let state = state.withLock { $0 }
        guard let response = try await state.pipeline.answer(input, context, registry: state.registry, sink: nil)
        else { preconditionFailure("a whole answer without a response") }
        return response
    }

    /// Answers as a stream into `sink`. Returns when the stream is complete; the sink's end is the caller's.
    /// Call `finish` afterwards.
    public func stream(
        _ input: CallInput, _ context: RequestContext, to sink: any AnswerSink
    ) async throws(HubError) {
        let state = state.withLock { $0 }
        _ = try await state.pipeline.answer(input, context, registry: state.registry, sink: sink)
    }

    /// Counts a request that has been answered, or has failed with `failure`.
    public func finish(_ context: RequestContext, failure: HubError?) {
        state.withLock { $0.pipeline }.finish(context, failure: failure)
    }
}
