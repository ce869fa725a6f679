public import Wire

/// The legacy text completion request: contract 2.2. Asked prompt by prompt: of a provider that has the legacy form as it
/// is, of all others as a chat.
public enum TextCompletionRequest {
    public static func parse(_ body: JSONValue) throws(HubError) -> CompletionRequest {
        let fields = try FieldReader(body)
        try fields.refuseDuplicates(["model", "prompt", "stream", "provider", "user", "n"])
        let model = try fields.requiredString("model", maximumLength: 256)
        try checkPrompt(fields)
        try fields.number("temperature", in: 0...2)
        try fields.number("top_p", in: 0...1)
        try fields.number("presence_penalty", in: -2...2)
        try fields.number("frequency_penalty", in: -2...2)
        _ = try fields.integer("max_tokens", in: 1...Int.max)
        _ = try fields.integer("logprobs", in: 0...5)
        _ = try fields.bool("echo")
        _ = try fields.integer("best_of", in: 1...16)
        _ = try fields.string("suffix", maximumLength: .max)
        return CompletionRequest(
            dialect: .textCompletion, body: body, model: model,
            provider: try fields.string("provider", maximumLength: 40), isStream: try fields.bool("stream") ?? false,
            wantsUsageChunk: try fields.includesUsage() ?? false,
            user: try fields.string("user", maximumLength: 256), choiceCount: try fields.integer("n", in: 1...16) ?? 1)
    }

    private static func checkPrompt(_ fields: FieldReader) throws(HubError) {
        guard let prompt = fields.value("prompt") else { throw .validation("prompt", "is required") }
        if prompt.isString { return }
        guard prompt.isArray, (1...64).contains(prompt.count), prompt.elements.allSatisfy({ $0.isString }) else {
            throw .validation("prompt", "must be a string or 1..64 strings; token arrays are not supported")
        }
    }

    /// The prompts, one per answer to make.
    public static func prompts(_ request: CompletionRequest) -> [String] {
        guard let prompt = request.body["prompt"] else { return [] }
        return prompt.string.map { [$0] } ?? prompt.elements.compactMap { $0.string }
    }

    /// Text completions of one prompt each.
    public static func parts(_ request: CompletionRequest) throws(HubError) -> [CompletionRequest] {
        guard request.body["prompt"]?.isArray == true else { return [request] }
        var parts: [CompletionRequest] = []
        for prompt in prompts(request) {
            parts.append(
                try changed(request, to: request.dialect) { writer in
                    for (key, value) in request.body.members {
                        if key.equals("prompt") {
                            writer.member("prompt", prompt)
                        } else {
                            writer.key(key)
                            writer.value(value)
                        }
                    }
                })
        }
        return parts
    }

    /// A text completion of one prompt as a chat in the hub's own form. What chats lack is named in `report`; `echo` is
    /// the hub's to do.
    public static func chat(
        _ part: CompletionRequest, _ report: inout TranslationReport
    ) throws(HubError) -> CompletionRequest {
        for (key, value) in part.body.members where isLacking(key, value) { report.drop(key.string) }
        return try changed(part, to: .unified) { writer in
            writer.key("messages")
            writer.beginArray()
            writer.beginObject()
            writer.member("role", "user")
            writer.member("content", prompts(part).first ?? "")
            writer.endObject()
            writer.endArray()
            if part.body["max_tokens"]?.int == nil { writer.member("max_tokens", 16) }
            for (key, value) in part.body.members where !value.isNull { write(key, value, to: &writer) }
        }
    }

    private static func isLacking(_ key: JSONKey, _ value: JSONValue) -> Bool {
        switch key.string {
        case "suffix": value.isString && !value.equals("")
        case "best_of": value.int.map { $0 > 1 } ?? false
        default: false
        }
    }

    private static func write(_ key: JSONKey, _ value: JSONValue, to writer: inout JSONWriter) {
        switch key.string {
        case "prompt", "messages", "echo", "suffix", "best_of", "top_logprobs":
            break
        case "logprobs":
            writer.member("logprobs", true)
            writer.member("top_logprobs", value)
        default:
            writer.key(key)
            writer.value(value)
        }
    }

    /// The request with another body, whose members `write` writes.
    private static func changed(
        _ request: CompletionRequest, to dialect: CompletionRequest.Dialect, _ write: (inout JSONWriter) -> Void
    ) throws(HubError) -> CompletionRequest {
        var writer = JSONWriter(reserving: request.body.documentBytes + 64)
        writer.beginObject()
        write(&writer)
        writer.endObject()
        do throws(JSONError) {
            return request.with(dialect: dialect, body: try JSONDocument.parse(writer.bytes).root)
        } catch {
            throw HubError(.invalidJSON, error.message)
        }
    }
}
