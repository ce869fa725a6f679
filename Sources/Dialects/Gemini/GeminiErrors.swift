public import Wire

/// Google's error object, `google.rpc.Status`: what it sends, and what its clients get.
public enum GeminiErrors {
    // MARK: From a provider

    /// Classifies an answer with a status other than 2xx. The body may be anything; of a stream that was asked for as an
    /// array it is an array.
    /// - Parameter retryAfter: of the response headers, in seconds. Google says it in the body.
    public static func parse(status: Int, body: [UInt8], provider: String, retryAfter: Int?) -> HubError {
        let root = (try? JSONDocument.parse(body, maximumDepth: 512))?.root
        return error(root?[index: 0] ?? root, rawBody: body, status: status, provider, retryAfter: retryAfter)
    }

    /// `{"error":{...}}` where an answer or an event was expected.
    public static func parseInside(_ body: JSONValue, provider: String) -> HubError? {
        let body = body[index: 0] ?? body
        guard let inner = body["error"], inner.isObject else { return nil }
        var error = error(body, rawBody: [], status: status(of: inner), provider, retryAfter: nil)
        error.upstream?.status = 200
        return error
    }

    /// The status that an error means: its code, or that of its word.
    private static func status(of error: JSONValue) -> Int {
        if let code = error["code"]?.int, (400...599).contains(code) { return code }
        return statuses.first { error["status"]?.string == $0.word }?.status ?? 500
    }

    private static let statuses: [(word: String, status: Int)] = [
        ("INVALID_ARGUMENT", 400), ("FAILED_PRECONDITION", 400), ("OUT_OF_RANGE", 400), ("UNAUTHENTICATED", 401),
        ("PERMISSION_DENIED", 403), ("NOT_FOUND", 404), ("ABORTED", 409), ("RESOURCE_EXHAUSTED", 429),
        ("CANCELLED", 499), ("INTERNAL", 500), ("UNIMPLEMENTED", 501), ("UNAVAILABLE", 503),
        ("DEADLINE_EXCEEDED", 504),
    ]

    private static func error(
        _ body: JSONValue?, rawBody: [UInt8], status: Int, _ provider: String, retryAfter: Int?
    ) -> HubError {
        let facts = ProviderErrorFacts(body, rawBody: rawBody)
        let inner = body?["error"]
        let details = Details(inner?["details"])
        var error = facts.error(
            code(status: status, inner?["status"]?.string, facts, details), status: status, provider: provider,
            retryAfter: details.retryAfter ?? retryAfter)
        if let word = inner?["status"]?.string { error.upstream?.code = word }
        return error
    }

    private static func code(
        status: Int, _ word: String?, _ facts: ProviderErrorFacts, _ details: Details
    ) -> ErrorCode {
        // A key that is no key is a bad argument to Google.
        if details.reasons.contains(where: { $0.hasPrefix("API_KEY_") }) { return .providerAuthentication }
        switch status {
        case 400, 413, 422:
            if word == "FAILED_PRECONDITION" { return .providerAuthentication }
            return facts.mentions("exceeds the maximum number of tokens", "token count exceeds", "context length")
                ? .contextLengthExceeded : .providerRejected
        case 401, 403: return .providerAuthentication
        case 402: return .providerBilling
        case 404: return .modelNotFound
        case 408, 504: return .providerTimeout
        case 429: return details.isSpent ? .providerBilling : .providerRateLimited
        // ABORTED and CANCELLED: the call met another, or Google gave it up.
        case 409, 499: return .providerError
        case 405...498: return .providerRejected
        default: return .providerError
        }
    }

    /// What `details` says, as far as the hub acts on it.
    private struct Details {
        /// Seconds, rounded up.
        var retryAfter: Int?
        /// Of `ErrorInfo`.
        var reasons: [String] = []
        /// A quota of a day, or of nothing: waiting for a moment does not help.
        var isSpent = false

        init(_ list: JSONValue?) {
            guard let list else { return }
            for detail in list.elements {
                guard let type = detail["@type"]?.string else { continue }
                if type.hasSuffix(".RetryInfo") { retryAfter = Self.seconds(detail["retryDelay"]?.string) }
                if type.hasSuffix(".ErrorInfo"), let reason = detail["reason"]?.string { reasons.append(reason) }
                if type.hasSuffix(".QuotaFailure"), let violations = detail["violations"] {
                    isSpent = isSpent || violations.elements.contains(where: Self.isSpent)
                }
            }
        }

        private static func isSpent(_ violation: JSONValue) -> Bool {
            violation["quotaId"]?.string?.contains("PerDay") == true || violation["quotaValue"]?.equals("0") == true
        }

        /// `34.07s`, up to a day.
        private static func seconds(_ text: String?) -> Int? {
            guard let text, text.hasSuffix("s"), let seconds = Double(text.dropLast()), (0...86_400).contains(seconds)
            else { return nil }
            return Int(seconds.rounded(.up))
        }
    }

    // MARK: To a client

    /// `{"error":{code,message,status,details}}`; the details name the hub's own code and how long to wait.
    public static func render(_ error: HubError) -> [UInt8] {
        var writer = JSONWriter(reserving: 320)
        write(error, to: &writer)
        return writer.bytes
    }

    static func write(_ error: HubError, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("error")
        writer.beginObject()
        writer.member("code", error.status)
        writer.member("message", error.message)
        writer.member("status", word(of: error.status))
        writer.key("details")
        writer.beginArray()
        writer.beginObject()
        writer.member("@type", "type.googleapis.com/google.rpc.ErrorInfo")
        writer.member("reason", error.code.rawValue.uppercased())
        writer.member("domain", "connector-hub")
        writer.endObject()
        if let seconds = error.retryAfter {
            writer.beginObject()
            writer.member("@type", "type.googleapis.com/google.rpc.RetryInfo")
            writer.member("retryDelay", "\(seconds)s")
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        writer.endObject()
    }

    private static func word(of status: Int) -> StaticString {
        switch status {
        case 401: "UNAUTHENTICATED"
        case 403: "PERMISSION_DENIED"
        case 404: "NOT_FOUND"
        case 408, 504: "DEADLINE_EXCEEDED"
        case 409: "ABORTED"
        case 429: "RESOURCE_EXHAUSTED"
        case 501: "UNIMPLEMENTED"
        case 502, 503, 529: "UNAVAILABLE"
        case 500...: "INTERNAL"
        default: "INVALID_ARGUMENT"
        }
    }
}
