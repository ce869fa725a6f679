internal import Wire

extension AnthropicRequest {
    /// The body for `count_tokens`, from one for messages: what does not belong to the prompt is refused there.
    public static func countBody(_ body: [UInt8]) throws(HubError) -> [UInt8] {
        let message: JSONValue
        do throws(JSONError) {
            message = try JSONDocument.parse(body, maximumDepth: 512).root
        } catch {
            throw HubError(.internalError, "the request to count is not JSON: \(error.message)")
        }
        var writer = JSONWriter(reserving: body.count)
        writer.beginObject()
        for (key, value) in message.members where !isOutputOnly(key) {
            writer.key(key)
            writer.value(value)
        }
        writer.endObject()
        return writer.bytes
    }

    private static func isOutputOnly(_ key: JSONKey) -> Bool {
        switch key.string {
        case "max_tokens", "stream", "temperature", "top_p", "top_k", "stop_sequences", "metadata", "service_tier",
            "container", "inference_geo":
            true
        default: false
        }
    }
}
