import Dialects
import Testing
import Wire

struct OpenAIErrorsTests {
    private struct Shape: Sendable, CustomTestStringConvertible {
        var name: String
        var status: Int
        var body: String
        var code: ErrorCode
        var message: String
        var upstreamCode: String?
        var parameter: String?
        var testDescription: String { name }
    }

    private static let shapes: [Shape] = [
        Shape(
            name: "OpenAI", status: 400,
            body:
                #"{"error":{"message":"bad value","type":"invalid_request_error","param":"n","code":"invalid_value"}}"#,
            code: .providerRejected, message: "acme: bad value", upstreamCode: "invalid_value", parameter: "n"),
        Shape(
            name: "OpenAI context length", status: 400,
            body: #"{"error":{"message":"too long","code":"context_length_exceeded"}}"#,
            code: .contextLengthExceeded, message: "acme: too long", upstreamCode: "context_length_exceeded"),
        Shape(
            name: "OpenRouter context length", status: 400,
            body: #"{"error":{"message":"This endpoint's maximum context length is 200 tokens.","code":400}}"#,
            code: .contextLengthExceeded, message: "acme: This endpoint's maximum context length is 200 tokens.",
            upstreamCode: "400"),
        Shape(
            name: "OpenAI no credit", status: 429,
            body: #"{"error":{"message":"You exceeded your current quota","type":"insufficient_quota"}}"#,
            code: .providerBilling, message: "the hub's account with acme has no credit or quota left",
            upstreamCode: "insufficient_quota"),
        Shape(
            name: "OpenAI spend limit", status: 429,
            body: #"{"error":{"message":"limit","code":"project_spend_limit_exceeded"}}"#, code: .providerBilling,
            message: "the hub's account with acme has no credit or quota left",
            upstreamCode: "project_spend_limit_exceeded"),
        Shape(
            name: "OpenAI rate limit names the account", status: 429,
            body:
                #"{"error":{"message":"Limit reached in organization org-a1B2 on requests","code":"rate_limit_exceeded"}}"#,
            code: .providerRateLimited, message: "acme: Limit reached in organization *** on requests",
            upstreamCode: "rate_limit_exceeded"),
        Shape(
            name: "OpenAI larger than the limit", status: 429,
            body:
                #"{"error":{"message":"Request too large for m: Limit 4, Requested 9","code":"rate_limit_exceeded"}}"#,
            code: .providerRejected, message: "acme: Request too large for m: Limit 4, Requested 9",
            upstreamCode: "rate_limit_exceeded"),
        Shape(
            name: "OpenAI policy", status: 400,
            body: #"{"error":{"message":"not allowed","code":"content_policy_violation"}}"#, code: .contentFilter,
            message: "acme: not allowed", upstreamCode: "content_policy_violation"),
        Shape(
            name: "Azure filter", status: 400,
            body: #"{"error":{"message":"filtered","param":"prompt","code":"content_filter","status":400}}"#,
            code: .contentFilter, message: "acme: filtered", upstreamCode: "content_filter", parameter: "prompt"),
        Shape(
            name: "Azure deployment", status: 404, body: #"{"error":{"code":"DeploymentNotFound","message":"no"}}"#,
            code: .modelNotFound, message: "acme: no", upstreamCode: "DeploymentNotFound"),
        Shape(
            name: "Mistral without a wrapper", status: 400,
            body: #"{"object":"error","message":"Invalid model","type":"invalid_model","param":null,"code":"1500"}"#,
            code: .providerRejected, message: "acme: Invalid model", upstreamCode: "1500"),
        Shape(
            name: "Mistral detail", status: 401, body: #"{"detail":"Invalid API Key"}"#,
            code: .providerAuthentication, message: "acme refused the hub's credential (status 401)"),
        Shape(
            name: "FastAPI details", status: 422,
            body: #"{"detail":[{"loc":["body","messages",0,"role"],"msg":"Field required","type":"missing"}]}"#,
            code: .providerRejected, message: "acme: Field required", parameter: "messages.0.role"),
        Shape(
            name: "Groq tool use", status: 400,
            body: #"{"error":{"message":"failed","code":"tool_use_failed","failed_generation":"{"}}"#,
            code: .providerRejected, message: "acme: failed", upstreamCode: "tool_use_failed"),
        Shape(
            name: "error as text", status: 500, body: #"{"error":"model is loading"}"#, code: .providerError,
            message: "acme: model is loading"),
        Shape(
            name: "plain text", status: 503, body: "upstream connect error\n", code: .providerError,
            message: "acme: upstream connect error\n"),
        Shape(
            name: "HTML", status: 502, body: "\n<html><head><title>502 Bad Gateway</title>", code: .providerError,
            message: "acme answered with status 502"),
        Shape(
            name: "nothing", status: 500, body: "", code: .providerError, message: "acme answered with status 500"),
        Shape(
            name: "JSON that is no object", status: 500, body: "[]", code: .providerError, message: "acme: []"),
        Shape(
            name: "payment", status: 402, body: #"{"error":{"message":"Insufficient Balance"}}"#,
            code: .providerBilling, message: "the hub's account with acme has no credit or quota left"),
        Shape(
            name: "overloaded", status: 529, body: "{}", code: .providerError, message: "acme answered with status 529"),
        Shape(
            name: "upstream timeout", status: 408, body: "{}", code: .providerTimeout,
            message: "acme answered with status 408"),
        Shape(
            name: "gateway timeout", status: 504, body: "{}", code: .providerTimeout,
            message: "acme answered with status 504"),
    ]

    @Test(arguments: shapes)
    private func `a provider's error is understood in every known shape`(shape: Shape) {
        let error = OpenAIErrors.parse(
            status: shape.status, body: Array(shape.body.utf8), provider: "acme", retryAfter: nil)
        #expect(error.code == shape.code)
        #expect(error.message == shape.message)
        #expect(error.parameter == shape.parameter)
        #expect(error.provider == "acme")
        #expect(error.upstream?.status == shape.status)
        #expect(error.upstream?.code == shape.upstreamCode)
    }

    @Test(arguments: [
        (401, #"{"error":{"message":"Incorrect API key provided: sk-abc123"}}"#),
        (403, #"{"error":{"message":"key sk-abc123 may not"}}"#), (401, "bad key sk-abc123"),
        (400, #"{"error":{"message":"the key (sk-abc123) is odd"}}"#),
        (429, #"{"error":{"message":"sk-abc123 is too fast"}}"#), (500, "sk-abc123, why"),
    ])
    func `a key in a provider's words reaches nobody`(status: Int, body: String) {
        let error = OpenAIErrors.parse(status: status, body: Array(body.utf8), provider: "acme", retryAfter: nil)
        let seen = OpenAIErrors.render(error).text + UnifiedErrors.render(error, requestID: "req_1").text
        #expect(!seen.contains("abc123"))
    }

    @Test func `a refused key inside an answer of status 200 reaches nobody`() throws {
        let body = try parsed(#"{"error":{"code":401,"message":"key k-abc123 is wrong"}}"#)
        let error = try #require(OpenAIErrors.parseInside(body, provider: "acme"))
        #expect(error.code == .providerAuthentication)
        #expect(!UnifiedErrors.render(error, requestID: "req_1").text.contains("abc123"))
    }

    @Test(arguments: [(429, 7), (503, 7), (529, 7), (500, nil), (400, nil)] as [(Int, Int?)])
    func `the time to wait is passed on where a client can use it`(status: Int, expected: Int?) {
        let error = OpenAIErrors.parse(status: status, body: [], provider: "acme", retryAfter: 7)
        #expect(error.retryAfter == expected)
    }

    @Test(arguments: [
        (#"{"error":{"message":"m","code":400}}"#, ErrorCode.providerRejected),
        (#"{"error":{"message":"m","status_code":429}}"#, .providerRateLimited),
        (#"{"error":{"message":"m","code":"tool_use_failed"},"status_code":400}"#, .providerRejected),
        (#"{"error":{"message":"m"}}"#, .providerError), (#"{"error":"m"}"#, .providerError),
        (#"{"error":{"message":"m","code":7}}"#, .providerError),
        (#"{"choices":[{"finish_reason":"error","error":{"message":"m","code":429}}]}"#, .providerRateLimited),
    ])
    func `an error inside an answer of status 200 is found`(body: String, code: ErrorCode) throws {
        let error = try OpenAIErrors.parseInside(parsed(body), provider: "acme")
        #expect(error?.code == code)
        #expect(error?.message == "acme: m")
    }

    @Test(arguments: [#"{"choices":[]}"#, #"{"error":null,"choices":[]}"#])
    func `an answer without an error has none`(body: String) throws {
        #expect(try OpenAIErrors.parseInside(parsed(body), provider: "acme") == nil)
    }

    @Test(arguments: [
        ("", "is not JSON"), ("{", "is not JSON"), ("<html>", "is not JSON"), ("{}", "has no choices"),
        (#"{"choices":{}}"#, "has no choices"), ("[]", "has no choices"),
    ])
    func `an answer that cannot be read is a bad response`(body: String, problem: String) {
        let error = failure { () throws(HubError) in
            _ = try OpenAIResponse.parse(Array(body.utf8), provider: "acme")
        }
        #expect(error?.code == .providerBadResponse)
        #expect(error?.message.contains(problem) == true)
        #expect(error?.provider == "acme")
    }
}
