internal import Wire

/// OpenAI's chat completion object.
public enum OpenAIResponse {
    /// Reads a provider's answer of status 200. Finds an error inside it.
    public static func parse(_ bytes: [UInt8], provider: String) throws(HubError) -> CompletionResponse {
        let body: JSONValue
        do throws(JSONError) {
            body = try JSONDocument.parse(bytes, maximumDepth: 512).root
        } catch {
            throw bad("the answer is not JSON: \(error.message)", provider)
        }
        if let error = OpenAIErrors.parseInside(body, provider: provider) { throw error }
        guard let choices = body["choices"], choices.isArray else { throw bad("the answer has no choices", provider) }
        var finishReasons: [String] = []
        for choice in choices.elements {
            if let reason = choice["finish_reason"]?.string { finishReasons.append(reason) }
        }
        return CompletionResponse(
            body: body, bytes: isComplete(body) ? bytes : nil, usage: OpenAIUsage.parse(body["usage"]),
            servedModel: body["model"]?.string, finishReasons: finishReasons)
    }

    /// Has all that OpenAI's clients rely on, so that nothing needs to be filled in.
    private static func isComplete(_ body: JSONValue) -> Bool {
        var found = 0
        for (key, value) in body.members {
            if key.equals("id") { found += value.isString && !value.equals("") ? 1 : 0 }
            if key.equals("object") || key.equals("created") || key.equals("model") { found += 1 }
        }
        return found == 4
    }

    /// The answer as OpenAI's own clients expect it: as it came, what a lenient server left out filled in.
    /// - Parameter hub: what the `hub` object of contract 2.9 says; nil leaves it out.
    public static func render(
        _ response: CompletionResponse, fallbackID: @autoclosure () -> String, created: Int, model: String,
        hub: AnswerMetadata?
    ) -> [UInt8] {
        if hub == nil, let bytes = response.bytes { return bytes }
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        var (hasID, hasObject, hasCreated, hasModel) = (false, false, false, false)
        for (key, value) in response.body.members {
            if key.equals("id") {
                if value.equals("") || !value.isString { continue }
                hasID = true
            }
            if key.equals("object") { hasObject = true }
            if key.equals("created") { hasCreated = true }
            if key.equals("model") { hasModel = true }
            writer.key(key)
            writer.value(value)
        }
        if !hasID { writer.member("id", fallbackID()) }
        if !hasObject { writer.member("object", "chat.completion") }
        if !hasCreated { writer.member("created", created) }
        if !hasModel { writer.member("model", model) }
        if let hub { HubObject.write(hub, to: &writer) }
        writer.endObject()
        return writer.bytes
    }

    private static func bad(_ message: String, _ provider: String) -> HubError {
        var error = HubError(.providerBadResponse, message)
        error.provider = provider
        return error
    }
}
