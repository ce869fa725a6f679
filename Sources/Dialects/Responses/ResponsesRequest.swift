public import Wire

/// OpenAI's Responses request: read as a client's, written for a provider.
public enum ResponsesRequest {
    /// Checks only what the hub itself relies on; the provider, or `canonical`, judges the rest.
    ///
    /// Throws `unsupported_parameter` for what would need state at the provider: that is one account for all callers.
    public static func parse(_ body: JSONValue) throws(HubError) -> CompletionRequest {
        let fields = try FieldReader(body)
        try fields.refuseDuplicates([
            "model", "input", "stream", "store", "previous_response_id", "conversation", "background", "user",
        ])
        let model = try fields.requiredString("model", maximumLength: 256)
        if try fields.bool("background") == true { throw unsupported("background", "answers are given at once") }
        if fields.value("conversation") != nil {
            throw unsupported("conversation", "continue with previous_response_id, or send the items as input")
        }
        try checkInput(fields)
        _ = try fields.bool("store")
        return CompletionRequest(
            dialect: .responses, body: body, model: model, isStream: try fields.bool("stream") ?? false,
            wantsUsageChunk: true, user: try fields.string("user", maximumLength: 4096),
            previousResponseID: try fields.string("previous_response_id", maximumLength: 256))
    }

    private static func checkInput(_ fields: FieldReader) throws(HubError) {
        guard let input = fields.value("input") else {
            if fields.value("prompt") != nil { return }
            throw .validation("input", "is required")
        }
        if input.isString { return }
        guard input.isArray else { throw .validation("input", "must be a string or an array of items") }
        guard (1...100_000).contains(input.count) else { throw .validation("input", "must have 1..100000 items") }
        var index = 0
        for item in input.elements {
            guard item.isObject else { throw .validation("input[\(index)]", "must be an object") }
            if item["type"]?.equals("item_reference") == true {
                throw unsupported("input[\(index)].type", "send the item itself, or previous_response_id")
            }
            index += 1
        }
    }

    private static func unsupported(_ name: String, _ advice: String) -> HubError {
        HubError(.unsupportedParameter, "\(name) is not supported here: \(advice)", parameter: name)
    }

    // MARK: To a provider of the same dialect

    /// The request for a target of the same dialect: every field as it came, in its order, but for what the model is known
    /// to refuse. Nothing is kept by the provider: earlier items of a stored conversation are sent along, and encrypted
    /// reasoning is asked for so that they can be.
    /// - Parameters:
    ///   - isReasoning: the model thinks; others refuse to encrypt what they do not have.
    ///   - report: gets the fields that are left out.
    public static func render(
        _ request: CompletionRequest, model: String, isReasoning: Bool, rules: FieldRules = FieldRules(),
        report: inout TranslationReport
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: request.body.documentBytes + 256)
        let wantsReasoning = isReasoning && request.body["store"]?.bool != false
        var wroteInclude = false
        writer.beginObject()
        for (key, value) in request.body.members {
            if key.equals("model") {
                writer.member("model", model)
            } else if key.equals("input") {
                writer.key(key)
                writeInput(value, earlier: request.earlierItems, to: &writer)
            } else if key.equals("include"), wantsReasoning, value.isArray {
                writeInclude(value, to: &writer)
                wroteInclude = true
            } else if !key.equals("previous_response_id"), !key.equals("store"),
                !rules.leavesOut(key, value, report: &report)
            {
                writer.key(key)
                writer.value(value)
            }
        }
        if wantsReasoning, !wroteInclude { writeInclude(nil, to: &writer) }
        writer.member("store", false)
        writer.endObject()
        return writer.bytes
    }

    static let encryptedReasoning: StaticString = "reasoning.encrypted_content"

    private static func writeInclude(_ given: JSONValue?, to writer: inout JSONWriter) {
        writer.key("include")
        writer.beginArray()
        for value in given.map({ Array($0.elements) }) ?? [] where !value.equals(encryptedReasoning) {
            writer.value(value)
        }
        writer.string(encryptedReasoning)
        writer.endArray()
    }

    private static func writeInput(_ input: JSONValue, earlier: [JSONValue], to writer: inout JSONWriter) {
        if earlier.isEmpty, input.isString { return writer.value(input) }
        writer.beginArray()
        for item in earlier { writeItem(item, to: &writer) }
        if input.isString {
            ResponsesItemWriter.writeUser(text: input, to: &writer)
        } else {
            for item in input.elements { writeItem(item, to: &writer) }
        }
        writer.endArray()
    }

    /// An item as it came, but for what the hub made of other providers' answers: their thoughts are left out, and ids
    /// that nobody else knows.
    private static func writeItem(_ item: JSONValue, to writer: inout JSONWriter) {
        if item["type"]?.equals("reasoning") == true, ResponsesReasoning.isForeign(item) { return }
        guard ResponsesItemID.isHubs(item["id"]?.string) else { return writer.value(item) }
        writer.beginObject()
        for (key, value) in item.members where !key.equals("id") {
            writer.key(key)
            writer.value(value)
        }
        writer.endObject()
    }
}
