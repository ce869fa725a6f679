import TestSupport
import Testing

/// Every recorded call of an OpenAI-form provider, replayed by a scripted one and compared by meaning.
@Suite(.enabled(if: RecordedInteractions.areHere, "recorded fixtures are not here; set HUB_SHARED"))
struct ReplayTests {
    private static let parallelism = 16

    @Test func `recorded calls pass through the hub with their meaning`() async throws {
        let interactions = try RecordedInteractions.all(dialect: "openai-chat")
        #expect(interactions.count > 500)
        let hub = try ReplayHub()
        let results = try await withThrowingTaskGroup(of: [(RecordedInteraction, [String])].self) { group in
            for worker in 0..<Self.parallelism {
                group.addTask {
                    var results: [(RecordedInteraction, [String])] = []
                    for position in stride(from: worker, to: interactions.count, by: Self.parallelism) {
                        let checks = ReplayChecks(interaction: interactions[position], hub: hub)
                        results.append((interactions[position], try await checks.problems()))
                    }
                    return results
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        await hub.stop()
        for (interaction, problems) in results where !problems.isEmpty {
            Issue.record("\(interaction.id): \(problems.joined(separator: "\n  "))")
        }
        print(Self.table(results))
    }

    /// Passed and all by provider and kind, and what fell short.
    private static func table(_ results: [(interaction: RecordedInteraction, problems: [String])]) -> String {
        var rows: [String: (passed: Int, total: Int)] = [:]
        for (interaction, problems) in results {
            let isStream = interaction.isStream ? "stream" : "whole"
            for name in ["\(interaction.provider) \(interaction.kind) \(isStream)", "~ all"] {
                rows[name, default: (0, 0)].total += 1
                if problems.isEmpty { rows[name, default: (0, 0)].passed += 1 }
            }
        }
        let lines = rows.sorted { $0.key < $1.key }.map { name, row in "\(row.passed)/\(row.total)\t\(name)" }
        let short = results.filter { !$0.problems.isEmpty }.map { "\($0.interaction.id): \($0.problems[0])" }
        return "recorded calls passed by provider and kind\n" + (lines + short.sorted()).joined(separator: "\n")
    }
}
