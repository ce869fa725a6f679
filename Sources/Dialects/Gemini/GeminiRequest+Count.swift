public import Wire

extension GeminiRequest {
    /// Checks a request to count tokens: the contents themselves, or a whole request in `generateContentRequest`.
    public static func parseCount(_ body: JSONValue, model: String) throws(HubError) -> CompletionRequest {
        guard let request = body.proto("generateContentRequest", "generate_content_request") else {
            return try parse(body, model: model, isStream: false)
        }
        guard request.isObject else { throw .validation("generateContentRequest", "must be an object") }
        return try parse(request, model: model, isStream: false)
    }

    /// The body for `countTokens`, from one for `generateContent`.
    /// - Parameter model: without `models/`.
    public static func countBody(_ body: [UInt8], model: String) -> [UInt8] {
        var writer = JSONWriter(reserving: body.count + 128)
        writer.beginObject()
        writer.key("generateContentRequest")
        writer.beginObject()
        writer.member("model", "models/\(model)")
        if let request = try? JSONDocument.parse(body, maximumDepth: 512).root {
            for (key, value) in request.members {
                writer.key(key)
                writer.value(value)
            }
        }
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }
}
