public import Dialects
public import HubCore
public import Reactor
internal import Wire

/// A provider without a model: deterministic answers, timing and faults, so that clients can be tested without
/// spending money. It makes the bytes an OpenAI-form server would send. Those of a stream are read the same way; of a
/// whole answer all that the hub wants to know is known.
public final class SimulatedProvider: LLMProvider {
    private let options: SimulatedOptions
    private let reactors: ReactorGroup

    public init(_ options: SimulatedOptions = SimulatedOptions(), reactors: ReactorGroup) {
        self.options = options
        self.reactors = reactors
    }

    public var providerID: String { "simulated" }

    public func metadata() -> ProviderMetadata {
        // 1 and 2 dollars per million tokens.
        let price = Price(input: 1_000_000, output: 2_000_000)
        let chat = ModelFacts(
            id: "sim-chat", contextWindow: 128_000, maximumOutputTokens: 100_000,
            capabilities: ["chat", "tools", "json_mode", "streaming"], price: price)
        let embed = ModelFacts(id: "sim-embed", contextWindow: 8192, capabilities: ["embeddings"], price: price)
        var metadata = ProviderMetadata(kind: "simulated", models: [chat, embed], acceptsUnknownModels: true)
        metadata.callsUpstream = false
        return metadata
    }

    public func validateConfiguration() {}

    public func checkHealth() async -> ProviderHealth { ProviderHealth(status: .healthy) }

    public func continuesTexts(model: String, facts: ModelFacts?) -> Bool { true }

    public func sendCompletion(_ call: ProviderCall) async throws(HubError) -> CompletionResponse {
        let call = try call.inOpenAIForm()
        let plan = try plan(call)
        let dropped = try dropped(call)
        let delay = plan.pace.end(ofTokens: plan.tokenCount)
        if plan.fault != nil || delay > .zero {
            let end = MonotonicTime.now + call.deadlines.total
            try await fail(plan, firstTokenBy: end)
            if delay > .zero { try await sleep(until: .now + delay, atMost: end) }
            if plan.fault == .stall { try await sleep(until: .distantFuture, atMost: end) }
        }
        let bytes = SimulatedWire.whole(plan.answer, model: call.model, created: created)
        if plan.fault == .badJSON || plan.fault == .cutStream || plan.fault == .missingEnd {
            return try OpenAIResponse.parse(Array(bytes.prefix(bytes.count / 2)), provider: providerID)
        }
        var response = CompletionResponse(
            written: bytes, usage: plan.answer.usage, servedModel: call.model,
            finishReasons: Array(repeating: plan.answer.finishReason.description, count: plan.answer.choiceCount))
        if !dropped.isEmpty { response.droppedParameters = dropped }
        return response
    }

    public func streamCompletion(_ call: ProviderCall, to receiver: any StreamReceiver) async throws(HubError) {
        let call = try call.inOpenAIForm()
        let plan = try plan(call)
        receiver.reportDropped(try dropped(call))
        let end = MonotonicTime.now + call.deadlines.total
        try await fail(plan, firstTokenBy: min(.now + call.deadlines.firstToken, end))
        let stream = SimulatedStream(receiver: receiver)
        let start = MonotonicTime.now
        var pace = plan.pace
        let events = SimulatedWire.events(plan.answer, model: call.model, created: created)
        for (position, data) in events.enumerated() {
            await stream.waitWhilePaused()
            let delay = pace.next()
            if delay > .zero { try await pause(until: start + delay, atMost: end) }
            if Task.isCancelled { throw HubError(.aborted, "cancelled") }
            if position >= plan.options.faultAfter, let fault = plan.fault {
                if try await interrupt(fault, stream, silentUntil: min(.now + call.deadlines.idle, end)) { return }
            }
            try stream.send(data)
        }
        if plan.fault != .missingEnd { stream.sendEnd() }
        try stream.finish()
    }

    public func embed(_ call: ProviderCall) async throws(HubError) -> CompletionResponse {
        let plan = try plan(call)
        let dimensions = EmbeddingRequest.dimensions(call.request) ?? SimulatedEmbedding.dimensions
        guard dimensions <= SimulatedEmbedding.dimensions else {
            throw .validation("dimensions", "must be 1..\(SimulatedEmbedding.dimensions)")
        }
        let end = MonotonicTime.now + call.deadlines.total
        try await fail(plan, firstTokenBy: end)
        let delay = plan.pace.end(ofTokens: 0)
        if delay > .zero { try await sleep(until: .now + delay, atMost: end) }
        let inputs = EmbeddingRequest.inputs(call.request)
        let vectors = inputs.map {
            SimulatedEmbedding.vector($0, seed: plan.options.seed, dimensions: dimensions)
        }
        let tokens = inputs.reduce(0) { $0 + SimulatedEmbedding.tokens($1) }
        return try EmbeddingResponse.make(
            vectors, model: call.model, usage: TokenUsage(input: tokens), estimate: tokens)
    }

    /// There is no model whose probabilities could be told.
    private func dropped(_ call: ProviderCall) throws(HubError) -> [String] {
        guard call.request.body["logprobs"]?.bool == true else { return [] }
        if call.isStrict {
            throw HubError(.unsupportedParameter, "simulated does not take logprobs", parameter: "logprobs")
        }
        return ["logprobs"]
    }

    // MARK: Plan

    /// What this call will do.
    private final class Plan {
        let options: SimulatedOptions
        let answer: SimulatedAnswer
        let fault: SimulatedOptions.Fault?
        let pace: SimulatedPace

        init(
            options: SimulatedOptions, answer: SimulatedAnswer, fault: SimulatedOptions.Fault?, pace: SimulatedPace
        ) {
            self.options = options
            self.answer = answer
            self.fault = fault
            self.pace = pace
        }

        var tokenCount: Int {
            switch answer.content {
            case .text(let text): text.count
            case .toolCalls(let calls): calls.count
            }
        }
    }

    private func plan(_ call: ProviderCall) throws(HubError) -> Plan {
        var options = options
        var complaint: String?
        if call.model.contains(byte: UInt8(ascii: ";")), let suffix = call.model.utf8.firstIndex(of: UInt8(ascii: ";"))
        {
            complaint = options.apply(call.model[call.model.index(after: suffix)...])
        }
        if let given = call.request.body["provider_params"]?["simulated"], given.isObject {
            complaint = complaint ?? options.apply(given)
        }
        if let given = call.simulation { complaint = complaint ?? options.apply(given) }
        if let complaint { throw .validation("x-hub-sim", complaint) }
        var answer = SimulatedAnswer(call, options)
        if answer.isTooLarge { throw .validation("n", "asks for more than the simulated provider answers") }
        var fault = options.fault
        if fault == nil, options.faultRate > 0, answer.random.unit() < options.faultRate, !options.faults.isEmpty {
            fault = options.faults[Int(answer.random.next() % UInt64(options.faults.count))]
        }
        let pace = SimulatedPace(options, random: answer.random)
        return Plan(options: options, answer: answer, fault: fault, pace: pace)
    }

    private var created: Int { Int(WallClock.nanoseconds / 1_000_000_000) }

    // MARK: Faults

    /// Faults before any answer.
    private func fail(
        _ plan: Plan, firstTokenBy end: MonotonicTime
    ) async throws(HubError) {
        switch plan.fault {
        case .rateLimit: throw refusal(429, "rate_limit_exceeded", "Rate limit reached", plan.options.retryAfter ?? 1)
        case .serverError: throw refusal(500, "server_error", "The server had an error", nil)
        case .auth: throw refusal(401, "invalid_api_key", "Incorrect API key provided", nil)
        case .timeout: throw refusal(504, "timeout", "The request timed out", nil)
        case .status:
            let options = plan.options
            throw refusal(options.status, "status", "Simulated status \(options.status)", options.retryAfter)
        case .disconnect:
            var error = HubError(.providerUnreachable, "simulated: the connection was closed: reset by peer")
            error.provider = providerID
            throw error
        case .hang: try await sleep(until: .distantFuture, atMost: end)
        case .cutStream, .badJSON, .stall, .missingEnd, nil: break
        }
    }

    private func refusal(_ status: Int, _ code: String, _ message: String, _ retryAfter: Int?) -> HubError {
        let body = Array(#"{"error":{"message":"\#(message)","type":"simulated","param":null,"code":"\#(code)"}}"#.utf8)
        return OpenAIErrors.parse(status: status, body: body, provider: providerID, retryAfter: retryAfter)
    }

    /// Faults in the middle of a stream. True if nothing more is to be sent and the stream counts as complete.
    private func interrupt(
        _ fault: SimulatedOptions.Fault, _ stream: SimulatedStream, silentUntil end: MonotonicTime
    ) async throws(HubError) -> Bool {
        switch fault {
        case .cutStream:
            try stream.finish()
            return true
        case .badJSON:
            try stream.send(Array(#"{"id":"chatcmpl-"#.utf8))
            return true
        case .stall:
            try await pause(until: .distantFuture, atMost: end)
            return true
        default:
            return false
        }
    }

    /// As `sleep`, after a streamed answer began.
    private func pause(until wanted: MonotonicTime, atMost end: MonotonicTime) async throws(HubError) {
        do throws(HubError) {
            try await sleep(until: wanted, atMost: end)
        } catch {
            var error = error
            if error.code == .providerTimeout { error.code = .streamTimeout }
            throw error
        }
    }

    /// Throws at `end`, where the caller's patience does.
    private func sleep(until wanted: MonotonicTime, atMost end: MonotonicTime) async throws(HubError) {
        do throws(CancellationError) {
            try await reactors.currentOrNext.sleep(until: min(wanted, end))
        } catch {
            throw HubError(.aborted, "cancelled")
        }
        guard end < wanted else { return }
        var error = HubError(.providerTimeout, "simulated: no answer in time")
        error.provider = providerID
        throw error
    }
}
