import TestSupport
import Wire

/// Every recorded call, with what is short of it.
struct RecordedProof: Sendable {
    struct Result: Sendable {
        let provider: String
        let kind: String
        let isStream: Bool
        let id: String
        let problems: [String]
    }

    private static let parallelism = 8

    static func results() async throws -> [Result] {
        var results: [Result] = []
        for dialect in RecordedDialect.all {
            let hub = try ReplayHub(kind: dialect.kind)
            results += try await each(RecordedInteractions.all(dialect: dialect.name)) { interaction in
                try await RecordedReplay(interaction: interaction, dialect: dialect, hub: hub).problems()
            }
            await hub.stop()
        }
        for form in CountProof.forms {
            let hub = try ReplayHub(kind: form.kind)
            results += try await each(RecordedInteractions.all(dialect: form.name)) { interaction in
                try await CountProof(form: form, hub: hub).problems(interaction)
            }
            await hub.stop()
        }
        results += try await each(RecordedInteractions.all(dialect: "model-list"), ModelListProof.problems)
        let known = Set(RecordedDialect.all.map(\.name) + CountProof.forms.map(\.name) + ["model-list"])
        for interaction in try RecordedInteractions.others(than: known) {
            results.append(result(interaction, ["nothing in the hub speaks this"]))
        }
        return results
    }

    private static func each(
        _ interactions: [RecordedInteraction],
        _ problems: @escaping @Sendable (RecordedInteraction) async throws -> [String]
    ) async throws -> [Result] {
        try await withThrowingTaskGroup(of: [Result].self) { group in
            for worker in 0..<parallelism {
                group.addTask {
                    var results: [Result] = []
                    for position in stride(from: worker, to: interactions.count, by: parallelism) {
                        results.append(result(interactions[position], try await problems(interactions[position])))
                    }
                    return results
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
    }

    private static func result(_ interaction: RecordedInteraction, _ problems: [String]) -> Result {
        Result(
            provider: interaction.provider, kind: interaction.kind, isStream: interaction.isStream, id: interaction.id,
            problems: problems)
    }
}
