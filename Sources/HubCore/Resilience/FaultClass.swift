public import Dialects

/// Whose fault a failed attempt is, which decides what is done about it.
public enum FaultClass: String, Sendable, CaseIterable {
    /// The request itself is refused: no provider would take it.
    case client
    case contentFilter = "content_filter"
    case contextLength = "context_length"
    /// The target lacks what the request needs.
    case incapable
    case rateLimit = "rate_limit"
    /// The hub's credential or account at the provider.
    case authentication
    case notFound = "not_found"
    case notConfigured = "not_configured"
    /// The provider says that it has too much to do, or the hub has no connection to it free.
    case overload
    case transient
    case network
    case timeout
    /// An answer that cannot be read, or that was cut: the provider may have charged for it.
    case badResponse = "bad_response"
    case circuitOpen = "circuit_open"
    /// The hub's own limits, budgets and permissions for this target.
    case governance
    /// The request's own time is over.
    case deadline
    case aborted
    /// The hub itself.
    case internalFault = "internal"

    public init(_ error: HubError) {
        self = Self.byStatus(error) ?? Self.byCode(error.code, isUpstream: error.upstream != nil)
    }

    private static func byStatus(_ error: HubError) -> FaultClass? {
        guard error.code == .providerError || error.code == .overloaded, let status = error.upstream?.status else {
            return nil
        }
        return status == 529 || status == 503 ? .overload : nil
    }

    private static func byCode(_ code: ErrorCode, isUpstream: Bool) -> FaultClass {
        switch code {
        case .invalidJSON, .invalidRequest, .providerMismatch, .streamNotSupported, .providerRejected,
            .validationFailed, .unknownField, .methodNotAllowed, .notAcceptable, .requestTimeout, .payloadTooLarge,
            .unsupportedMediaType, .headersTooLarge, .notImplemented, .missingCredential, .invalidCredential,
            .expiredCredential, .revokedCredential, .notFound, .idempotencyConflict:
            .client
        // What an adapter finds before it calls is about its target; what a provider says is about the request.
        case .unsupportedParameter: isUpstream ? .client : .incapable
        case .contentFilter: .contentFilter
        case .contextLengthExceeded: .contextLength
        case .providerRateLimited: .rateLimit
        case .providerAuthentication, .providerBilling: .authentication
        case .providerNotFound, .modelNotFound: .notFound
        case .providerNotConfigured: .notConfigured
        case .overloaded: .overload
        case .providerError: .transient
        case .providerUnreachable: .network
        case .providerTimeout, .streamTimeout: .timeout
        case .providerBadResponse, .streamInterrupted: .badResponse
        case .circuitOpen, .noProviderAvailable: .circuitOpen
        case .forbidden, .modelNotAllowed, .rateLimitExceeded, .quotaExceeded: .governance
        case .deadlineExceeded: .deadline
        case .aborted: .aborted
        case .middlewareError, .internalError, .notReady, .storeUnavailable: .internalFault
        }
    }

    /// What is done about it, before anything has reached the client.
    enum Remedy: Equatable {
        /// Nothing helps: the client gets the error.
        case answer
        /// Another target may do; this one will not.
        case elsewhere
        /// A target that takes longer prompts may do.
        case largerWindow
        /// Another target may do, or this one later.
        case again
    }

    var remedy: Remedy {
        switch self {
        case .client, .contentFilter, .deadline, .aborted, .internalFault: .answer
        case .incapable, .authentication, .notFound, .notConfigured, .badResponse, .circuitOpen, .governance:
            .elsewhere
        case .contextLength: .largerWindow
        case .rateLimit, .overload, .transient, .network, .timeout: .again
        }
    }

    /// What `x-hub-route-reason` ends in when another target was taken because of it.
    var fallbackReason: String {
        switch self {
        case .timeout: "timeout"
        case .rateLimit: "rate_limit"
        case .circuitOpen: "circuit_open"
        case .authentication: "authentication"
        default: "error"
        }
    }

    /// Whether it says that the target is unwell: contract 13.5. What the provider refuses says nothing, and neither does a
    /// deadline that the caller chose or a lack of connections of the hub's own.
    func isProviders(_ error: HubError?) -> Bool {
        switch self {
        case .transient, .network, .timeout, .badResponse: true
        case .overload: error?.upstream != nil
        default: false
        }
    }
}
