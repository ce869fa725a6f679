import Dialects
import TestSupport
import Testing
import Wire

/// Every recorded request, written for models of every dialect.
@Suite(.enabled(if: RecordedInteractions.areHere, "recorded fixtures are not here; set HUB_SHARED"))
struct RecordedRequestTests {
    /// Of the Responses API nothing is recorded.
    private static let sources: [WireDialect] = [.openAI, .anthropic, .gemini, .bedrock]

    @Test(arguments: RenderTarget.all, sources)
    func `a target takes what is written for it`(target: RenderTarget, from: WireDialect) throws {
        var checked = 0
        for (id, request) in try Self.requests(from) where Self.answersItsCalls(request) {
            var report = TranslationReport()
            let written = target.write(request, &report)
            guard report.refused.isEmpty else { continue }
            checked += 1
            let body = try JSONDocument.parse(written, maximumDepth: 512).root
            if let problem = target.shape.problem(body) { Issue.record("\(id): \(problem)") }
        }
        #expect(checked >= Self.fewest(from))
    }

    @Test(arguments: RenderTarget.all, sources)
    func `what is lost on the way is named`(target: RenderTarget, from: WireDialect) throws {
        var checked = 0
        for (id, request) in try Self.requests(from) {
            var report = TranslationReport()
            let written = target.write(request, &report)
            guard report.refused.isEmpty else { continue }
            checked += 1
            let back = try DialectForm.request(target.dialect, try JSONDocument.parse(written, maximumDepth: 512).root)
            let lost = RequestSettings(request).lost(in: back, report).filter { !target.covered.contains($0) }
            #expect(lost.isEmpty, "\(id), of which \(report.dropped) is reported")
        }
        #expect(checked >= Self.fewest(from))
    }

    /// How many requests every target takes at least, of those written for a dialect: a target that refuses what it is
    /// given shows nothing.
    private static func fewest(_ dialect: WireDialect) -> Int {
        switch dialect {
        case .openAI: 120
        case .anthropic: 50
        case .gemini: 40
        case .bedrock: 20
        case .responses: 0
        }
    }

    /// Whether every result names a call of the turn before: a client that mixes them up is told so by its provider.
    private static func answersItsCalls(_ request: ChatRequest) -> Bool {
        var calls: Set<String> = []
        for message in request.messages {
            for case .toolResult(let result) in message.parts.map(\.content) where !calls.contains(result.callID) {
                return false
            }
            guard message.role == .assistant else { continue }
            calls.formUnion(
                message.parts.compactMap { if case .toolCall(let call) = $0.content { call.id } else { nil } })
        }
        return true
    }

    /// The recorded ones and those captured at several providers.
    private static func requests(_ dialect: WireDialect) throws -> [(id: String, ChatRequest)] {
        let recorded = try Recorded.requests(dialect).map { ($0.id, try DialectForm.request(dialect, $0.request)) }
        let captured = try ParallelCaptures.all(providers: ParallelCaptures.providers(dialect)).filter {
            $0.part.hasSuffix("request")
        }
        return try recorded + captured.map { ("\($0.name) \($0.part)", try DialectForm.request(dialect, $0.value)) }
    }
}
