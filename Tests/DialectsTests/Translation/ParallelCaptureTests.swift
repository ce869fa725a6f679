import Dialects
import TestSupport
import Testing
import Wire

/// Requests and answers that were captured at several providers.
@Suite(.enabled(if: RecordedInteractions.areHere, "recorded fixtures are not here; set HUB_SHARED"))
struct ParallelCaptureTests {
    static let captures: [(WireDialect, Set<String>)] = [
        (.anthropic, ["anthropic", "vertex-anthropic", "bedrock-anthropic"]),
        (.openAI, ["chat-completions", "baseten"]),
    ]

    @Test(arguments: captures)
    func `requests are read and mean the same when written again`(
        dialect: WireDialect, providers: Set<String>
    ) throws {
        let captures = try ParallelCaptures.all(providers: providers).filter { $0.part.hasSuffix("request") }
        #expect(captures.count > 60)
        for capture in captures {
            let request = try DialectForm.request(dialect, capture.value)
            var report = TranslationReport()
            let written = DialectForm.request(request, as: dialect, &report)
            guard report.refused.isEmpty else { continue }
            let back = try DialectForm.request(dialect, try JSONDocument.parse(written, maximumDepth: 512).root)
            #expect(
                Self.essence(back) == Self.essence(request), "\(capture.name) \(capture.part) \(report.dropped)")
        }
    }

    /// Without what Anthropic's writer adds or leaves out by its rules, which have tests of their own.
    private static func essence(_ request: ChatRequest) -> [String] {
        ChatSummary.lines(of: request).filter { line in
            !["tool ", "choice ", "system ", "assistant reasoning"].contains { line.hasPrefix($0) }
                && line != "user text ."
        }
    }

    @Test(arguments: captures)
    func `answers are read with their content and usage`(dialect: WireDialect, providers: Set<String>) throws {
        let captures = try ParallelCaptures.all(providers: providers).filter { $0.part.hasSuffix("response") }
        #expect(captures.count > 60)
        for capture in captures {
            var writer = JSONWriter()
            writer.value(capture.value)
            let answer = try DialectForm.answer(dialect, writer.bytes).canonical(fallbackID: "x")
            #expect((answer.usage?.promptTotal ?? 0) > 0, "\(capture.name)")
            #expect(!answer.choices.isEmpty, "\(capture.name)")
        }
    }

    @Test(arguments: captures)
    func `streamed answers are read to their end`(dialect: WireDialect, providers: Set<String>) throws {
        // Some are whole answers after all.
        let captures = try ParallelCaptures.all(providers: providers).filter { capture in
            capture.part.hasSuffix("streaming") && capture.value.count > 1
        }
        #expect(captures.count > 30)
        for capture in captures {
            var stream: [UInt8] = []
            for event in capture.value.elements {
                var writer = JSONWriter()
                writer.value(event)
                SSEWriter.append(data: writer.bytes, to: &stream)
            }
            let answer = ChatAssembly(try DialectForm.events(dialect, stream)).response
            #expect(answer.choices.contains { $0.finish.native != nil }, "\(capture.name)")
        }
    }
}
