import Foundation
import TestSupport
import Testing

@testable import Dialects

@Suite(.enabled(if: RecordedInteractions.areHere, "\(RecordedInteractions.areMissing)"))
struct EstimateAccuracyTests {
    private static let page = "docs/decisions/0015-token-estimate-without-vocabulary.md"
    private static let marker = "## Measured error by provider"

    /// By how much an estimate misses the provider's count: 0.1 is ten per cent too many.
    private static func error(_ counted: CountedText) -> Double {
        var estimate = PromptEstimate(model: counted.model)
        for part in counted.parts { estimate.add(text: part) }
        for _ in 0..<counted.messages { estimate.addMessage() }
        return Double(estimate.tokens) / Double(counted.tokens) - 1
    }

    private static func errors() throws -> [String: [Double]] {
        var byProvider: [String: [Double]] = [:]
        for dialect in ["openai-chat", "anthropic", "gemini", "bedrock-converse"] {
            for interaction in try RecordedInteractions.all(dialect: dialect) {
                for counted in CountedText.all(in: interaction, dialect: dialect) {
                    byProvider[counted.provider, default: []].append(error(counted))
                }
            }
        }
        return byProvider
    }

    @Test func `of twenty estimates nineteen are within 15 per cent of the provider's count`() throws {
        let errors = try Self.errors().values.flatMap { $0 }
        #expect(errors.count > 50)
        #expect(errors.filter { abs($0) <= 0.15 }.count * 20 >= errors.count * 19, "\(errors.sorted())")
    }

    /// `HUB_WRITE_DOCS=1` writes the table.
    @Test func `the documented distribution is the measured one`() throws {
        let rows = try Self.errors().sorted { $0.key < $1.key }.map { provider, errors in
            let sorted = errors.sorted()
            let within = errors.filter { abs($0) <= 0.15 }.count
            return "| \(provider) | \(errors.count) | \(within) | \(percent(sorted.first)) | "
                + "\(percent(sorted[sorted.count / 2])) | \(percent(sorted.last)) |"
        }
        let table = """
            | provider | texts | within 15 % | lowest | median | highest |
            | --- | --- | --- | --- | --- | --- |
            \(rows.joined(separator: "\n"))
            """
        let file = URL(fileURLWithPath: #filePath).appendingPathComponent("../../../../\(Self.page)").standardized
        let page = try String(contentsOf: file, encoding: .utf8)
        let introduction = try #require(page.range(of: Self.marker)).upperBound
        let expected = page[..<introduction] + "\n\n" + table + "\n"
        if ProcessInfo.processInfo.environment["HUB_WRITE_DOCS"] == "1" {
            try expected.write(to: file, atomically: true, encoding: .utf8)
        } else {
            #expect(page == String(expected), "run the tests with HUB_WRITE_DOCS=1 to write it anew")
        }
    }

    private func percent(_ error: Double?) -> String {
        let tenths = Int(((error ?? 0) * 1000).rounded())
        return "\(tenths < 0 ? "-" : "+")\(abs(tenths) / 10).\(abs(tenths) % 10) %"
    }
}
