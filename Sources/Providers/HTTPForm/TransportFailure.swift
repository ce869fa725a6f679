internal import Dialects
internal import HTTPClient

/// Failures below HTTP, in the hub's terms.
enum TransportFailure {
    static func error(_ failure: HTTPClientError, provider: String) -> HubError {
        // The status of a refusal says enough, whatever became of its body.
        if case .bodyCut(let status, _) = failure, !(200..<300).contains(status) {
            return OpenAIErrors.parse(status: status, body: [], provider: provider, retryAfter: nil)
        }
        var error = HubError(code(failure), "\(provider): \(text(failure))")
        error.provider = provider
        error.isUnsent = failure.isUnsent
        return error
    }

    /// Of a call for credentials, before that to the provider.
    static func beforeCall(_ failure: HTTPClientError, provider: String) -> HubError {
        var error = error(failure, provider: provider)
        error.isUnsent = true
        return error
    }

    /// After a streamed answer began.
    static func inStream(_ failure: HTTPClientError, provider: String) -> HubError {
        var result = error(failure, provider: provider)
        switch failure {
        case .cancelled, .cancelledUnsent: break
        case _ where failure.isTimeout: result.code = .streamTimeout
        default: result.code = .streamInterrupted
        }
        return result
    }

    private static func code(_ failure: HTTPClientError) -> ErrorCode {
        switch failure {
        case .invalidRequest: .internalError
        case .unresolvedHost, .connectFailed, .tlsFailed, .connectionClosed: .providerUnreachable
        case .connectTimeout, .headTimeout, .firstByteTimeout, .idleTimeout, .totalTimeout: .providerTimeout
        // The provider has done its work, and may have charged for it: not to be repeated as a lost connection is.
        case .responseTooLarge, .malformedResponse, .bodyCut: .providerBadResponse
        case .poolExhausted: .overloaded
        case .cancelled, .cancelledUnsent: .aborted
        }
    }

    static func text(_ failure: HTTPClientError) -> String {
        switch failure {
        case .invalidRequest(let reason): "the request cannot be sent: \(reason)"
        case .unresolvedHost(let reason): "the host name has no address: \(reason)"
        case .connectFailed(let reason): "no connection: \(reason)"
        case .tlsFailed(let reason): "no secure connection: \(reason)"
        case .connectTimeout: "no connection in time"
        case .headTimeout: "no answer in time"
        case .firstByteTimeout: "the answer did not begin in time"
        case .idleTimeout: "the answer stopped arriving"
        case .totalTimeout: "the answer took too long"
        case .responseTooLarge(let bytes): "the answer is larger than \(bytes) bytes"
        case .connectionClosed(let reason): "the connection was closed: \(reason)"
        case .bodyCut(_, let reason): "the answer is cut: \(reason)"
        case .malformedResponse(let reason): "the answer is not HTTP: \(reason)"
        case .poolExhausted: "all connections are in use"
        case .cancelled, .cancelledUnsent: "cancelled"
        }
    }
}
