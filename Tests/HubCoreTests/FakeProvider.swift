import Dialects
import HubCore
import Synchronization
import Wire

/// A provider in memory: answers each call as its script says, in order; the last step repeats.
final class FakeProvider: LLMProvider {
    enum Step: Sendable {
        /// One text.
        case answer(String, usage: TokenUsage? = nil)
        case fail(ErrorCode)
        /// Deltas of a stream as JSON; then it fails, if a code is given.
        case stream([String], then: ErrorCode? = nil, usage: TokenUsage? = nil)
        /// Anything else.
        case run(@Sendable (ProviderCall, (any StreamReceiver)?) async throws(HubError) -> Void)
    }

    let providerID: String
    private let facts: [ModelFacts]
    private let acceptsUnknownModels: Bool
    private let isReady: Bool
    private let answersSeveralChoices: Bool
    private let takesText: Bool
    private let continuesTexts: Bool
    private let callsUpstream: Bool
    private let steps: Mutex<[Step]>
    private let received = Mutex<[ProviderCall]>([])

    init(
        _ providerID: String, models: [ModelFacts] = [], acceptsUnknownModels: Bool = true, isReady: Bool = true,
        answersSeveralChoices: Bool = true, takesText: Bool = false, continuesTexts: Bool = false,
        callsUpstream: Bool = true, _ steps: Step...
    ) {
        self.callsUpstream = callsUpstream
        self.providerID = providerID
        facts = models
        self.acceptsUnknownModels = acceptsUnknownModels
        self.isReady = isReady
        self.answersSeveralChoices = answersSeveralChoices
        self.takesText = takesText
        self.continuesTexts = continuesTexts
        self.steps = Mutex(steps)
    }

    var calls: [ProviderCall] { received.withLock { $0 } }

    func metadata() -> ProviderMetadata {
        var metadata = ProviderMetadata(kind: "fake", models: facts, acceptsUnknownModels: acceptsUnknownModels)
        metadata.answersSeveralChoices = answersSeveralChoices
        metadata.callsUpstream = callsUpstream
        return metadata
    }

    func validateConfiguration() throws(HubError) {
        if !isReady { throw HubError(.providerNotConfigured, "\(providerID) is not ready") }
    }

    func takesTextCompletions(model: String) -> Bool { takesText }

    func continuesTexts(model: String, facts: ModelFacts?) -> Bool { continuesTexts }

    func checkHealth() async -> ProviderHealth { ProviderHealth(status: .healthy) }

    private func next(_ call: ProviderCall) -> Step {
        received.withLock { $0.append(call) }
        return steps.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? .answer("hi") }
    }

    func sendCompletion(_ call: ProviderCall) async throws(HubError) -> CompletionResponse {
        var answer = ("hi", TokenUsage?.none)
        switch next(call) {
        case .answer(let text, let usage): answer = (text, usage)
        case .fail(let code): throw HubError(code, "\(providerID) fails")
        case .run(let body): try await body(call, nil)
        case .stream: preconditionFailure("a stream for a whole answer")
        }
        let body = json(#"{"choices":[{"index":0,"message":{"content":"\#(answer.0)"},"finish_reason":"stop"}]}"#)
        return CompletionResponse(body: body, usage: answer.1, servedModel: call.model, finishReasons: ["stop"])
    }

    func streamCompletion(_ call: ProviderCall, to receiver: any StreamReceiver) async throws(HubError) {
        switch next(call) {
        case .answer: preconditionFailure("a whole answer for a stream")
        case .fail(let code): throw HubError(code, "\(providerID) fails")
        case .run(let body): try await body(call, receiver)
        case .stream(let deltas, let code, let usage):
            for delta in deltas { receiver.receive(chunk(delta)) }
            if let usage { receiver.receive(usageChunk(usage)) }
            if let code { throw HubError(code, "\(providerID) fails") }
        }
    }
}

/// The value of a text that is known to be JSON.
func json(_ text: String) -> JSONValue {
    do {
        return try JSONDocument.parse(text).root
    } catch {
        preconditionFailure("\(text) is not JSON: \(error)")
    }
}

/// A stream's chunk with a delta given as JSON.
func chunk(_ delta: String) -> StreamChunk {
    let body = json(#"{"choices":[{"index":0,"delta":\#(delta)}]}"#)
    let hasPayload = body["choices"]?[index: 0]?["delta"]?["content"].map { !$0.equals("") } ?? false
    return StreamChunk(body: body, hasPayload: hasPayload, hasChoices: true, usage: nil, finishReason: nil)
}

func usageChunk(_ usage: TokenUsage) -> StreamChunk {
    StreamChunk(body: json("{}"), hasPayload: false, hasChoices: false, usage: usage, finishReason: nil)
}

extension StreamChunk {
    var content: String? { body["choices"]?[index: 0]?["delta"]?["content"]?.string }
}
