public import Wire

/// Gemini's `generateContent` request: read as a client's, written for a provider. Its model and whether it is streamed are
/// in the path.
public enum GeminiRequest {
    /// Checks only what the hub itself relies on; the provider, or `canonical`, judges the rest.
    /// - Parameters:
    ///   - model: of the path: an id, an alias or `provider/model`, without `models/`.
    ///   - isStream: the path ends in `:streamGenerateContent`.
    public static func parse(
        _ body: JSONValue, model: String, isStream: Bool
    ) throws(HubError) -> CompletionRequest {
        let fields = try FieldReader(body)
        try fields.refuseDuplicates(["contents", "systemInstruction", "generationConfig", "tools", "model"])
        guard !model.isEmpty, model.utf8.count <= 256 else {
            throw .validation("model", "must have 1..256 characters")
        }
        guard let contents = body.given("contents") else { throw .validation("contents", "is required") }
        let turns = try contents.items(at: "contents")
        guard (1...100_000).contains(turns.count) else {
            throw .validation("contents", "must have 1..100000 items")
        }
        for (index, turn) in turns.enumerated() where !turn.isObject {
            throw .validation("contents[\(index)]", "must be an object")
        }
        let config = body.proto("generationConfig", "generation_config")
        if let config, !config.isObject { throw .validation("generationConfig", "must be an object") }
        var choiceCount = 1
        if let count = config?.proto("candidateCount", "candidate_count") {
            guard let number = count.int, (1...128).contains(number) else {
                throw .validation("generationConfig.candidateCount", "must be 1..128")
            }
            choiceCount = number
        }
        return CompletionRequest(
            dialect: .gemini, body: body, model: model, isStream: isStream, wantsUsageChunk: true,
            choiceCount: choiceCount)
    }

    /// What Vertex answers with an error.
    public static let vertexRules = FieldRules(refused: ["serviceTier", "service_tier"])

    /// The request for a target of the same dialect: every field as it came, in its order, but for the model, which the
    /// path names, and what the target is known to refuse.
    /// - Parameter report: gets the fields that are left out.
    public static func render(
        _ request: CompletionRequest, rules: FieldRules = FieldRules(), report: inout TranslationReport
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: request.body.documentBytes + 64)
        writer.beginObject()
        for (key, value) in request.body.members where !key.equals("model") {
            if rules.leavesOut(key, value, report: &report) { continue }
            writer.key(key)
            writer.value(value)
        }
        writer.endObject()
        return writer.bytes
    }
}
