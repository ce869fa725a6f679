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
        writeMembers(of: body, to: &writer) { _ in true }
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    /// The same for Vertex, which takes the members that count without an object around them, and no others.
    public static func vertexCountBody(_ body: [UInt8]) -> [UInt8] {
        let counted = [
            "contents", "systemInstruction", "system_instruction", "tools", "generationConfig", "generation_config",
        ]
        var writer = JSONWriter(reserving: body.count)
        writer.beginObject()
        writeMembers(of: body, to: &writer) { counted.contains($0.string) }
        writer.endObject()
        return writer.bytes
    }

    private static func writeMembers(
        of body: [UInt8], to writer: inout JSONWriter, where isWanted: (JSONKey) -> Bool
    ) {
        guard let request = try? JSONDocument.parse(body, maximumDepth: 512).root else { return }
        for (key, value) in request.members where isWanted(key) {
            writer.key(key)
            writer.value(value)
        }
    }
}
