public import Wire

/// OpenAI's error object: what providers of this form send, and what its clients get.
public enum OpenAIErrors {
    // MARK: From a provider

    /// Classifies a provider's answer with a status other than 2xx. The body may be anything.
    /// - Parameter retryAfter: of the response headers, in seconds.
    public static func parse(status: Int, body: [UInt8], provider: String, retryAfter: Int?) -> HubError {
        let root = (try? JSONDocument.parse(body, maximumDepth: 512))?.root
        let facts = Facts(root, rawBody: body)
        var error = HubError(code(status: status, facts), "")
        error.message = message(error.code, provider: provider, status: status, facts)
        error.provider = provider
        error.parameter = facts.parameter
        if error.code == .providerRateLimited || error.status == 503 { error.retryAfter = retryAfter }
        error.upstream = .init(status: status, code: facts.code ?? facts.type, message: facts.message)
        return error
    }

    /// An error object where an answer was expected: inside HTTP 200, or as an event of a stream.
    public static func parseInside(_ body: JSONValue, provider: String) -> HubError? {
        guard let error = body["error"], !error.isNull else { return nil }
        let facts = Facts(body, rawBody: [])
        // Some put the status they mean into `code` or `status_code`.
        let meant = error["code"]?.int ?? error["status_code"]?.int ?? body["status_code"]?.int
        let status = meant.flatMap { (400...599).contains($0) ? $0 : nil } ?? 500
        var result = HubError(code(status: status, facts), "")
        result.message = message(result.code, provider: provider, status: 200, facts)
        result.provider = provider
        result.parameter = facts.parameter
        result.upstream = .init(status: 200, code: facts.code ?? facts.type, message: facts.message)
        return result
    }

    /// What an error body says, whichever of the known shapes it has.
    private struct Facts {
        var message: String?
        var type: String?
        var code: String?
        var parameter: String?

        init(_ root: JSONValue?, rawBody: [UInt8]) {
            guard let root, root.isObject else {
                // HTML or plain text from something in between.
                let text = String(decoding: rawBody.prefix(300), as: UTF8.self)
                message = text.isEmpty ? nil : text
                return
            }
            let error = root["error"].flatMap { $0.isObject ? $0 : nil } ?? root
            let candidates = [error["message"], root["error"], root["detail"], root["message"]]
            message = candidates.lazy.compactMap { $0?.string }.first
            type = error["type"]?.string
            code = error["code"]?.string ?? error["code"]?.int.map { String($0) }
            parameter = error["param"]?.string
        }

        func mentions(_ words: String...) -> Bool {
            guard let message = message?.lowercased() else { return false }
            return words.contains { message.contains($0) }
        }
    }

    private static func code(status: Int, _ facts: Facts) -> ErrorCode {
        switch facts.code {
        case "context_length_exceeded", "string_above_max_length": return .contextLengthExceeded
        case "content_filter", "content_policy_violation": return .contentFilter
        case "insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached": return .providerBilling
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
        case 429: return .providerRateLimited
        case 405...499: return .providerRejected
        default: return .providerError
        }
    }

    /// The provider's words go to the client, except where they may hold a key or an account's name.
    private static func message(_ code: ErrorCode, provider: String, status: Int, _ facts: Facts) -> String {
        switch code {
        case .providerAuthentication: "\(provider) refused the hub's credential (status \(status))"
        case .providerBilling: "the hub's account with \(provider) has no credit or quota left"
        default: facts.message.map { "\(provider): \($0)" } ?? "\(provider) answered with status \(status)"
        }
    }

    // MARK: To a client

    /// `{"error":{message,type,param,code}}`.
    public static func render(_ error: HubError) -> [UInt8] {
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        writer.key("error")
        writer.beginObject()
        writer.member("message", error.message)
        writer.member("type", type(of: error))
        writer.key("param")
        if let parameter = error.parameter { writer.string(parameter) } else { writer.null() }
        writer.member("code", clientCode(error.code))
        writer.endObject()
        writer.endObject()
        return writer.bytes
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

    private static func clientCode(_ code: ErrorCode) -> String {
        switch code {
        case .invalidCredential: "invalid_api_key"
        case .quotaExceeded: "insufficient_quota"
        default: code.rawValue
        }
    }
}
