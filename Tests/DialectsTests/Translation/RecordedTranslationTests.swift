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
            let answer = ChatReduction.reduced(
                try DialectForm.answer(from, interaction.body).canonical(fallbackID: "x"), to: to)
            let written = DialectForm.whole(answer, as: to)
            let back = try DialectForm.answer(to, written).canonical(fallbackID: "x")
            #expect(ChatSummary.lines(of: back) == ChatSummary.lines(of: answer), "\(interaction.id)")
        }
    }

    @Test(arguments: pairs)
    func `a streamed answer says the same in every dialect`(from: WireDialect, to: WireDialect) throws {
        for interaction in try Recorded.answers(from, isStream: true) {
            let events = try DialectForm.events(from, interaction.body)
            let answer = ChatReduction.reduced(ChatAssembly(events).response, to: to)
            let back = ChatAssembly(try DialectForm.events(to, DialectForm.stream(events, as: to))).response
            #expect(ChatSummary.lines(of: back) == ChatSummary.lines(of: answer), "\(interaction.id)")
        }
    }

    @Test(arguments: WireDialect.allCases)
    func `a stream cut at any byte gives the same events`(dialect: WireDialect) throws {
        for interaction in try Recorded.answers(dialect, isStream: true) where interaction.body.count < 3000 {
            let whole = Self.text(try DialectForm.events(dialect, interaction.body))
            for cut in 1..<interaction.body.count {
                let pieces = [interaction.body[..<cut], interaction.body[cut...]]
                let events = DialectForm.events(try DialectForm.chunks(dialect, pieces))
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
            let events = DialectForm.events(try DialectForm.chunks(dialect, pieces))
            #expect(
                Self.text(events) == Self.text(try DialectForm.events(dialect, interaction.body)), "\(interaction.id)")
        }
    }

    private static func text(_ events: [ChatEvent]) -> [String] {
        ChatSummary.lines(of: ChatAssembly(events).response)
    }

    @Test(arguments: pairs)
    func `a request means the same in every dialect`(from: WireDialect, to: WireDialect) throws {
        for interaction in try Recorded.requests(from) {
            let request = try DialectForm.request(from, interaction.request)
            var report = TranslationReport()
            let written = DialectForm.request(request, as: to, &report)
            // What is refused is not sent.
            guard report.refused.isEmpty else { continue }
            let back = try DialectForm.request(to, try JSONDocument.parse(written, maximumDepth: 512).root)
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
                case .openAI: forOpenAI(part)
                case .anthropic: forAnthropic(part)
                case .responses: forResponses(part)
                case .gemini: forGemini(part)
                case .bedrock: forAnthropic(part).map(forBedrock)
                }
            }
        }
        if to == .responses { request.stop = [] }
        guard to == .anthropic || to == .gemini || to == .bedrock else { return request }
        if to == .anthropic || to == .bedrock { request.tools = request.tools.map(withSchema) }
        // The user speaks first, and calls of the past are declared.
        let first = request.messages.firstIndex { $0.role == .user || $0.role == .assistant }
        if first == nil || request.messages[first ?? 0].role == .assistant {
            let turn = ChatMessage(role: .user, parts: [ChatPart(.text("."))])
            request.messages.insert(turn, at: first ?? request.messages.count)
        }
        let calls = request.messages.flatMap(\.parts).compactMap { part in
            if case .toolCall(let call) = part.content { call.name } else { nil }
        }
        if request.tools.isEmpty, !calls.isEmpty, to == .anthropic {
            request.tools = calls.map { withSchema(ChatTool(.function(FunctionTool(name: $0)))) }
            request.toolChoice = ToolChoice.none
        }
        guard to == .bedrock else { return request }
        request.messages = request.messages.map(withTextBesideDocuments)
        if request.tools.isEmpty, !calls.isEmpty {
            request.tools = calls.map { withSchema(ChatTool(.function(FunctionTool(name: $0)))) }
        }
        // Converse has no choice of none: without past calls the tools are left out.
        if request.toolChoice == ToolChoice.none {
            request.toolChoice = nil
            if calls.isEmpty { request.tools = [] }
        }
        return request
    }

    private static func withTextBesideDocuments(_ message: ChatMessage) -> ChatMessage {
        let hasDocument = message.parts.contains { part in
            if case .media(let media) = part.content { media.kind == .document } else { false }
        }
        guard hasDocument, !message.parts.contains(where: { $0.text != nil }) else { return message }
        return ChatMessage(role: message.role, parts: message.parts + [ChatPart(.text("."))])
    }

    /// Anthropic demands a schema of tools without arguments, too.
    private static func withSchema(_ tool: ChatTool) -> ChatTool {
        guard case .function(var function) = tool.kind, function.parameters == nil else { return tool }
        function.parameters = try? parsed(#"{"type":"object","properties":{}}"#)
        return ChatTool(.function(function), cache: tool.cache)
    }

    private static func forAnthropic(_ part: ChatPart) -> ChatPart? {
        switch part.content {
        case .text(let text) where text.allSatisfy(\.isWhitespace): return nil
        case .reasoning(let reasoning) where (part.signature ?? reasoning.encrypted)?.origin != .anthropic: return nil
        case .refusal(let text): return ChatPart(.text(text))
        case .media(let media):
            guard case .data(let data, let type) = media.source, media.kind == .document, type.hasPrefix("text/"),
                let bytes = Base64.decode(data)
            else { return part }
            return ChatPart(.media(Media(kind: .document, source: .text(bytes.text))))
        default: return unsigned(part, unless: .anthropic)
        }
    }

    /// Converse names formats, not media types, and has text documents as bytes; a result holds something.
    private static func forBedrock(_ part: ChatPart) -> ChatPart {
        var part = part
        switch part.content {
        case .toolResult(var result):
            result.parts = result.parts.map(forBedrock)
            if result.parts.allSatisfy({ $0.text?.isEmpty == true }) { result.parts = [ChatPart(.text("."))] }
            part.content = .toolResult(result)
        case .media(var media):
            switch media.source {
            case .text(let text): media.source = .data(Base64.encode(Array(text.utf8)), mediaType: "text/plain")
            case .data(let data, "image/jpg"): media.source = .data(data, mediaType: "image/jpeg")
            default: break
            }
            part.content = .media(media)
        default: break
        }
        return part
    }

    private static func forResponses(_ part: ChatPart) -> ChatPart? {
        if case .reasoning(let reasoning) = part.content,
            (part.signature ?? reasoning.encrypted)?.origin != .openAI
        {
            return nil
        }
        // Another provider's proof is nothing to OpenAI.
        return forOpenAI(part).map { unsigned($0, unless: .openAI) }
    }

    private static func forOpenAI(_ part: ChatPart) -> ChatPart? {
        if part.text != nil { return unsigned(part, unless: .openAI) }
        guard case .media(let media) = part.content, case .text(let text) = media.source else { return part }
        return ChatPart(.text(text))
    }

    private static func forGemini(_ part: ChatPart) -> ChatPart? {
        switch part.content {
        case .reasoning where part.signature?.origin != .google: return nil
        case .refusal(let text): return ChatPart(.text(text))
        case .media(let media):
            guard case .text(let text) = media.source else { return part }
            return ChatPart(.text(text))
        default: return unsigned(part, unless: .google)
        }
    }

    private static func unsigned(_ part: ChatPart, unless origin: Signature.Origin) -> ChatPart {
        var part = part
        if part.signature?.origin != origin { part.signature = nil }
        return part
    }
}
