public import Dialects
public import Wire

/// One upstream: an adapter with its configuration and credentials.
///
/// Called on the reactor of the request and returns to it; must not block.
public protocol LLMProvider: Sendable {
    /// `openai`, or the id of a compatible instance.
    var providerID: String { get }

    func metadata() -> ProviderMetadata

    /// Throws a `providerNotConfigured` that says what is missing.
    func validateConfiguration() throws(HubError)

    /// Whether the model is asked in the legacy text form; if not, text completions come as chats.
    func takesTextCompletions(model: String) -> Bool

    /// Whether the model, asked with a beginning of its answer as the assistant's last message, writes what comes after it
    /// and nothing before.
    /// - Parameter facts: what is known of the model.
    func continuesTexts(model: String, facts: ModelFacts?) -> Bool

    /// One call, one whole answer.
    func sendCompletion(_ call: ProviderCall) async throws(HubError) -> CompletionResponse

    /// One call, its answer given to `receiver` chunk by chunk. Returns when the stream ended as complete,
    /// throws when it failed or was cut. Cancelling the task closes the upstream call.
    func streamCompletion(_ call: ProviderCall, to receiver: any StreamReceiver) async throws(HubError)

    /// Embeds the input of a call whose request is `EmbeddingRequest`'s, as `EmbeddingResponse` has it.
    func embed(_ call: ProviderCall) async throws(HubError) -> CompletionResponse

    /// How many tokens the prompt of a call has, by a free call; nil if the provider cannot say.
    func countTokens(_ call: ProviderCall) async throws(HubError) -> Int?

    /// A free call that shows whether the provider answers.
    func checkHealth() async -> ProviderHealth

    /// The models the provider itself lists, by a free call; empty if it cannot say.
    func listModels() async -> [ModelFacts]
}

extension LLMProvider {
    public func takesTextCompletions(model: String) -> Bool { false }
    public func continuesTexts(model: String, facts: ModelFacts?) -> Bool { false }
    public func listModels() async -> [ModelFacts] { metadata().models }
    public func countTokens(_ call: ProviderCall) async throws(HubError) -> Int? { nil }

    public func embed(_ call: ProviderCall) async throws(HubError) -> CompletionResponse {
        var error = HubError(.invalidRequest, "\(providerID) has no embeddings", parameter: "model")
        error.provider = providerID
        throw error
    }
}

/// What a provider offers: contract 13.15.
public struct ProviderMetadata: Sendable {
    /// `openai`, `compatible` or `simulated`: which adapter serves it.
    public var kind: String
    /// As configured; empty: what the catalogue has of the vendor.
    public var models: [ModelFacts]
    /// Takes model names that are not in `models`.
    public var acceptsUnknownModels: Bool
    /// Answers `n` choices in one call; else the hub makes several.
    public var answersSeveralChoices = true
    /// Whose models these are in the catalogue. Nil: the kind's for vendors with a kind of their own, else the provider's
    /// id.
    public var vendor: String?
    /// Somebody is called, who may be paid for it.
    public var callsUpstream = true
    /// To the first byte of a streamed answer, in place of the model class's.
    public var firstTokenTimeout: Duration?

    public init(kind: String, models: [ModelFacts], acceptsUnknownModels: Bool, vendor: String? = nil) {
        self.kind = kind
        self.models = models
        self.acceptsUnknownModels = acceptsUnknownModels
        self.vendor = vendor
    }
}

public struct ProviderHealth: Sendable {
    public enum Status: String, Sendable { case healthy, unhealthy }

    public var status: Status
    /// What went wrong, for people.
    public var reason: String?

    public init(status: Status, reason: String? = nil) {
        self.status = status
        self.reason = reason
    }
}

/// What one attempt asks of a provider. An object: it lives through suspensions, and copies would fill their frames.
public final class ProviderCall: Sendable {
    public let request: CompletionRequest
    /// The provider's own name of the model.
    public let model: String
    /// What is known of it.
    public let facts: ModelFacts?
    /// From 1, over all targets of the request.
    public let attempt: Int
    /// Unique per attempt.
    public let attemptID: Identifier
    /// For the header `traceparent`.
    public let trace: TraceContext
    public let deadlines: CallDeadlines
    /// Refuse the call, rather than leave a field out, where the provider cannot take it: `x-hub-params: strict`.
    public let isStrict: Bool
    /// `x-hub-sim`: `k=v;k=v` for the simulated provider.
    public let simulation: String?
    /// Header fields of the client that are a vendor's, such as beta flags: lower-case names. A provider takes its own.
    public let passedHeaders: [(name: String, value: String)]
    /// The request ends in the beginning of its answer, which is to be gone on with.
    public let continuesText: Bool
    /// Is told what the answer says besides, at this clock's time.
    public let observer: (any CallObserver)?
    public let clock: (any TimeSource)?

    public init(
        request: CompletionRequest, model: String, facts: ModelFacts? = nil, attempt: Int, attemptID: Identifier,
        trace: TraceContext,
        deadlines: CallDeadlines, isStrict: Bool = false, simulation: String? = nil,
        passedHeaders: [(name: String, value: String)] = [], continuesText: Bool = false,
        observer: (any CallObserver)? = nil, clock: (any TimeSource)? = nil
    ) {
        self.request = request
        self.model = model
        self.facts = facts
        self.attempt = attempt
        self.attemptID = attemptID
        self.trace = trace
        self.deadlines = deadlines
        self.isStrict = isStrict
        self.simulation = simulation
        self.passedHeaders = passedHeaders
        self.continuesText = continuesText
        self.observer = observer
        self.clock = clock
    }

    /// The provider told its limits.
    public func note(_ limits: ProviderLimits) {
        if let observer, let clock { observer.noteLimits(limits, at: clock.monotonicNanoseconds) }
    }
}

extension ProviderCall {
    /// The same call with its request in OpenAI's form, for a provider that understands no other.
    public func inOpenAIForm() throws(HubError) -> ProviderCall {
        switch request.dialect {
        case .openAI, .unified, .textCompletion: self
        case .anthropic, .responses, .gemini, .bedrock, .embeddings: replacing(try request.inOpenAIForm())
        }
    }

    /// The same call for another request.
    func replacing(_ request: CompletionRequest) -> ProviderCall {
        ProviderCall(
            request: request, model: model, facts: facts, attempt: attempt, attemptID: attemptID, trace: trace,
            deadlines: deadlines, isStrict: isStrict, simulation: simulation, passedHeaders: passedHeaders,
            continuesText: continuesText, observer: observer, clock: clock)
    }

    /// The same call, watched by somebody else.
    public func observed(by observer: any CallObserver, clock: any TimeSource) -> ProviderCall {
        ProviderCall(
            request: request, model: model, facts: facts, attempt: attempt, attemptID: attemptID, trace: trace,
            deadlines: deadlines, isStrict: isStrict, simulation: simulation, passedHeaders: passedHeaders,
            continuesText: continuesText, observer: observer, clock: clock)
    }
}

/// Bounds of one attempt: contract 13.2.
public struct CallDeadlines: Sendable, Equatable {
    /// To the first token of a streamed answer: what comes before it, a role or a ping, is none.
    public var firstToken: Duration
    /// Between two events of a stream. A ping is none.
    public var idle: Duration
    /// Of the whole attempt.
    public var total: Duration

    public init(firstToken: Duration = .seconds(60), idle: Duration = .seconds(60), total: Duration = .seconds(300)) {
        self.firstToken = firstToken
        self.idle = idle
        self.total = total
    }
}

/// Takes the chunks of a streamed answer, one after the other: on the reactor of the request, or where there is none on
/// that of the provider's call.
public protocol StreamReceiver: AnyObject {
    /// Called before the first chunk: how to slow the source down.
    func attach(_ flow: any StreamFlow)
    func receive(_ chunk: StreamChunk)
    /// A field of the request that the provider could not take.
    func reportDropped(_ parameters: [String])
}

/// A source of chunks that can wait. Steered from the thread that takes its chunks, or that of another choice's.
public protocol StreamFlow: AnyObject {
    func pause()
    func resume()
    /// Nothing more of it is wanted: the call may end as cancelled. A source that cannot end goes on.
    func stop()
}

extension StreamFlow {
    public func stop() {}
}
