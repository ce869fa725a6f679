internal import Wire

/// Gemini's stream: each of its chunks is an answer with what is new.
public enum GeminiStream {
    /// Reads one chunk.
    static func parse(_ data: [UInt8], provider: String) throws(HubError) -> StreamChunk {
        let body = try ProviderEvents<GeminiErrors>.object(data, provider: provider)
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
}
