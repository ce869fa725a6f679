internal import Wire

/// Reads the chunks of Gemini's stream as events of no dialect. Pure; one per stream.
struct GeminiEventReader: Sendable {
    /// More choices or calls than these are no answer, and are left out.
    private static let mostChoices = 128
    private static let mostCalls = 1024

    private let fallbackID: String
    private var id: String?
    /// By choice.
    private var callCounts: [Int: Int] = [:]

    init(fallbackID: String) {
        self.fallbackID = fallbackID
    }

    mutating func read(_ chunk: StreamChunk, into events: inout [ChatEvent]) {
        let body = chunk.body
        if id == nil {
            id = body["responseId"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? fallbackID
            events.append(.start(id: id, model: body["modelVersion"]?.string))
        }
        if let candidates = body["candidates"] {
            var position = 0
            for candidate in candidates.elements {
                let choice = candidate["index"]?.int ?? position
                position += 1
                guard (0..<Self.mostChoices).contains(choice) else { continue }
                read(candidate, choice: choice, isLast: chunk.finishReason != nil, into: &events)
            }
        }
        if !chunk.hasChoices, let blocked = GeminiFinish.blocked(body) {
            if let message = blocked.message { events.append(.refusal(choice: 0, message)) }
            events.append(.finish(choice: 0, blocked.finish))
        }
        if let usage = chunk.usage { events.append(.usage(usage)) }
    }

    /// - Parameter isLast: a reason to finish is one; in the middle of an answer it is not.
    private mutating func read(
        _ candidate: JSONValue, choice: Int, isLast: Bool, into events: inout [ChatEvent]
    ) {
        if let parts = candidate["content"]?["parts"] {
            for part in parts.elements { read(part: part, choice: choice, into: &events) }
        }
        for citation in GeminiCitations.read(candidate) { events.append(.citation(choice: choice, citation)) }
        if let logprobs = GeminiLogprobs.canonical(candidate["logprobsResult"]) {
            events.append(.logprobs(choice: choice, logprobs))
        }
        if isLast, let native = GeminiFinish.name(candidate["finishReason"]) {
            let hasCalls = callCounts[choice, default: 0] > 0
            events.append(.finish(choice: choice, GeminiFinish.finish(native, hasCalls: hasCalls)))
        }
    }

    private mutating func read(part: JSONValue, choice: Int, into events: inout [ChatEvent]) {
        let call = callCounts[choice, default: 0]
        let answerID = id ?? fallbackID
        guard
            let part = GeminiParts.answer(
                part, callID: { ToolCallID.minted(answer: answerID, choice: choice, call: call) })
        else { return }
        switch part.content {
        case .text(let text):
            if !text.isEmpty { events.append(.text(choice: choice, text)) }
            if let signature = part.signature { events.append(.textSignature(choice: choice, signature)) }
        case .reasoning(let reasoning):
            if let encrypted = reasoning.encrypted {
                events.append(.encryptedReasoning(choice: choice, encrypted))
                return
            }
            if !reasoning.text.isEmpty { events.append(.reasoning(choice: choice, reasoning.text)) }
            if let signature = part.signature { events.append(.reasoningSignature(choice: choice, signature)) }
        case .toolCall(let toolCall):
            guard call < Self.mostCalls else { return }
            callCounts[choice] = call + 1
            events.append(
                .toolCall(
                    choice: choice, call: call, id: toolCall.id, name: toolCall.name, signature: part.signature))
            events.append(.toolArguments(choice: choice, call: call, toolCall.arguments.text))
        case .media(let media): events.append(.media(choice: choice, media, part.signature))
        case .refusal, .toolResult, .other: break
        }
    }
}
