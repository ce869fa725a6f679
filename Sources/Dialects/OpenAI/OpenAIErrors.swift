public import Wire

/// OpenAI's error object: what providers of this form send, and what its clients get.
public enum OpenAIErrors {
    // MARK: From a provider

    /// Classifies a provider's answer with a status other than 2xx. The body may be anything.
    /// - Parameter retryAfter: of the response headers, in seconds.
    public static func parse(status: Int, body: [UInt8], provider: String, retryAfter: Int?) -> HubError {
        let root = (try? JSONDocument.parse(body, maximumDepth: 512))?.root
        let facts = ProviderErrorFacts(root, rawBody: body)
        return facts.error(
            code(status: status, facts), status: status, provider: provider, retryAfter: retryAfter)
    }

    /// An error object where an answer was expected: inside HTTP 200, or as an event of a stream. It stands at the
    /// top or, from OpenRouter, in a choice.
    public static func parseInside(_ body: JSONValue, provider: String) -> HubError? {
        guard let body = holder(body), let error = body["error"] else { return nil }
        let facts = ProviderErrorFacts(body, rawBody: [])
        // Some put the status they mean into `code` or `status_code`.
        let meant = error["code"]?.int ?? error["status_code"]?.int ?? body["status_code"]?.int
        let status = meant.flatMap { (400...599).contains($0) ? $0 : nil } ?? 500
        return facts.error(code(status: status, facts), status: 200, provider: provider)
    }

    private static func holder(_ body: JSONValue) -> JSONValue? {
        if let error = body["error"], !error.isNull { return body }
        return body["choices"]?.elements.first { $0["error"]?.isObject == true }
    }

    private static func code(status: Int, _ facts: ProviderErrorFacts) -> ErrorCode {
        switch facts.code {
        case "context_length_exceeded", "string_above_max_length": return .contextLengthExceeded
        case "content_filter", "content_policy_violation", "invalid_prompt": return .contentFilter
        case "insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached",
            "organization_spend_limit_exceeded", "project_spend_limit_exceeded", "organization_usage_limit_exceeded":
            return .providerBilling
        case "server_is_overloaded": return .providerError
        default: break
        }
        if facts.type == "insufficient_quota" { return .providerBilling }
        switch status {
        case 400, 413, 422:
            return facts.mentions("context length", "maximum context", "too many tokens", "prompt is too long")
                ? .contextLengthExceeded : .providerRejected
        case 401, 403: return .providerAuthentication
        case 402: return .providerBilling
        case 404: return .modelNotFound
        case 408, 504: return .providerTimeout
        // More than the account may ask for at once: waiting does not help.
        case 429: return facts.mentions("request too large") ? .providerRejected : .providerRateLimited
        case 405...499: return .providerRejected
        default: return .providerError
        }
    }

    // MARK: To a client

    /// `{"error":{message,type,param,code}}`.
    public static func render(_ error: HubError) -> [UInt8] {
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        writer.key("error")
        writeObject(error, to: &writer)
        writer.endObject()
        return writer.bytes
    }

    static func writeObject(_ error: HubError, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("message", error.message)
        writer.member("type", type(of: error))
        writer.key("param")
        if let parameter = error.parameter { writer.string(parameter) } else { writer.null() }
        writer.member("code", clientCode(error.code))
        writer.endObject()
    }

    private static func type(of error: HubError) -> StaticString {
        switch error.status {
        case 401: "authentication_error"
        case 403: "permission_error"
        case 429: error.code == .quotaExceeded ? "insufficient_quota" : "rate_limit_error"
        case 500...: "server_error"
        default: "invalid_request_error"
        }
    }

    static func clientCode(_ code: ErrorCode) -> String {
        switch code {
        case .invalidCredential: "invalid_api_key"
        case .quotaExceeded: "insufficient_quota"
        default: code.rawValue
        }
    }
}
