public import Wire

/// The rest of a stream that another provider goes on with, as the first would have written it: whoever reads the stream sees
/// one, with one beginning, one end, and one set of ids. Pure; one per continuation.
public struct StreamContinuation: Sendable {
    private let provider: String
    private var reader: EventReader
    private var seam: TextSeam
    private var writer: ContinuationWriter
    private var events: [ChatEvent] = []
    /// What the last part was is left out, and so is its end.
    private var isSkipping = true
    private var hasFinished = false

    /// - Parameters:
    ///   - provider: that goes on.
    ///   - id: where the stream has none; `created`, in seconds since 1970, and `model` as well.
    ///   - request: the client's body, where it speaks Responses.
    public init(
        after beginning: StreamBeginning, provider: String, id: String, created: Int, model: String,
        request: JSONValue?
    ) {
        self.provider = provider
        reader = EventReader(fallbackID: id)
        seam = TextSeam(after: beginning.text)
        writer = ContinuationWriter(
            after: beginning,
            names: StreamNames(
                id: beginning.id ?? id, created: beginning.created ?? created, model: beginning.model ?? model,
                provider: provider), request: request)
    }

    /// Appends what a chunk of the provider that goes on has to say. Throws `stream_interrupted` where it does not go on but
    /// begins again.
    public mutating func take(_ chunk: StreamChunk, into chunks: inout [StreamChunk]) throws(HubError) {
        events.removeAll(keepingCapacity: true)
        reader.read(chunk, into: &events)
        for event in events { try take(event, into: &chunks) }
    }

    private mutating func take(_ event: ChatEvent, into chunks: inout [StreamChunk]) throws(HubError) {
        switch event {
        case .start, .usage: break
        case .text(0, let piece): try take(text: piece, into: &chunks)
        // Thoughts and proofs are about an answer of which this provider has written a part only.
        case .reasoning, .reasoningSignature, .encryptedReasoning, .textSignature, .logprobs: isSkipping = true
        case .partEnd(0) where isSkipping: break
        case .partEnd(0), .finish(0, _), .toolCall(0, _, _, _, _), .toolArguments(0, _, _), .refusal(0, _),
            .citation(0, _), .media(0, _, _):
            try release(into: &chunks)
            isSkipping = false
            if case .finish = event { hasFinished = true }
            try writer.append(event, to: &chunks)
        default: break
        }
    }

    private mutating func take(text piece: String, into chunks: inout [StreamChunk]) throws(HubError) {
        isSkipping = false
        switch seam.take(piece) {
        case .wait: break
        case .pass(let text): if !text.isEmpty { try writer.append(.text(choice: 0, text), to: &chunks) }
        case .repeated:
            throw HubError.interrupted("\(provider) began the answer again instead of going on with it", provider)
        }
    }

    private mutating func release(into chunks: inout [StreamChunk]) throws(HubError) {
        let rest = seam.release()
        if !rest.isEmpty { try writer.append(.text(choice: 0, rest), to: &chunks) }
    }

    /// Appends the end of a complete answer.
    /// - Parameter usage: of both providers.
    public mutating func finish(usage: TokenUsage?, into chunks: inout [StreamChunk]) throws(HubError) {
        try release(into: &chunks)
        // Some servers end without a reason.
        if !hasFinished { try writer.append(.finish(choice: 0, Finish(.stop)), to: &chunks) }
        try writer.finish(usage: usage, into: &chunks)
    }
}
