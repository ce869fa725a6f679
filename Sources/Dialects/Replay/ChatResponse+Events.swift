extension ChatResponse {
    /// The answer as the steps of a stream: each part in one piece.
    public var events: [ChatEvent] {
        var events: [ChatEvent] = [.start(id: id, model: model)]
        for choice in choices {
            for part in choice.parts { events += Self.events(part, choice: choice.index, before: events) }
            if let logprobs = choice.logprobs { events.append(.logprobs(choice: choice.index, logprobs)) }
            events.append(.finish(choice: choice.index, choice.finish))
        }
        if let usage { events.append(.usage(usage)) }
        return events
    }

    private static func events(_ part: ChatPart, choice: Int, before: [ChatEvent]) -> [ChatEvent] {
        switch part.content {
        case .text(let text):
            return [.text(choice: choice, text)] + part.citations.map { .citation(choice: choice, $0) }
                + (part.signature.map { [.textSignature(choice: choice, $0)] } ?? []) + [.partEnd(choice: choice)]
        case .reasoning(let reasoning):
            if let hidden = reasoning.encrypted { return [.encryptedReasoning(choice: choice, hidden)] }
            return [.reasoning(choice: choice, reasoning.text)]
                + (part.signature.map { [.reasoningSignature(choice: choice, $0)] } ?? []) + [.partEnd(choice: choice)]
        case .refusal(let text): return [.refusal(choice: choice, text)]
        case .toolCall(let call):
            let number = before.count { if case .toolCall(choice, _, _, _, _) = $0 { true } else { false } }
            return [
                .toolCall(choice: choice, call: number, id: call.id, name: call.name, signature: part.signature),
                .toolArguments(choice: choice, call: number, call.arguments.text),
            ]
        case .media(let media): return [.media(choice: choice, media, part.signature)]
        // Of one vendor, and no step of a stream.
        case .toolResult, .other: return []
        }
    }
}
