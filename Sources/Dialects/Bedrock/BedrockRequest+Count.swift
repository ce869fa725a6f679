internal import Wire

extension BedrockRequest {
    /// The body of `/count-tokens` for that of a call: what is counted of it.
    /// - Parameter body: an object that the hub has written.
    public static func countBody(_ body: [UInt8]) -> [UInt8] {
        var writer = JSONWriter(reserving: body.count + 64)
        writer.beginObject()
        writer.key("input")
        writer.beginObject()
        writer.key("converse")
        writer.beginObject()
        if let request = try? JSONDocument.parse(body, maximumDepth: 512).root {
            for (key, value) in request.members where isCounted(key) {
                writer.key(key)
                writer.value(value)
            }
        }
        writer.endObject()
        writer.endObject()
        writer.endObject()
        return writer.bytes
    }

    private static func isCounted(_ key: JSONKey) -> Bool {
        key.equals("messages") || key.equals("system") || key.equals("toolConfig")
            || key.equals("additionalModelRequestFields")
    }
}
