public import Wire

extension BedrockRequest {
    /// Checks a request of CountTokens: one of Converse in `input.converse`, or one of InvokeModel in `input.invokeModel`, which
    /// is in its model's own language: Anthropic's is read.
    public static func parseCount(_ body: JSONValue, model: String) throws(HubError) -> CompletionRequest {
        guard let input = body["input"], input.isObject else { throw .validation("input", "must be an object") }
        if let invoked = input["invokeModel"], !invoked.isNull {
            return try AnthropicRequest.parse(try anthropicBody(invoked, model: model), countsOnly: true)
        }
        guard let converse = input["converse"], converse.isObject else {
            throw .validation("input.converse", "must be an object")
        }
        return try parse(converse, model: model, isStream: false)
    }

    /// What `body` holds, with the model that the path names.
    private static func anthropicBody(_ invoked: JSONValue, model: String) throws(HubError) -> JSONValue {
        let place = "input.invokeModel.body"
        guard let text = invoked["body"]?.string, let bytes = Base64.decode(text),
            let request = try? JSONDocument.parse(bytes, maximumDepth: 64).root, request.isObject
        else { throw .validation(place, "must be a JSON object in base64") }
        guard request["anthropic_version"] != nil else {
            throw HubError(
                .unsupportedParameter, "the hub reads Converse, and Anthropic's own form, which has anthropic_version",
                parameter: place)
        }
        var writer = JSONWriter(reserving: bytes.count + 64)
        writer.beginObject()
        writer.member("model", model)
        for (key, value) in request.members where !key.equals("model") {
            writer.key(key)
            writer.value(value)
        }
        writer.endObject()
        do throws(JSONError) {
            return try JSONDocument.parse(writer.bytes, maximumDepth: 64).root
        } catch {
            throw .validation(place, "is not valid JSON: \(error.message)")
        }
    }

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
