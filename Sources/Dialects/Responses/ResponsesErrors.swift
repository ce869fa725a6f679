public import Wire

/// Errors of OpenAI's Responses. Those of a status are OpenAI's as everywhere; those inside an answer have their own places.
public enum ResponsesErrors {
    /// Classifies a provider's answer with a status other than 2xx.
    /// - Parameter retryAfter: of the response headers, in seconds.
    public static func parse(status: Int, body: [UInt8], provider: String, retryAfter: Int?) -> HubError {
        OpenAIErrors.parse(status: status, body: body, provider: provider, retryAfter: retryAfter)
    }

    /// What failed, where an answer or an event was expected: an error object, an event of type `error`, or a response whose
    /// status is `failed` or `cancelled`.
    public static func parseInside(_ body: JSONValue, provider: String) -> HubError? {
        // The event of this type has its fields beside the type, or an error object as well.
        if body["type"]?.equals("error") == true {
            let error = body["error"].flatMap { $0.isObject ? $0 : nil } ?? body
            return self.error(error, provider: provider)
        }
        let response = body["response"].flatMap { $0.isObject ? $0 : nil } ?? body
        let status = response["status"]
        if status?.equals("failed") == true || status?.equals("cancelled") == true {
            return error(response["error"] ?? response, provider: provider)
        }
        if let error = response["error"], error.isObject { return self.error(error, provider: provider) }
        return nil
    }

    private static func error(_ error: JSONValue, provider: String) -> HubError {
        let facts = ProviderErrorFacts(error, rawBody: [])
        return facts.error(code(facts), status: 200, provider: provider)
    }

    /// The codes of a failed response say what a status would.
    private static func code(_ facts: ProviderErrorFacts) -> ErrorCode {
        switch facts.code ?? facts.type {
        case "rate_limit_exceeded": .providerRateLimited
        case "context_length_exceeded": .contextLengthExceeded
        case "invalid_prompt", "content_filter", "image_content_policy_violation", "bio_policy", "cyber_policy":
            .contentFilter
        case "insufficient_quota": .providerBilling
        case "vector_store_timeout": .providerTimeout
        case let code? where code.hasPrefix("invalid_") || code.hasSuffix("_image") || code.hasPrefix("image_"):
            .providerRejected
        default: .providerError
        }
    }

    // MARK: To a client

    /// The event of contract 2.8: `{type,sequence_number,code,message,param,error{..}}`.
    static func renderEvent(_ error: HubError, sequenceNumber: Int) -> [UInt8] {
        var writer = JSONWriter(reserving: 384)
        writer.beginObject()
        writer.member("type", "error")
        writer.member("sequence_number", sequenceNumber)
        writer.member("code", OpenAIErrors.clientCode(error.code))
        writer.member("message", error.message)
        writer.key("param")
        if let parameter = error.parameter { writer.string(parameter) } else { writer.null() }
        writer.key("error")
        OpenAIErrors.writeObject(error, to: &writer)
        writer.endObject()
        return writer.bytes
    }
}
