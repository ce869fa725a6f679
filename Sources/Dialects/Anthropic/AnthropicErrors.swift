public import Wire

/// Anthropic's error object: what it sends, and what its clients get.
public enum AnthropicErrors {
    // MARK: From a provider

    /// Classifies an answer with a status other than 2xx. The body may be anything: the edge sends plain text.
    /// - Parameter retryAfter: of the response headers, in seconds.
    public static func parse(status: Int, body: [UInt8], provider: String, retryAfter: Int?) -> HubError {
        let root = (try? JSONDocument.parse(body, maximumDepth: 512))?.root
        let facts = ProviderErrorFacts(root, rawBody: body)
        let isSpent = root?["error"]?["details"]?["error_code"]?.equals("enforced_spend_limit_reached") == true
        let code = isSpent ? .providerBilling : code(status: status, facts)
        return facts.error(code, status: status, provider: provider, retryAfter: retryAfter)
    }

    /// `{"type":"error",...}` where an answer or an event was expected.
    public static func parseInside(_ body: JSONValue, provider: String) -> HubError? {
        guard body["type"]?.equals("error") == true || body["error"]?.isObject == true else { return nil }
        let facts = ProviderErrorFacts(body, rawBody: [])
        return facts.error(code(status: status(of: facts.type), facts), status: 200, provider: provider)
    }

    /// The status that goes with an error's type: https://platform.claude.com/docs/en/api/errors
    public static func status(of type: String?) -> Int {
        switch type {
        // In results of batches, what is wrong with a request's parameters.
        case "invalid_request_error", "invalid_request": 400
        case "authentication_error": 401
        case "billing_error": 402
        case "permission_error": 403
        case "not_found_error": 404
        case "request_too_large": 413
        case "rate_limit_error": 429
        case "timeout_error": 504
        case "overloaded_error": 529
        default: 500
        }
    }

    private static func code(status: Int, _ facts: ProviderErrorFacts) -> ErrorCode {
        switch status {
        case 400, 413, 422:
            if facts.mentions("credit balance is too low", "spend limit", "usage limits") { return .providerBilling }
            return facts.mentions("prompt is too long", "exceed context limit", "context window", "too many tokens")
                ? .contextLengthExceeded : .providerRejected
        case 401, 403: return .providerAuthentication
        case 402: return .providerBilling
        case 404: return .modelNotFound
        case 408, 504: return .providerTimeout
        case 429: return .providerRateLimited
        case 405...499: return .providerRejected
        default: return .providerError
        }
    }

    // MARK: To a client

    /// `{"type":"error","error":{type,message},"request_id"}`.
    public static func render(_ error: HubError, requestID: String) -> [UInt8] {
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        writer.member("type", "error")
        writer.key("error")
        writer.beginObject()
        writer.member("type", type(of: error.status))
        writer.member("message", error.message)
        writer.endObject()
        writer.member("request_id", requestID)
        writer.endObject()
        return writer.bytes
    }

    /// Contract 1.6: Anthropic's types, by status.
    private static func type(of status: Int) -> StaticString {
        switch status {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 404: "not_found_error"
        case 413: "request_too_large"
        case 429: "rate_limit_error"
        case 503, 529: "overloaded_error"
        case 504: "timeout_error"
        case 500...: "api_error"
        default: "invalid_request_error"
        }
    }
}
