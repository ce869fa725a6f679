import Dialects
import TestSupport
import Testing
import Wire

/// Recorded calls behind clients of Anthropic's dialect, and recorded calls of Anthropic behind clients of OpenAI's.
@Suite(.enabled(if: RecordedInteractions.areHere, "recorded fixtures are not here; set HUB_SHARED"))
struct MessagesReplayTests {
    @Test func `Anthropic's clients get Anthropic's answers as they came`() async throws {
        try await check(client: .anthropic, provider: .anthropic)
    }

    @Test func `OpenAI's clients get what Anthropic said`() async throws {
        try await check(client: .openAI, provider: .anthropic)
    }

    @Test func `Anthropic's clients get what providers of OpenAI's form said`() async throws {
        try await check(client: .anthropic, provider: .openAI)
    }

    @Test func `clients of the hub's own form get what Anthropic said`() async throws {
        try await check(client: .openAI, provider: .anthropic, path: "/v1/completions")
    }

    private static let parallelism = 8

    private func check(client: WireDialect, provider: WireDialect, path: String? = nil) async throws {
        let interactions = try RecordedInteractions.all(
            dialect: provider == .anthropic ? "anthropic" : "openai-chat"
        ).filter { $0.kind != "error_in_200" && !$0.kind.hasPrefix("count_tokens") }
        #expect(interactions.count > 100)
        let hub = try ReplayHub(
            path: path ?? (client == .anthropic ? "/v1/messages" : "/v1/chat/completions"),
            kind: provider == .anthropic ? "anthropic" : "compatible")
        let problems = try await withThrowingTaskGroup(of: [String].self) { group in
            for worker in 0..<Self.parallelism {
                group.addTask {
                    var problems: [String] = []
                    for position in stride(from: worker, to: interactions.count, by: Self.parallelism) {
                        let checks = MessagesReplayChecks(
                            interaction: interactions[position], hub: hub, client: client, provider: provider)
                        problems += try await checks.problems().map { "\(interactions[position].id): \($0)" }
                    }
                    return problems
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        await hub.stop()
        for problem in problems.sorted() { Issue.record("\(problem)") }
    }
}
