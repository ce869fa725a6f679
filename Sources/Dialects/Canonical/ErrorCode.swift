/// Every way a call can fail, closed: safe as a metric label. The table is contract 1.6.
public enum ErrorCode: String, Sendable, CaseIterable {
    case invalidJSON = "invalid_json"
    case invalidRequest = "invalid_request"
    case providerMismatch = "provider_mismatch"
    case streamNotSupported = "stream_not_supported"
    case unsupportedParameter = "unsupported_parameter"
    case contextLengthExceeded = "context_length_exceeded"
    case providerRejected = "provider_rejected"
    case validationFailed = "validation_failed"
    case unknownField = "unknown_field"
    case contentFilter = "content_filter"
    case missingCredential = "missing_credential"
    case invalidCredential = "invalid_credential"
    case expiredCredential = "expired_credential"
    case revokedCredential = "revoked_credential"
    case forbidden
    case modelNotAllowed = "model_not_allowed"
    case providerNotFound = "provider_not_found"
    case modelNotFound = "model_not_found"
    case notFound = "not_found"
    case methodNotAllowed = "method_not_allowed"
    case notAcceptable = "not_acceptable"
    case requestTimeout = "request_timeout"
    case payloadTooLarge = "payload_too_large"
    case unsupportedMediaType = "unsupported_media_type"
    case headersTooLarge = "headers_too_large"
    case idempotencyConflict = "idempotency_conflict"
    case rateLimitExceeded = "rate_limit_exceeded"
    case quotaExceeded = "quota_exceeded"
    case providerRateLimited = "provider_rate_limited"
    case middlewareError = "middleware_error"
    case internalError = "internal_error"
    case notImplemented = "not_implemented"
    case providerError = "provider_error"
    case providerUnreachable = "provider_unreachable"
    case providerAuthentication = "provider_authentication"
    case providerBilling = "provider_billing"
    case providerBadResponse = "provider_bad_response"
    case circuitOpen = "circuit_open"
    case noProviderAvailable = "no_provider_available"
    case overloaded
    case notReady = "not_ready"
    case storeUnavailable = "store_unavailable"
    case providerNotConfigured = "provider_not_configured"
    case providerTimeout = "provider_timeout"
    case deadlineExceeded = "deadline_exceeded"
    case streamInterrupted = "stream_interrupted"
    case streamTimeout = "stream_timeout"
    /// The client went away. Never sent to anybody.
    case aborted
}

extension ErrorCode {
    /// What clients see besides the code.
    public struct Facts: Sendable {
        public var status: Int
        public var type: StaticString
        public var isRetryable: Bool
    }

    public var facts: Facts {
        switch self {
        case .invalidJSON, .invalidRequest, .providerMismatch, .streamNotSupported, .unsupportedParameter,
            .contextLengthExceeded, .providerRejected:
            Facts(status: 400, type: "invalid_request", isRetryable: false)
        case .validationFailed, .unknownField: Facts(status: 400, type: "validation", isRetryable: false)
        case .contentFilter: Facts(status: 400, type: "content_filter", isRetryable: false)
        case .missingCredential, .invalidCredential, .expiredCredential, .revokedCredential:
            Facts(status: 401, type: "authentication", isRetryable: false)
        case .forbidden, .modelNotAllowed: Facts(status: 403, type: "authorization", isRetryable: false)
        case .providerNotFound: Facts(status: 404, type: "provider_not_found", isRetryable: false)
        case .modelNotFound: Facts(status: 404, type: "model_not_found", isRetryable: false)
        case .notFound: Facts(status: 404, type: "not_found", isRetryable: false)
        case .methodNotAllowed: Facts(status: 405, type: "invalid_request", isRetryable: false)
        case .notAcceptable: Facts(status: 406, type: "invalid_request", isRetryable: false)
        case .requestTimeout: Facts(status: 408, type: "invalid_request", isRetryable: true)
        case .payloadTooLarge: Facts(status: 413, type: "invalid_request", isRetryable: false)
        case .unsupportedMediaType: Facts(status: 415, type: "invalid_request", isRetryable: false)
        case .headersTooLarge: Facts(status: 431, type: "invalid_request", isRetryable: false)
        case .idempotencyConflict: Facts(status: 409, type: "conflict", isRetryable: false)
        case .rateLimitExceeded, .quotaExceeded, .providerRateLimited:
            Facts(status: 429, type: "rate_limit", isRetryable: true)
        case .middlewareError: Facts(status: 500, type: "middleware", isRetryable: false)
        case .internalError: Facts(status: 500, type: "unknown", isRetryable: false)
        case .notImplemented: Facts(status: 501, type: "invalid_request", isRetryable: false)
        case .providerError: Facts(status: 502, type: "provider", isRetryable: true)
        case .providerUnreachable: Facts(status: 502, type: "network", isRetryable: true)
        case .providerAuthentication, .providerBilling: Facts(status: 502, type: "provider", isRetryable: false)
        case .providerBadResponse: Facts(status: 502, type: "parse", isRetryable: false)
        case .circuitOpen, .noProviderAvailable: Facts(status: 503, type: "provider", isRetryable: true)
        case .overloaded, .notReady, .storeUnavailable: Facts(status: 503, type: "overloaded", isRetryable: true)
        case .providerNotConfigured: Facts(status: 503, type: "config", isRetryable: false)
        case .providerTimeout, .deadlineExceeded: Facts(status: 504, type: "timeout", isRetryable: true)
        case .streamInterrupted, .streamTimeout: Facts(status: 502, type: "stream", isRetryable: true)
        case .aborted: Facts(status: 499, type: "aborted", isRetryable: false)
        }
    }
}
