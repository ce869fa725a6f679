/// A conversation as Anthropic takes it: system text apart, turns that alternate and begin with the user. Pure.
struct AnthropicTurns {
    struct Turn {
        var role: ChatMessage.Role
        var parts: [ChatPart]
    }

    private(set) var system: [ChatPart] = []
    private(set) var turns: [Turn] = []

    init(_ messages: [ChatMessage], target: AnthropicTarget, report: inout TranslationReport) {
        for message in messages {
            let parts = Self.sendable(message, report: &report)
            if message.name != nil { report.drop("messages.name") }
            guard !parts.isEmpty else { continue }
            switch message.role {
            case .system, .developer:
                // Between turns only where the model takes that, and then only after the user.
                if target.acceptsLaterSystemMessages, turns.last?.role == .user {
                    turns.append(Turn(role: .system, parts: parts))
                } else {
                    system += parts
                }
            case .user, .assistant: append(parts, role: message.role)
            }
        }
        for position in turns.indices where turns[position].role == .user {
            turns[position].parts = Self.resultsFirst(turns[position].parts)
        }
        // The user must speak first, and a conversation may have been cut so that the assistant does.
        if turns.first?.role != .user { turns.insert(Turn(role: .user, parts: [ChatPart(.text("."))]), at: 0) }
        trimEnd()
    }

    private mutating func append(_ parts: [ChatPart], role: ChatMessage.Role) {
        if let last = turns.indices.last, turns[last].role == role {
            turns[last].parts += parts
        } else {
            turns.append(Turn(role: role, parts: parts))
        }
    }

    /// Anthropic refuses empty text, and thoughts that are not its own.
    private static func sendable(_ message: ChatMessage, report: inout TranslationReport) -> [ChatPart] {
        message.parts.filter { part in
            switch part.content {
            case .text(let text): return !isBlank(text)
            case .refusal(let text): return !isBlank(text)
            case .reasoning(let reasoning):
                let origin = (reasoning.encrypted ?? part.signature)?.origin
                if origin != .anthropic { report.forget("messages.reasoning") }
                return origin == .anthropic
            case .media, .toolCall, .toolResult, .other: return true
            }
        }
    }

    /// Providers of Claude refuse text of white space alone.
    static func isBlank(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    }

    /// All results of a turn come before anything else in the answer to it.
    private static func resultsFirst(_ parts: [ChatPart]) -> [ChatPart] {
        let isResult: (ChatPart) -> Bool = { if case .toolResult = $0.content { true } else { false } }
        return parts.filter(isResult) + parts.filter { !isResult($0) }
    }

    /// The beginning of an answer must not end in a space.
    private mutating func trimEnd() {
        guard let last = turns.indices.last, turns[last].role == .assistant,
            let end = turns[last].parts.indices.last, case .text(let text) = turns[last].parts[end].content
        else { return }
        let kept = text.utf8.reversed().drop { $0 == 0x20 || (0x09...0x0D).contains($0) }.count
        turns[last].parts[end].content = .text(String(decoding: text.utf8.prefix(kept), as: UTF8.self))
    }

    // MARK: What it holds

    /// Whether the last turn answers calls whose thoughts are missing: thinking can then not go on.
    var continuesUnsigned: Bool {
        guard let last = turns.last, last.role == .user, turns.count >= 2,
            last.parts.contains(where: { if case .toolResult = $0.content { true } else { false } })
        else { return false }
        guard let first = turns[turns.count - 2].parts.first, case .reasoning = first.content else { return true }
        return false
    }

    /// The names of the tools that were called before, each once.
    var calledTools: [String] {
        var names: [String] = []
        for turn in turns {
            for part in turn.parts {
                if case .toolCall(let call) = part.content, !names.contains(call.name) { names.append(call.name) }
            }
        }
        return names
    }
}
