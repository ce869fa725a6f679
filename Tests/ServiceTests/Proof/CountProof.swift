import Dialects
import HTTPClient
import TestSupport
import Wire

/// Recorded counts of tokens, asked for as the provider's own clients ask.
struct CountProof {
    /// A provider's way to count.
    struct Form: Sendable {
        /// In the recordings.
        let name: String
        let kind: String
        /// Where the hub's clients ask.
        let path: String
        /// Of the count in the hub's answer.
        let field: String
        /// Of the count in the recording.
        let recordedField: String
        /// What the provider will not count, the hub estimates.
        var refusesWhatItCannotCount = false
    }

    static let forms = [
        Form(
            name: "anthropic-count-tokens", kind: "anthropic", path: "/v1/messages/count_tokens",
            field: "input_tokens", recordedField: "input_tokens"),
        Form(
            name: "gemini-count-tokens", kind: "google", path: "/v1beta/models/fixture/m:countTokens",
            field: "totalTokens", recordedField: "totalTokens"),
        Form(
            name: "bedrock-count-tokens", kind: "bedrock", path: "/model/fixture%2Fm/count-tokens",
            field: "inputTokens", recordedField: "inputTokens", refusesWhatItCannotCount: true),
    ]

    let form: Form
    let hub: ReplayHub

    func problems(_ interaction: RecordedInteraction) async throws -> [String] {
        let answer = ScriptedAnswer(
            status: interaction.status, headers: [("content-type", "application/json")], body: interaction.body)
        let exchange = try await hub.exchange(
            body(interaction), at: form.path, headers: [("x-hub-metadata", "true")], answer: answer)
        guard interaction.status == 200 else { return refusalProblems(interaction, exchange) }
        let recorded = try JSONDocument.parse(interaction.body).root[named: form.recordedField]?.int
        guard recorded != nil, exchange.json?[named: form.field]?.int == recorded,
            exchange.headers["x-hub-estimated"] == nil
        else { return [beginning(exchange)] }
        return []
    }

    private func refusalProblems(_ interaction: RecordedInteraction, _ exchange: ReplayExchange) -> [String] {
        let facts = RecordedErrorFacts(status: interaction.status, body: interaction.body)
        if form.refusesWhatItCannotCount, [.providerRejected, .modelNotFound].contains(facts.code) {
            // What the hub itself knows to be refused is refused to the client, too.
            if exchange.received == nil, exchange.status == 400 { return [] }
            let isEstimated = exchange.status == 200 && exchange.headers["x-hub-estimated"] == "true"
            return isEstimated ? [] : [beginning(exchange)]
        }
        return exchange.status == facts.code.facts.status ? [] : ["status \(exchange.status)"]
    }

    private func beginning(_ exchange: ReplayExchange) -> String {
        "\(exchange.status) \(String(decoding: exchange.body.prefix(200), as: UTF8.self))"
    }

    /// The model is the scripted one, where it is in the body.
    private func body(_ interaction: RecordedInteraction) -> [UInt8] {
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        if form.field == "input_tokens" { writer.member("model", "fixture/m") }
        for (key, value) in interaction.request.members where !key.equals("model") {
            writer.key(key)
            writer.value(value)
        }
        writer.endObject()
        return writer.bytes
    }
}
