internal import Wire

/// Bedrock's errors: a name in the header `x-amzn-errortype` or in the stream's frame, a body with a message.
public enum BedrockErrors {
    /// Classifies an answer with a status other than 2xx.
    /// - Parameters:
    ///   - type: the header `x-amzn-errortype`, which may have a URL after a colon.
    ///   - retryAfter: of the response headers, in seconds. Bedrock itself sends none.
    public static func parse(
        status: Int, type: String?, body: [UInt8], provider: String, retryAfter: Int?
    ) -> HubError {
        let root = (try? JSONDocument.parse(body, maximumDepth: 512))?.root
        let name = name(type) ?? root?["__type"]?.string.flatMap { Self.name($0) }
        let facts = ProviderErrorFacts(root, rawBody: body)
        let error = facts.error(
            code(name, status: status, facts), status: status, provider: provider, retryAfter: retryAfter)
        return named(error, name)
    }

    /// An exception or an error in the stream.
    static func parseInside(_ message: EventStreamMessage, provider: String) -> HubError? {
        let given: String?
        switch message[":message-type"] {
        case "exception": given = message[":exception-type"]
        case "error": given = message[":error-code"]
        default: return nil
        }
        // Here they begin with a small letter.
        let name = name(given).map { $0.prefix(1).uppercased() + $0.dropFirst() }
        let root = (try? JSONDocument.parse(message.payload, maximumDepth: 512))?.root
        let text = message[":error-message"].map { Array($0.utf8) }
        let facts = ProviderErrorFacts(text == nil ? root : nil, rawBody: text ?? message.payload)
        let status = status(of: name)
        return named(facts.error(code(name, status: status, facts), status: 200, provider: provider), name)
    }

    private static func named(_ error: HubError, _ name: String?) -> HubError {
        var error = error
        if let name { error.upstream?.code = name }
        return error
    }

    /// `ValidationException` of `ValidationException:http://internal.amazon.com/...` or `com.amazon#ValidationException`.
    private static func name(_ text: String?) -> String? {
        guard let text else { return nil }
        let name = text.prefix { $0 != ":" }.split(separator: "#").last ?? ""
        let isName =
            (1...64).contains(name.utf8.count) && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
        return isName ? String(name) : nil
    }

    /// The status that goes with an exception of a stream.
    private static func status(of name: String?) -> Int {
        switch name {
        case "ValidationException", "ServiceQuotaExceededException", "ConflictException": 400
        case "AccessDeniedException": 403
        case "ResourceNotFoundException": 404
        case "ModelTimeoutException": 408
        case "ThrottlingException", "ModelNotReadyException": 429
        case "ServiceUnavailableException": 503
        default: 500
        }
    }

    private static func code(_ name: String?, status: Int, _ facts: ProviderErrorFacts) -> ErrorCode {
        switch name {
        case "ServiceQuotaExceededException": return .providerBilling
        case "ThrottlingException": return .providerRateLimited
        case "ModelNotReadyException", "ServiceUnavailableException", "ModelErrorException",
            "ModelStreamErrorException", "InternalServerException":
            return .providerError
        case "ModelTimeoutException": return .providerTimeout
        case "ResourceNotFoundException": return .modelNotFound
        // Bad signatures and stale tokens, whatever their status.
        case "IncompleteSignature", "IncompleteSignatureException", "InvalidSignatureException",
            "ExpiredTokenException", "UnrecognizedClientException", "MissingAuthenticationTokenException":
            return .providerAuthentication
        default: break
        }
        switch status {
        case 400, 413, 422:
            let words = facts.mentions(
                "input is too long", "input tokens exceeded", "too many input tokens", "context window",
                "prompt is too long", "maximum context length")
            if words {
                return .contextLengthExceeded
            }
            return facts.mentions("model identifier is invalid") ? .modelNotFound : .providerRejected
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

    /// `{"message"}`; the kind is in the header `x-amzn-errortype`, see `type`.
    public static func render(_ error: HubError) -> [UInt8] {
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        writer.member("message", error.message)
        writer.endObject()
        return writer.bytes
    }

    /// What Bedrock itself has said, where its clients have a class for it.
    private static let passed: Set<String> = [
        "ModelErrorException", "ModelNotReadyException", "ModelTimeoutException", "InternalServerException",
        "ServiceUnavailableException", "ServiceQuotaExceededException", "ModelStreamErrorException",
    ]

    /// Of the header `x-amzn-errortype`: what makes AWS's clients raise the error that Bedrock's own would.
    public static func type(of error: HubError) -> String {
        if let name = error.upstream?.code, passed.contains(name) { return name }
        return switch error.status {
        case 401: "UnrecognizedClientException"
        case 403: "AccessDeniedException"
        case 404: "ResourceNotFoundException"
        case 408, 504: "ModelTimeoutException"
        case 429: "ThrottlingException"
        case 400..<500: "ValidationException"
        case 503: "ServiceUnavailableException"
        case 502: "ModelErrorException"
        default: "InternalServerException"
        }
    }

    /// In a stream there are five, with a small letter.
    static func exception(_ error: HubError) -> String {
        switch (error.upstream?.code, error.status) {
        case ("InternalServerException", _): "internalServerException"
        case ("ServiceUnavailableException", _), (_, 503): "serviceUnavailableException"
        case ("ThrottlingException", _), (_, 429): "throttlingException"
        case ("ValidationException", _), (_, 400..<500): "validationException"
        case (_, 502), (_, 504): "modelStreamErrorException"
        default: "internalServerException"
        }
    }
}
