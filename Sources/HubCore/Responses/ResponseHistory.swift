public import Dialects
public import Wire

/// The conversation that leads to a stored answer.
public enum ResponseHistory {
    /// Answers that one conversation may have, and bytes.
    static let maximumTurns = 1000
    static let maximumBytes = 32 << 20

    /// The items of a conversation up to and with an answer, oldest first: what was said and what was answered.
    ///
    /// Throws `not_found` for an answer that is not, or no longer, stored, and `payload_too_large` for a conversation without
    /// end.
    public static func items(
        upTo id: String, tenant: String, store: (any ResponseStore)?
    ) async throws(HubError) -> [JSONValue] {
        var turns: [StoredResponse] = []
        var byteCount = 0
        var next: String? = id
        while let id = next {
            guard let turn = try await store?.response(id, tenant: tenant) else { throw missing(id) }
            byteCount += turn.byteCount
            guard turns.count < maximumTurns, byteCount <= maximumBytes else {
                throw HubError(
                    .payloadTooLarge, "the conversation before previous_response_id is too long",
                    parameter: "previous_response_id")
            }
            turns.append(turn)
            next = turn.previousID
        }
        var items: [JSONValue] = []
        for turn in turns.reversed() {
            items += try read(turn.input).elements
            if let output = try read(turn.body)["output"] { items += output.elements }
        }
        return items
    }

    private static func missing(_ id: String) -> HubError {
        HubError(
            .notFound, "there is no stored response \(id.prefix(64)), or not any more",
            parameter: "previous_response_id")
    }

    private static func read(_ bytes: [UInt8]) throws(HubError) -> JSONValue {
        do throws(JSONError) {
            return try JSONDocument.parse(bytes, maximumDepth: 512).root
        } catch {
            throw HubError(.internalError, "a stored response is not JSON: \(error.message)")
        }
    }
}
