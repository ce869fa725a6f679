import Dialects
import Testing

/// Contract 1.6, written down again.
struct HubErrorTests {
    private static let contract: [(status: Int, type: String, isRetryable: Bool, codes: String)] = [
        (
            400, "invalid_request", false,
            """
            invalid_json invalid_request provider_mismatch stream_not_supported unsupported_parameter \
            context_length_exceeded provider_rejected
            """
        ),
        (400, "validation", false, "validation_failed unknown_field"),
        (400, "content_filter", false, "content_filter"),
        (
            401, "authentication", false,
            "missing_credential invalid_credential expired_credential revoked_credential"
        ),
        (403, "authorization", false, "forbidden model_not_allowed"),
        (404, "provider_not_found", false, "provider_not_found"),
        (404, "model_not_found", false, "model_not_found"),
        (404, "not_found", false, "not_found"),
        (405, "invalid_request", false, "method_not_allowed"),
        (406, "invalid_request", false, "not_acceptable"),
        (413, "invalid_request", false, "payload_too_large"),
        (409, "conflict", false, "idempotency_conflict"),
        (415, "invalid_request", false, "unsupported_media_type"),
        (431, "invalid_request", false, "headers_too_large"),
        (429, "rate_limit", true, "rate_limit_exceeded quota_exceeded provider_rate_limited"),
        (500, "middleware", false, "middleware_error"),
        (500, "unknown", false, "internal_error"),
        (502, "provider", true, "provider_error"),
        (502, "network", true, "provider_unreachable"),
        (502, "provider", false, "provider_authentication provider_billing"),
        (502, "parse", false, "provider_bad_response"),
        (503, "provider", true, "circuit_open no_provider_available"),
        (503, "overloaded", true, "overloaded not_ready store_unavailable"),
        (503, "config", false, "provider_not_configured"),
        (504, "timeout", true, "provider_timeout deadline_exceeded"),
        (502, "stream", true, "stream_interrupted stream_timeout"),
    ]
    /// Not in the contract's table: what the HTTP server itself refuses, and what nobody sees.
    private static let others: Set<ErrorCode> = [.requestTimeout, .notImplemented, .aborted]

    @Test func `every code has the status, type and retry flag of the contract`() throws {
        for row in Self.contract {
            for name in row.codes.split(separator: " ") {
                let code = try #require(ErrorCode(rawValue: String(name)))
                #expect(code.facts.status == row.status, "\(name)")
                #expect("\(code.facts.type)" == row.type, "\(name)")
                #expect(code.facts.isRetryable == row.isRetryable, "\(name)")
            }
        }
    }

    @Test func `every code is in the contract`() {
        let listed = Self.contract.flatMap {
            $0.codes.split(separator: " ").compactMap { ErrorCode(rawValue: "\($0)") }
        }
        #expect(Set(listed).union(Self.others) == Set(ErrorCode.allCases))
    }

    @Test(arguments: [
        (ErrorCode.invalidCredential, "authentication_error", "invalid_api_key"),
        (.forbidden, "permission_error", "forbidden"), (.quotaExceeded, "insufficient_quota", "insufficient_quota"),
        (.providerRateLimited, "rate_limit_error", "provider_rate_limited"),
        (.modelNotFound, "invalid_request_error", "model_not_found"),
        (.validationFailed, "invalid_request_error", "validation_failed"),
        (.providerError, "server_error", "provider_error"), (.notReady, "server_error", "not_ready"),
    ])
    func `OpenAI's clients get their own types`(code: ErrorCode, type: String, clientCode: String) {
        let body = OpenAIErrors.render(HubError(code, "why", parameter: "p")).text
        #expect(body == #"{"error":{"message":"why","type":"\#(type)","param":"p","code":"\#(clientCode)"}}"#)
    }

    @Test func `the hub's envelope leaves out what is not known`() {
        let body = UnifiedErrors.render(HubError(.notFound, "nothing here"), requestID: "req_1").text
        #expect(
            body == """
                {"error":{"type":"not_found","code":"not_found","message":"nothing here","retryable":false,\
                "requestId":"req_1"}}
                """)
    }

    @Test func `the hub's envelope says what the provider said`() {
        var error = HubError(.providerRateLimited, "acme: slow down")
        error.provider = "acme"
        error.retryAfter = 7
        error.upstream = .init(status: 429, code: "rate_limit_exceeded", message: "slow down")
        #expect(
            UnifiedErrors.render(error, requestID: "req_1").text == """
                {"error":{"type":"rate_limit","code":"provider_rate_limited","message":"acme: slow down",\
                "provider":"acme","retryable":true,"retryAfter":7,"requestId":"req_1",\
                "details":{"upstreamStatus":429,"upstreamCode":"rate_limit_exceeded","upstreamMessage":"slow down"}}}
                """)
    }
}
