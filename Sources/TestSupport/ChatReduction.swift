public import Dialects

/// An answer as far as clients of a dialect can be told it.
public enum ChatReduction {
    /// Without what the client's dialect cannot say.
    public static func reduced(_ answer: ChatResponse, to client: WireDialect) -> ChatResponse {
        var answer = answer
        switch client {
        case .openAI: break
        case .responses: answer.choices = answer.choices.filter { $0.index == 0 }
        case .anthropic:
            answer.choices = answer.choices.filter { $0.index == 0 }
            answer.usage = answer.usage ?? TokenUsage()
        case .gemini:
            guard let usage = answer.usage else { break }
            answer.usage?.input += usage.cacheWriteTotal
            answer.usage?.cacheWrite = 0
            answer.usage?.cacheWriteHour = 0
        case .bedrock:
            answer.choices = answer.choices.filter { $0.index == 0 }
            let usage = answer.usage ?? TokenUsage()
            answer.usage = usage
            // It counts thoughts as output.
            answer.usage?.output += usage.reasoning
            answer.usage?.reasoning = 0
        }
        for index in answer.choices.indices {
            let choice = answer.choices[index]
            answer.choices[index].finish.reason = reason(choice, client)
            answer.choices[index].parts = choice.parts.compactMap { part($0, client) }
            guard client == .openAI else { continue }
            // OpenAI's messages hold their thoughts apart from their text.
            let parts = answer.choices[index].parts
            answer.choices[index].parts = parts.filter(isThought) + parts.filter { !isThought($0) }
        }
        return answer
    }

    private static func reason(_ choice: ChatChoice, _ client: WireDialect) -> Finish.Reason {
        let hasCalls = choice.parts.contains { if case .toolCall = $0.content { true } else { false } }
        let isRefusal = choice.parts.contains { if case .refusal = $0.content { true } else { false } }
        let visible: Finish.Reason = hasCalls ? .toolCalls : .stop
        switch (choice.finish.reason, client) {
        // A refusal is complete there, and calls are seen in the output, not in the reason.
        case (.contentFilter, .responses): return isRefusal ? visible : .contentFilter
        case (.stop, .responses), (.toolCalls, .responses), (.pause, .responses), (.malformed, .responses):
            return visible
        case (_, .anthropic) where isRefusal, (_, .gemini) where isRefusal, (_, .bedrock) where isRefusal:
            return .contentFilter
        case (.malformed, .openAI), (.pause, .gemini): return visible
        case (.malformed, .anthropic), (.pause, .bedrock): return .stop
        default: return choice.finish.reason
        }
    }

    private static func part(_ part: ChatPart, _ client: WireDialect) -> ChatPart? {
        switch part.content {
        case .media(let media):
            switch client {
            case .gemini: return part
            case .responses, .bedrock: return media.kind == .image ? part : nil
            case .openAI, .anthropic: return nil
            }
        case .refusal(let text):
            return [.anthropic, .gemini, .bedrock].contains(client) ? ChatPart(.text(text)) : part
        // Nothing is left of a thought without text and signature, and text is not signed.
        case .reasoning(let reasoning) where client == .responses:
            return reasoning.text.isEmpty && part.signature == nil && reasoning.encrypted == nil ? nil : part
        case .text(let text) where client == .responses: return text.isEmpty ? nil : ChatPart(.text(text))
        case .other: return client == .responses ? nil : part
        default: return part
        }
    }

    private static func isThought(_ part: ChatPart) -> Bool {
        if case .reasoning = part.content { true } else { false }
    }
}
