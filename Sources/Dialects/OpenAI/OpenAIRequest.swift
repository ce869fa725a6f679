public import Wire

/// OpenAI's chat completion request: read as a client's, written for a provider.
public enum OpenAIRequest {
    /// Checks only what the hub itself relies on; the provider judges the rest.
    public static func parse(_ body: JSONValue) throws(HubError) -> CompletionRequest {
        let fields = try FieldReader(body)
        try fields.refuseDuplicates(["model", "messages", "stream", "stream_options", "user", "n"])
        let model = try fields.requiredString("model", maximumLength: 256)
        guard let messages = try fields.array("messages", counts: 1...10_000) else {
            throw .validation("messages", "is required")
        }
        try messages.checkRoles()
        return CompletionRequest(
            dialect: .openAI, body: body, model: model, isStream: try fields.bool("stream") ?? false,
            wantsUsageChunk: try fields.includesUsage() ?? false,
            user: try fields.string("user", maximumLength: 4096),
            choiceCount: try fields.integer("n", in: 1...128) ?? 1)
    }

    /// The request for a target that speaks the same form: every field as it came, in its order, but for what the model is
    /// known to refuse.
    /// - Parameters:
    ///   - usageChunk: ask for usage in a stream, whether or not the client did.
    ///   - report: gets the fields that are left out.
    public static func render(
        _ request: CompletionRequest, model: String, usageChunk: Bool, rules: FieldRules = FieldRules(),
        report: inout TranslationReport
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: request.body.documentBytes + 256)
        writer.beginObject()
        var wroteOptions = false
        for (key, value) in request.body.members {
            if key.equals("model") {
                writer.member("model", model)
            } else if key.equals("stream_options"), request.isStream, usageChunk {
                writeStreamOptions(value, to: &writer)
                wroteOptions = true
            } else if rules.limitsCompletionTokens, key.equals("max_tokens") {
                writeLimit(value, request.body, to: &writer, report: &report)
            } else if !rules.leavesOut(key, value, report: &report) {
                writer.key(key)
                writer.value(value)
            }
        }
        if request.isStream, usageChunk, !wroteOptions { writeStreamOptions(nil, to: &writer) }
        writer.endObject()
        return writer.bytes
    }

    /// Under its newer name, unless that is given too.
    private static func writeLimit(
        _ limit: JSONValue, _ body: JSONValue, to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        if body.given("max_completion_tokens") != nil {
            report.drop("max_tokens")
        } else if !limit.isNull {
            writer.member("max_completion_tokens", limit)
        }
    }

    static func writeStreamOptions(_ given: JSONValue?, to writer: inout JSONWriter) {
        writer.key("stream_options")
        writer.beginObject()
        if let given, given.isObject {
            for (key, value) in given.members where !key.equals("include_usage") {
                writer.key(key)
                writer.value(value)
            }
        }
        writer.member("include_usage", true)
        writer.endObject()
    }
}
