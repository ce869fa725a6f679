public import Wire

/// The legacy text completion request: contract 2.2. Served by chat models, a user message per prompt.
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
        if let best = try fields.integer("best_of", in: 1...16), best > 1 {
            throw HubError(.unsupportedParameter, "best_of is not supported by chat models", parameter: "best_of")
        }
        if fields.value("suffix") != nil {
            throw HubError(.unsupportedParameter, "suffix is not supported by chat models", parameter: "suffix")
        }
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

    /// Chat requests in the hub's own form, one per prompt.
    public static func chats(_ request: CompletionRequest) throws(HubError) -> [CompletionRequest] {
        var chats: [CompletionRequest] = []
        for prompt in prompts(request) { chats.append(try chat(request, prompt: prompt)) }
        return chats
    }

    private static func chat(_ request: CompletionRequest, prompt: String) throws(HubError) -> CompletionRequest {
        var writer = JSONWriter(reserving: 512)
        writer.beginObject()
        writer.key("messages")
        writer.beginArray()
        writer.beginObject()
        writer.member("role", "user")
        writer.member("content", prompt)
        writer.endObject()
        writer.endArray()
        if request.body["max_tokens"] == nil { writer.member("max_tokens", 16) }
        for (key, value) in request.body.members where !isTextOnly(key) {
            writer.key(key)
            writer.value(value)
        }
        writer.endObject()
        do throws(JSONError) {
            return request.with(dialect: .unified, body: try JSONDocument.parse(writer.bytes).root)
        } catch {
            throw HubError(.invalidJSON, error.message)
        }
    }

    private static func isTextOnly(_ key: JSONKey) -> Bool {
        switch key.string {
        case "prompt", "messages", "logprobs", "echo", "suffix", "best_of": true
        default: false
        }
    }
}
