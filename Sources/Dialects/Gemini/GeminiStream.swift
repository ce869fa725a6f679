internal import Wire

/// Gemini's stream: each of its chunks is an answer with what is new.
public enum GeminiStream {
    /// Reads one chunk.
    static func parse(_ data: [UInt8], provider: String) throws(HubError) -> StreamChunk {
        let body: JSONValue
        do throws(JSONError) {
            body = try JSONDocument.parse(data, maximumDepth: 512).root
        } catch {
            throw interrupted("\(provider) sent an event that is not JSON: \(error.message)", provider)
        }
        guard body.isObject else { throw interrupted("\(provider) sent an event that is not an object", provider) }
        if let error = GeminiErrors.parseInside(body, provider: provider) { throw error }
        var chunk = StreamChunk(
            dialect: .gemini, body: body, hasPayload: false, hasChoices: false,
            usage: GeminiUsage.parse(body["usageMetadata"]), finishReason: nil)
        if let candidates = body["candidates"] {
            for candidate in candidates.elements {
                chunk.hasChoices = true
                if chunk.finishReason == nil { chunk.finishReason = GeminiFinish.name(candidate["finishReason"]) }
                if let parts = candidate["content"]?["parts"], parts.elements.contains(where: hasPayload) {
                    chunk.hasPayload = true
                }
            }
        }
        if !chunk.hasChoices { chunk.finishReason = GeminiFinish.blocked(body)?.finish.native }
        return chunk
    }

    /// Anything generated. Empty text, and the signature on it, is not.
    private static func hasPayload(_ part: JSONValue) -> Bool {
        part.members.contains { key, value in
            value.isObject || (key.equals("text") && value.isString && !value.equals(""))
        }
    }

    static func interrupted(_ message: String, _ provider: String) -> HubError {
        var error = HubError(.streamInterrupted, message)
        error.provider = provider
        return error
    }
}
