import Dialects
import Testing
import Wire

struct AnthropicErrorsTests {
    private static func body(_ type: String, _ message: String) -> String {
        #"{"type":"error","error":{"type":"\#(type)","message":"\#(message)"},"request_id":null}"#
    }

    /// Status, body, and what it is for the hub.
    private static let failures: [(Int, String, ErrorCode)] = [
        (400, body("invalid_request_error", "messages: bad"), .providerRejected),
        (400, body("invalid_request_error", "prompt is too long: 9 tokens > 8 maximum"), .contextLengthExceeded),
        (400, body("invalid_request_error", "Your credit balance is too low"), .providerBilling),
        (401, body("authentication_error", "invalid x-api-key"), .providerAuthentication),
        (402, body("billing_error", "no"), .providerBilling),
        (403, body("permission_error", "no"), .providerAuthentication),
        (404, body("not_found_error", "model: x"), .modelNotFound),
        (413, body("request_too_large", "big"), .providerRejected),
        (413, "<html>Request Entity Too Large</html>", .providerRejected),
        (429, body("rate_limit_error", "slow down"), .providerRateLimited),
        (
            429,
            #"{"type":"error","error":{"type":"rate_limit_error","message":"m","details":{"error_code":"enforced_spend_limit_reached"}}}"#,
            .providerBilling
        ),
        (500, body("api_error", "Internal"), .providerError),
        (503, "upstream connect error or disconnect/reset before headers", .providerError),
        (504, body("timeout_error", "late"), .providerTimeout),
        (529, body("overloaded_error", "Overloaded"), .providerError),
    ]

    @Test func `the organisation is not named to clients`() {
        let id = "01234567-89ab-cdef-0123-456789abcdef"
        let said = Self.body("rate_limit_error", "the limit of your organization (\(id)) of 9 tokens (per minute)")
        let error = AnthropicErrors.parse(status: 429, body: Array(said.utf8), provider: "claude", retryAfter: nil)
        #expect(error.message == "claude: the limit of your organization *** of 9 tokens (per minute)")
    }

    @Test(arguments: failures)
    func `a failure is known by status and words`(status: Int, body: String, code: ErrorCode) {
        let error = AnthropicErrors.parse(status: status, body: Array(body.utf8), provider: "claude", retryAfter: 7)
        #expect(error.code == code)
        #expect(error.upstream?.status == status)
        #expect(error.retryAfter == (code == .providerRateLimited || [503, 529].contains(status) ? 7 : nil))
    }

    @Test(arguments: [
        ("overloaded_error", ErrorCode.providerError), ("rate_limit_error", .providerRateLimited),
        ("invalid_request_error", .providerRejected), ("timeout_error", .providerTimeout),
    ])
    func `an error inside an answer is known by its type`(type: String, code: ErrorCode) throws {
        let body = try parsed(Self.body(type, "m"))
        #expect(AnthropicErrors.parseInside(body, provider: "claude")?.code == code)
        let answer = failure { () throws(HubError) in
            _ = try AnthropicResponse.parse(Array(Self.body(type, "m").utf8), provider: "claude")
        }
        #expect(answer?.code == code)
    }

    @Test(arguments: [
        (ErrorCode.validationFailed, "invalid_request_error"), (.missingCredential, "authentication_error"),
        (.modelNotAllowed, "permission_error"), (.modelNotFound, "not_found_error"),
        (.payloadTooLarge, "request_too_large"), (.providerRateLimited, "rate_limit_error"),
        (.providerError, "api_error"), (.overloaded, "overloaded_error"), (.deadlineExceeded, "timeout_error"),
    ])
    func `a client gets Anthropic's type for the status`(code: ErrorCode, type: String) {
        let body = AnthropicErrors.render(HubError(code, "m"), requestID: "req_1")
        #expect(
            body.text == #"{"type":"error","error":{"type":"\#(type)","message":"m"},"request_id":"req_1"}"#)
    }
}
