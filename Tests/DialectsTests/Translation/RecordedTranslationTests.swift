import Dialects
import TestSupport
import Testing
import Wire

/// Every recorded answer and request, from dialect to dialect and back.
@Suite(.enabled(if: RecordedInteractions.areHere, "recorded fixtures are not here; set HUB_SHARED"))
struct RecordedTranslationTests {
    /// From and to.
    static let pairs = WireDialect.allCases.flatMap { from in WireDialect.allCases.map { (from, $0) } }

    @Test(arguments: pairs)
    func `a whole answer says the same in every dialect`(from: WireDialect, to: WireDialect) throws {
        for interaction in try Recorded.answers(from, isStream: false) {
            var answer = try Recorded.answer(from, interaction.body).canonical(fallbackID: "x")
            Self.reduce(&answer, to: to)
            let written = Recorded.whole(answer, as: to)
            let back = try Recorded.answer(to, written).canonical(fallbackID: "x")
            #expect(ChatSummary.lines(of: back) == ChatSummary.lines(of: answer), "\(interaction.id)")
        }
    }

    @Test(arguments: pairs)
    func `a streamed answer says the same in every dialect`(from: WireDialect, to: WireDialect) throws {
        for interaction in try Recorded.answers(from, isStream: true) {
            let events = try Recorded.events(from, interaction.body)
            var answer = ChatAssembly(events).response
            Self.reduce(&answer, to: to)
            let back = ChatAssembly(try Recorded.events(to, Recorded.stream(events, as: to))).response
            #expect(ChatSummary.lines(of: back) == ChatSummary.lines(of: answer), "\(interaction.id)")
        }
    }

    /// What the other dialect cannot say.
    private static func reduce(_ answer: inout ChatResponse, to: WireDialect) {
        guard to != .openAI else { return }
        answer.choices = answer.choices.filter { $0.index == 0 }
        guard to == .anthropic else { return reduceToResponses(&answer) }
        answer.usage = answer.usage ?? TokenUsage()
        for index in answer.choices.indices {
            let isRefusal = answer.choices[index].parts.contains {
                if case .refusal = $0.content { true } else { false }
            }
            if isRefusal { answer.choices[index].finish.reason = .contentFilter }
            answer.choices[index].parts = answer.choices[index].parts.compactMap { part in
                switch part.content {
                case .media: nil
                case .refusal(let text): ChatPart(.text(text))
                default: part
                }
            }
        }
    }

    private static func reduceToResponses(_ answer: inout ChatResponse) {
        for index in answer.choices.indices {
            let choice = answer.choices[index]
            // A refusal is complete there, and calls are seen in the output, not in the reason.
            let isRefusal = choice.parts.contains { if case .refusal = $0.content { true } else { false } }
            let hasCalls = choice.parts.contains { if case .toolCall = $0.content { true } else { false } }
            switch choice.finish.reason {
            case .contentFilter where isRefusal: answer.choices[index].finish.reason = hasCalls ? .toolCalls : .stop
            case .stop, .toolCalls, .pause, .malformed:
                answer.choices[index].finish.reason = hasCalls ? .toolCalls : .stop
            case .length, .contentFilter: break
            }
            answer.choices[index].parts = choice.parts.filter { part in
                switch part.content {
                // Nothing is left of a thought without text and signature.
                case .reasoning(let reasoning):
                    !reasoning.text.isEmpty || part.signature != nil || reasoning.encrypted != nil
                case .media(let media): media.kind == .image
                case .other: false
                default: true
                }
            }
        }
    }

    @Test(arguments: WireDialect.allCases)
    func `a stream cut at any byte gives the same events`(dialect: WireDialect) throws {
        for interaction in try Recorded.answers(dialect, isStream: true) where interaction.body.count < 3000 {
            let whole = Self.text(try Recorded.events(dialect, interaction.body))
            for cut in 1..<interaction.body.count {
                let pieces = [interaction.body[..<cut], interaction.body[cut...]]
                let events = Recorded.events(try Recorded.chunks(dialect, pieces))
                guard Self.text(events) != whole else { continue }
                Issue.record("\(interaction.id) cut at \(cut)")
                break
            }
        }
    }

    @Test(arguments: WireDialect.allCases)
    func `a stream in single bytes gives the same events`(dialect: WireDialect) throws {
        for interaction in try Recorded.answers(dialect, isStream: true) where interaction.body.count < 20_000 {
            let pieces = interaction.body.indices.map { interaction.body[$0...$0] }
            let events = Recorded.events(try Recorded.chunks(dialect, pieces))
            #expect(
                Self.text(events) == Self.text(try Recorded.events(dialect, interaction.body)), "\(interaction.id)")
        }
    }

    private static func text(_ events: [ChatEvent]) -> [String] {
        ChatSummary.lines(of: ChatAssembly(events).response)
    }

    @Test(arguments: pairs)
    func `a request means the same in every dialect`(from: WireDialect, to: WireDialect) throws {
        for interaction in try Recorded.requests(from) {
            let request = try Recorded.request(from, interaction.request)
            var report = TranslationReport()
            let written = Recorded.request(request, as: to, &report)
            // What is refused is not sent.
            guard report.refused.isEmpty else { continue }
            let back = try Recorded.request(to, try JSONDocument.parse(written, maximumDepth: 512).root)
            let wanted = ChatSummary.lines(of: Self.sendable(request, report, to))
            #expect(ChatSummary.lines(of: back) == wanted, "\(interaction.id) \(report.dropped)")
        }
    }

    /// The request as far as the other dialect takes it.
    private static func sendable(_ request: ChatRequest, _ report: TranslationReport, _ to: WireDialect) -> ChatRequest
    {
        var request = request
        for index in request.messages.indices {
            request.messages[index].parts = request.messages[index].parts.compactMap { part in
                switch to {
                case .anthropic: forAnthropic(part)
                case .openAI: forOpenAI(part)
                case .responses: forResponses(part)
                }
            }
        }
        if to == .responses { request.stop = [] }
        guard to == .anthropic else { return request }
        // The user speaks first, and calls of the past are declared.
        let first = request.messages.firstIndex { $0.role == .user || $0.role == .assistant }
        if first == nil || request.messages[first ?? 0].role == .assistant {
            let turn = ChatMessage(role: .user, parts: [ChatPart(.text("."))])
            request.messages.insert(turn, at: first ?? request.messages.count)
        }
        let calls = request.messages.flatMap(\.parts).compactMap { part in
            if case .toolCall(let call) = part.content { call.name } else { nil }
        }
        if request.tools.isEmpty, !calls.isEmpty {
            let schema = try? parsed(#"{"type":"object","properties":{}}"#)
            request.tools = calls.map { ChatTool(.function(FunctionTool(name: $0, parameters: schema))) }
            request.toolChoice = ToolChoice.none
        }
        return request
    }

    private static func forAnthropic(_ part: ChatPart) -> ChatPart? {
        switch part.content {
        case .text(let text) where text.allSatisfy(\.isWhitespace): nil
        case .reasoning(let reasoning) where (part.signature ?? reasoning.encrypted)?.origin != .anthropic: nil
        case .refusal(let text): ChatPart(.text(text))
        default: part
        }
    }

    private static func forResponses(_ part: ChatPart) -> ChatPart? {
        if case .reasoning(let reasoning) = part.content,
            (part.signature ?? reasoning.encrypted)?.origin != .openAI
        {
            return nil
        }
        return forOpenAI(part)
    }

    private static func forOpenAI(_ part: ChatPart) -> ChatPart? {
        guard case .media(let media) = part.content, case .text(let text) = media.source else { return part }
        return ChatPart(.text(text))
    }
}
