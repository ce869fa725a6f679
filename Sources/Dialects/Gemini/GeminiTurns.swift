/// A conversation as Gemini takes it: system text apart, results of tools in turns of their own, in the order of the calls. Pure.
struct GeminiTurns {
    struct Turn {
        var role: ChatMessage.Role
        var parts: [ChatPart]
        /// Holds results of tools, and nothing else.
        var isResults = false
    }

    private(set) var system: [ChatPart] = []
    private(set) var turns: [Turn] = []
    /// The names of the tools that were called, by the ids of the calls.
    private(set) var toolNames: [String: String] = [:]

    init(_ messages: [ChatMessage], report: inout TranslationReport) {
        for message in messages {
            if message.name != nil { report.drop("messages.name") }
            let parts = Self.sendable(message.parts, report: &report)
            switch message.role {
            case .system, .developer: system += parts
            case .assistant:
                for case .toolCall(let call) in parts.map(\.content) { toolNames[call.id] = call.name }
                append(parts, role: .assistant, isResults: false)
            case .user:
                append(parts.filter(Self.isResult), role: .user, isResults: true)
                append(parts.filter { !Self.isResult($0) }, role: .user, isResults: false)
            }
        }
        for position in turns.indices.dropFirst() where turns[position].isResults {
            orderResults(at: position)
        }
        // A call must follow something that the user said, and a conversation may have been cut.
        if turns.first?.role != .user {
            turns.insert(Turn(role: .user, parts: [ChatPart(.text("."))]), at: 0)
        }
    }

    private mutating func append(_ parts: [ChatPart], role: ChatMessage.Role, isResults: Bool) {
        guard !parts.isEmpty else { return }
        if let last = turns.indices.last, turns[last].role == role, turns[last].isResults == isResults {
            turns[last].parts += parts
        } else {
            turns.append(Turn(role: role, parts: parts, isResults: isResults))
        }
    }

    private static func isResult(_ part: ChatPart) -> Bool {
        if case .toolResult = part.content { true } else { false }
    }

    /// Without ids, results are matched by their order.
    private mutating func orderResults(at position: Int) {
        let calls = turns[position - 1].parts.compactMap { part in
            if case .toolCall(let call) = part.content { call.id } else { nil }
        }
        let ranks = Dictionary(calls.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let ranked = turns[position].parts.enumerated().map { offset, part in
            var rank = Int.max
            if case .toolResult(let result) = part.content { rank = ranks[result.callID] ?? rank }
            return (rank: rank, offset: offset, part: part)
        }
        turns[position].parts = ranked.sorted { ($0.rank, $0.offset) < ($1.rank, $1.offset) }.map(\.part)
    }

    /// Without empty text, which Gemini refuses, and thoughts that are not its own. What only Gemini can read belongs to the
    /// part after it.
    private static func sendable(_ parts: [ChatPart], report: inout TranslationReport) -> [ChatPart] {
        var sendable: [ChatPart] = []
        var carried: Signature?
        for part in parts {
            var part = part
            if part.signature?.origin != .google { part.signature = nil }
            switch part.content {
            case .reasoning(let reasoning):
                if let encrypted = reasoning.encrypted, encrypted.origin == .google {
                    carried = encrypted
                    continue
                }
                guard part.signature != nil else {
                    report.forget("messages.reasoning")
                    continue
                }
            case .text(let text), .refusal(let text): if text.isEmpty, part.signature == nil { continue }
            default: break
            }
            if part.signature == nil { part.signature = carried }
            carried = nil
            sendable.append(part)
        }
        if let carried { sendable.append(ChatPart(.text(""), signature: carried)) }
        return sendable
    }
}
