internal import Dialects
internal import Wire

/// The canonical JSON whose digest is a call's key: who shares it, where it goes, and all of the request that makes its
/// answer what it is. Contract 13.8.
///
/// A request that says only what all chat dialects say alike is written in OpenAI's form, so that clients of any of them
/// share its answer. Another is written in its own form, under that form's name: what cannot be compared is not shared.
enum CacheKeyText {
    /// - Parameters:
    ///   - tenant: empty where all share.
    ///   - provider, model: as planned.
    static func text(
        _ request: CompletionRequest, tenant: String, provider: String, model: String, _ directives: RequestDirectives
    ) -> [UInt8] {
        let shared = SharedForm.body(of: request)
        var writer = JSONWriter(reserving: request.body.documentBytes + 256)
        // In the order of their names.
        writer.beginObject()
        if !request.earlierItems.isEmpty {
            writer.key("earlier")
            writer.beginArray()
            for item in request.earlierItems { writer.canonical(item) }
            writer.endArray()
        }
        writer.member("form", shared == nil ? form(request.dialect) : "chat")
        // Vendors' flags change what a model does.
        if !directives.vendorHeaders.isEmpty {
            writer.key("headers")
            writer.beginArray()
            for (name, value) in directives.vendorHeaders {
                writer.string(name)
                writer.string(value)
            }
            writer.endArray()
        }
        writer.member("model", model)
        writer.member("provider", provider)
        writer.key("request")
        if let shared {
            writer.canonicalObject(shared) { key, value in !value.isNull && !isLeftOut(key) }
        } else {
            writer.canonicalObject(request.body) { key, value in !value.isNull && !isLeftOut(key, request.dialect) }
        }
        if let simulation = directives.simulation { writer.member("simulation", simulation) }
        // A strict call is refused where another is answered without a field.
        if directives.parameterPolicy == .strict { writer.member("strict", true) }
        writer.member("tenant", tenant)
        writer.endObject()
        return writer.bytes
    }

    private static func form(_ dialect: CompletionRequest.Dialect) -> StaticString {
        switch dialect {
        case .openAI: "openai"
        case .unified: "unified"
        case .textCompletion: "text"
        case .anthropic: "anthropic"
        case .responses: "responses"
        case .gemini: "gemini"
        case .bedrock: "bedrock"
        case .embeddings: "embeddings"
        }
    }

    /// How an answer is sent and who asked does not change it; where it goes stands apart.
    private static func isLeftOut(_ key: JSONKey) -> Bool {
        key.equals("model") || key.equals("stream") || key.equals("stream_options") || key.equals("user")
            || key.equals("metadata")
    }

    private static func isLeftOut(_ key: JSONKey, _ dialect: CompletionRequest.Dialect) -> Bool {
        switch dialect {
        case .openAI, .anthropic, .embeddings: isLeftOut(key)
        case .unified, .textCompletion: isLeftOut(key) || key.equals("provider") || key.equals("routing")
        // The items of the answer before stand in the key, not its id; who keeps the answer is the hub.
        case .responses: isLeftOut(key) || key.equals("previous_response_id") || key.equals("store")
        case .gemini, .bedrock: key.equals("requestMetadata") || key.equals("labels")
        }
    }
}

extension RequestDirectives {
    /// Says nothing that is part of a key.
    var isPlain: Bool { vendorHeaders.isEmpty && simulation == nil && parameterPolicy != .strict }
}
