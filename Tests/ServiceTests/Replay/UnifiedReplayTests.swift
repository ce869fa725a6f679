import TestSupport
import Testing
import Wire

/// The same recordings, asked for in the hub's own form: what was generated must come through unchanged.
@Suite(.enabled(if: RecordedInteractions.areHere, "recorded fixtures are not here; set HUB_SHARED"))
struct UnifiedReplayTests {
    private static let parallelism = 16

    @Test func `recorded answers say the same in the hub's own form`() async throws {
        let interactions = try RecordedInteractions.all(dialect: "openai-chat").filter {
            $0.status == 200 && $0.kind != "error_in_200" && Self.isInTheHubsForm($0.request)
        }
        #expect(interactions.count > 400)
        let hub = try ReplayHub(path: "/v1/completions")
        let problems = try await withThrowingTaskGroup(of: [String].self) { group in
            for worker in 0..<Self.parallelism {
                group.addTask {
                    var problems: [String] = []
                    for position in stride(from: worker, to: interactions.count, by: Self.parallelism) {
                        problems += try await Self.problems(interactions[position], hub)
                    }
                    return problems
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        await hub.stop()
        for problem in problems.sorted() { Issue.record("\(problem)") }
    }

    /// Some servers have fields of their own under names that mean something else to the hub.
    private static func isInTheHubsForm(_ request: JSONValue) -> Bool {
        let choice = request["tool_choice"]
        let isChoice = choice?.string.map { ["auto", "none", "required"].contains($0) } ?? true
        let areFunctions = request["tools"]?.elements.allSatisfy { $0["function"] != nil } ?? true
        return request["provider"]?.isObject != true && isChoice && areFunctions
            && choice?["allowed_tools"] == nil
    }

    private static func problems(_ interaction: RecordedInteraction, _ hub: ReplayHub) async throws -> [String] {
        let expectation = ReplayExpectation(interaction: interaction)
        var random = RandomSource(seed: UInt64(interaction.body.count))
        let answer = ScriptedAnswer(headers: interaction.headers, body: interaction.body, framing: .chunked)
        let exchange = try await hub.exchange(
            expectation.clientRequest(), answer: answer.split(at: 8, using: &random))
        guard exchange.status == 200, exchange.failure == nil else {
            return [
                "\(interaction.id): \(exchange.status) \(String(decoding: exchange.body.prefix(300), as: UTF8.self))"
            ]
        }
        let recorded = interaction.isStream ? expectation.recordedEvents() : [json(interaction.body)].compactMap { $0 }
        let got =
            interaction.isStream
            ? SSEText.events(exchange.body).compactMap { json($0.data) } : [json(exchange.body)].compactMap { $0 }
        let differences = zip(["content", "reasoning", "tool_calls", "finish"], zip(said(recorded), said(got)))
            .filter { $0.1.0 != $0.1.1 }
        return differences.map { "\(interaction.id): \($0.0) \($0.1.1), not \($0.1.0)" }
    }

    private static func json(_ bytes: [UInt8]) -> JSONValue? {
        try? JSONDocument.parse(bytes, maximumDepth: 512).root
    }

    /// The contract's reasons; servers' own count as the end of the answer.
    private static func known(_ reason: String) -> String {
        let reasons = ["stop", "length", "tool_calls", "function_call", "content_filter"]
        return reason == "model_length" ? "length" : reasons.contains(reason) ? reason : "stop"
    }

    /// Everything that was generated, by channel.
    private static func said(_ objects: [JSONValue]) -> [[String]] {
        var channels: [[String]] = [[], [], [], []]
        let choices = objects.compactMap { $0["choices"] }.flatMap { Array($0.elements) }
        for choice in choices {
            guard let message = choice["delta"] ?? choice["message"] else { continue }
            let index = choice["index"]?.int ?? 0
            let reasoning = [message["reasoning"], message["reasoning_content"]].compactMap { $0 }.first { !$0.isNull }
            for (channel, value) in [message["content"], reasoning, message["tool_calls"]].enumerated() {
                guard let value, !value.isNull else { continue }
                channels[channel].append("\(index) \(ReplayExpectation.compact(value))")
            }
            if let reason = choice["finish_reason"]?.string { channels[3].append("\(index) \(known(reason))") }
        }
        return channels
    }
}
