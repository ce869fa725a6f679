/// Why a call gave no complete response. A status of 400 or 500 is a response, not an error.
public enum HTTPClientError: Error, Sendable, Equatable {
    /// Refused before anything was sent: URL, scheme, method or header.
    case invalidRequest(String)
    case unresolvedHost(String)
    /// Refused, unreachable or out of local resources.
    case connectFailed(String)
    /// Handshake or certificate verification failed.
    case tlsFailed(String)
    /// A deadline passed, whichever it was, and nothing of the request had been sent.
    case connectTimeout
    case headTimeout
    case firstByteTimeout
    case idleTimeout
    case totalTimeout
    /// The body is larger than the bound, given in bytes.
    case responseTooLarge(Int)
    /// The peer closed or reset before the head of the response was complete.
    case connectionClosed(String)
    /// The head had arrived with this status; the body ended too early or its framing broke.
    case bodyCut(status: Int, reason: String)
    /// What came is not HTTP, or exceeds what a head may be.
    case malformedResponse(String)
    /// No connection became free in the time that the pool gives, or before the connect deadline.
    case poolExhausted
    case cancelled
    /// Cancelled when nothing of the request had been sent.
    case cancelledUnsent

    /// Of a call of which nothing has been sent.
    var beforeSending: HTTPClientError {
        switch self {
        case .headTimeout, .firstByteTimeout, .totalTimeout: .connectTimeout
        case .cancelled: .cancelledUnsent
        default: self
        }
    }

    /// Whether the server cannot have had anything of the request. Of a connection that was lost nobody knows.
    public var isUnsent: Bool {
        switch self {
        case .invalidRequest, .unresolvedHost, .connectFailed, .tlsFailed, .connectTimeout, .poolExhausted,
            .cancelledUnsent:
            true
        case .headTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout, .responseTooLarge, .connectionClosed,
            .bodyCut, .malformedResponse, .cancelled:
            false
        }
    }

    public var isTimeout: Bool {
        switch self {
        case .connectTimeout, .headTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout: true
        default: false
        }
    }
}
