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
            body: body, usage: OpenAIUsage.parse(body["usage"]), servedModel: body["model"]?.string,
            finishReasons: finishReasons)
    }

    /// The answer as OpenAI's own clients expect it: every field as it came, what a lenient server left out filled in.
    /// - Parameter hub: adds the `hub` object of contract 2.9.
    public static func render(
        _ response: CompletionResponse, fallbackID: @autoclosure () -> String, created: Int, metadata: AnswerMetadata,
        hub: Bool
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        if response.body["id"]?.string?.isEmpty ?? true { writer.member("id", fallbackID()) }
        if response.body["object"] == nil { writer.member("object", "chat.completion") }
        if response.body["created"] == nil { writer.member("created", created) }
        if response.body["model"] == nil { writer.member("model", metadata.model) }
        for (key, value) in response.body.members {
            if key.equals("id"), value.string?.isEmpty ?? true { continue }
            writer.key(key)
            writer.value(value)
        }
        if hub { HubObject.write(metadata, to: &writer) }
        writer.endObject()
        return writer.bytes
    }

    private static func bad(_ message: String, _ provider: String) -> HubError {
        var error = HubError(.providerBadResponse, message)
        error.provider = provider
        return error
    }
}
