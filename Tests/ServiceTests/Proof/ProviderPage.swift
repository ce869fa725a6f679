import Dialects
import TestSupport

/// The generated part of docs/providers.md.
enum ProviderPage {
    static func text() async throws -> String {
        let recorded = try await RecordedProof.results()
        let pairs = try await PairMatrix.results()
        return ([recordedSection(recorded), try capturedSection(), pairSection(pairs)]).joined(separator: "\n")
    }

    // MARK: Recorded

    private static func recordedSection(_ results: [RecordedProof.Result]) -> String {
        let passed = results.filter(\.problems.isEmpty).count
        var lines = [
            "## Recorded calls", "",
            "\(passed) of \(results.count) recorded calls pass. Passed of all, by provider and kind:", "",
            "| Provider | Kind | Whole | Streamed |", "| --- | --- | --- | --- |",
        ]
        let rows = Dictionary(grouping: results) { "\($0.provider) | \($0.kind)" }
        for (name, row) in rows.sorted(by: { $0.key < $1.key }) {
            let cells = [false, true].map { isStream in
                let all = row.filter { $0.isStream == isStream }
                return all.isEmpty ? "" : "\(all.filter(\.problems.isEmpty).count)/\(all.count)"
            }
            lines.append("| \(name) | \(cells.joined(separator: " | ")) |")
        }
        return (lines + short(results.filter { !$0.problems.isEmpty }.map { ($0.id, $0.problems) })).joined(
            separator: "\n")
    }

    private static func short(_ results: [(id: String, problems: [String])]) -> [String] {
        guard !results.isEmpty else { return ["", "None is short of anything.", ""] }
        let rows = results.sorted { $0.id < $1.id }.map { "- `\($0.id)`: \($0.problems[0])" }
        return ["", "Short of it:", ""] + rows + [""]
    }

    // MARK: Captured

    private static func capturedSection() throws -> String {
        var lines = [
            "## Captured and loose answers", "",
            "Requests and answers of the same prompts captured at several providers, and answers of Gemini without requests,",
            "many of them rare or made to be wrong. Passed of all:", "",
            "| | Requests | Whole | Streamed |", "| --- | --- | --- | --- |",
        ]
        var problems: [(String, [String])] = []
        for dialect in WireDialect.allCases {
            let captures = try ParallelCaptures.all(providers: ParallelCaptures.providers(dialect)).map { capture in
                (capture, CapturedProof.problems(capture, dialect))
            }
            guard !captures.isEmpty else { continue }
            problems += captures.filter { !$0.1.isEmpty }.map { ("\($0.0.name) \($0.0.part)", $0.1) }
            let cells = ["request", "response", "streaming"].map { part in
                count(captures.filter { $0.0.part.hasSuffix(part) }.map(\.1))
            }
            lines.append("| captured, \(dialect.rawValue) | \(cells.joined(separator: " | ")) |")
        }
        let loose = ResponsesOnly.all.map { ($0, LooseAnswerProof.problems($0)) }
        let cells = [false, true].map { isStream in count(loose.filter { $0.0.isStream == isStream }.map(\.1)) }
        lines.append("| loose, gemini | | \(cells.joined(separator: " | ")) |")
        problems += loose.filter { !$0.1.isEmpty }.map { ($0.0.name, $0.1) }
        return (lines + short(problems)).joined(separator: "\n")
    }

    private static func count(_ problems: [[String]]) -> String {
        problems.isEmpty ? "" : "\(problems.filter(\.isEmpty).count)/\(problems.count)"
    }

    // MARK: Pairs

    private static func pairSection(_ results: [PairMatrix.Result]) -> String {
        var lines = [
            "## Clients and providers", "",
            "Every client with every provider kind, over sockets: `ws` works whole and streamed, `w` or `s` only so.",
            "",
            "| Client | Provider | \(PairCase.allCases.map(\.rawValue).joined(separator: " | ")) |",
            "| --- | ---\(String(repeating: " | ---", count: PairCase.allCases.count)) |",
        ]
        for client in PairClient.all {
            for provider in PairProvider.all {
                let cells = PairCase.allCases.map { pairCase in
                    results.filter {
                        $0.client == client.name && $0.provider == provider.name && $0.pairCase == pairCase
                            && $0.problems.isEmpty
                    }.map { $0.isStream ? "s" : "w" }.joined()
                }
                lines.append("| \(client.name) | \(provider.name) | \(cells.joined(separator: " | ")) |")
            }
        }
        let short = results.filter { !$0.problems.isEmpty }.map { result in
            ("\(result.client), \(result.provider), \(result.pairCase.rawValue)", result.problems)
        }
        return (lines + self.short(short)).joined(separator: "\n")
    }
}
