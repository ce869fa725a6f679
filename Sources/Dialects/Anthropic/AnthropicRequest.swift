public import Wire

/// Anthropic's messages request: read as a client's, written for a provider.
public enum AnthropicRequest {
    /// Checks only what the hub itself relies on; the provider, or `canonical`, judges the rest.
    /// - Parameter countsOnly: for `count_tokens`, whose bodies have no `max_tokens`.
    public static func parse(_ body: JSONValue, countsOnly: Bool = false) throws(HubError) -> CompletionRequest {
        let fields = try FieldReader(body)
        try fields.refuseDuplicates(["model", "messages", "system", "stream", "max_tokens", "metadata"])
        let model = try fields.requiredString("model", maximumLength: 256)
        guard let messages = try fields.array("messages", counts: 1...100_000) else {
            throw .validation("messages", "is required")
        }
        try messages.checkRoles()
        if try fields.integer("max_tokens", in: 1...Int.max) == nil, !countsOnly {
            throw .validation("max_tokens", "is required")
        }
        let metadata = try fields.object("metadata")
        return CompletionRequest(
            dialect: .anthropic, body: body, model: model, isStream: try fields.bool("stream") ?? false,
            wantsUsageChunk: true, user: try metadata?.optionalString("user_id", at: "metadata"))
    }

    /// The request for a target of the same dialect: every field as it came, in its order, but for what the model is known
    /// to refuse.
    /// - Parameter report: gets the fields that are left out.
    public static func render(
        _ request: CompletionRequest, model: String, rules: FieldRules = FieldRules(), report: inout TranslationReport
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: request.body.documentBytes + 64)
        writer.beginObject()
        for (key, value) in request.body.members {
            if key.equals("model") {
                writer.member("model", model)
            } else if !rules.leavesOut(key, value, report: &report) {
                writer.key(key)
                writer.value(value)
            }
        }
        writer.endObject()
        return writer.bytes
    }
}
