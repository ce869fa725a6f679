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
        let path: String
        /// Of the count in the answer.
        let field: String
    }

    static let forms = [
        Form(
            name: "anthropic-count-tokens", kind: "anthropic", path: "/v1/messages/count_tokens",
            field: "input_tokens"),
        Form(
            name: "gemini-count-tokens", kind: "google", path: "/v1beta/models/fixture/m:countTokens",
            field: "totalTokens"),
    ]

    let form: Form
    let hub: ReplayHub

    func problems(_ interaction: RecordedInteraction) async throws -> [String] {
        let answer = ScriptedAnswer(
            status: interaction.status, headers: [("content-type", "application/json")], body: interaction.body)
        let exchange = try await hub.exchange(
            body(interaction), at: form.path, headers: [("x-hub-metadata", "true")], answer: answer)
        guard interaction.status == 200 else {
            let facts = RecordedErrorFacts(status: interaction.status, body: interaction.body)
            return exchange.status == facts.code.facts.status ? [] : ["status \(exchange.status)"]
        }
        let recorded = try JSONDocument.parse(interaction.body).root[named: form.field]?.int
        guard exchange.json?[named: form.field]?.int == recorded, exchange.headers["x-hub-estimated"] == nil else {
            return ["\(exchange.status) \(String(decoding: exchange.body.prefix(200), as: UTF8.self))"]
        }
        return []
    }

    /// Where the body names a model, it is the scripted one.
    private func body(_ interaction: RecordedInteraction) -> [UInt8] {
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        for (key, value) in interaction.request.members {
            writer.key(key)
            if key.equals("model") { writer.string("fixture/m") } else { writer.value(value) }
        }
        writer.endObject()
        return writer.bytes
    }
}
