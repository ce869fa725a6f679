public import Wire

/// Converse's request: read as a client's, written for a provider. The model, and whether the answer is streamed, are in
/// the path.
public enum BedrockRequest {
    /// Checks only what the hub itself relies on; the provider, or `canonical`, judges the rest.
    /// - Parameters:
    ///   - model: of the path: an id, an ARN, an alias or `provider/model`.
    ///   - isStream: the path ends in `/converse-stream`.
    public static func parse(
        _ body: JSONValue, model: String, isStream: Bool
    ) throws(HubError) -> CompletionRequest {
        let fields = try FieldReader(body)
        try fields.refuseDuplicates(["messages", "system", "inferenceConfig", "toolConfig", "guardrailConfig"])
        // An ARN can have so many.
        guard (1...2048).contains(model.utf8.count) else {
            throw .validation("modelId", "must have 1..2048 characters")
        }
        guard let messages = try fields.array("messages", counts: 1...100_000) else {
            throw .validation("messages", "is required")
        }
        var index = 0
        for message in messages.elements {
            guard message.isObject else { throw .validation("messages[\(index)]", "must be an object") }
            index += 1
        }
        return CompletionRequest(
            dialect: .bedrock, body: body, model: model, isStream: isStream, wantsUsageChunk: true)
    }

    /// The request for a target of the same dialect: every field as it came, in its order.
    public static func render(_ request: CompletionRequest) -> [UInt8] {
        var writer = JSONWriter(reserving: request.body.documentBytes + 64)
        writer.value(request.body)
        return writer.bytes
    }
}
