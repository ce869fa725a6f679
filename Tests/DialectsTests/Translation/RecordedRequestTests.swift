import Dialects
import TestSupport
import Testing
import Wire

/// Every recorded request, written for models of every dialect.
@Suite(.enabled(if: RecordedInteractions.areHere, "recorded fixtures are not here; set HUB_SHARED"))
struct RecordedRequestTests {
    @Test(arguments: RenderTarget.all, WireDialect.allCases)
    func `a target takes what is written for it`(target: RenderTarget, from: WireDialect) throws {
        for (id, request) in try Self.requests(from) where Self.answersItsCalls(request) {
            var report = TranslationReport()
            let written = target.write(request, &report)
            guard report.refused.isEmpty else { continue }
            let body = try JSONDocument.parse(written, maximumDepth: 512).root
            if let problem = target.shape.problem(body) { Issue.record("\(id): \(problem)") }
        }
    }

    @Test(arguments: RenderTarget.all, WireDialect.allCases)
    func `what is lost on the way is named`(target: RenderTarget, from: WireDialect) throws {
        for (id, request) in try Self.requests(from) {
            var report = TranslationReport()
            let written = target.write(request, &report)
            guard report.refused.isEmpty else { continue }
            let back = try DialectForm.request(target.dialect, try JSONDocument.parse(written, maximumDepth: 512).root)
            let lost = RequestSettings(request).lost(in: back, report).filter { !target.covered.contains($0) }
            #expect(lost.isEmpty, "\(id), of which \(report.dropped) is reported")
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
