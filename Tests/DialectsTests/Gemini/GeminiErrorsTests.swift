import Dialects
import TestSupport
import Testing
import Wire

struct GeminiErrorsTests {
    private struct Shape: Sendable, CustomTestStringConvertible {
        var name: String
        var status: Int
        var error: String
        var code: ErrorCode
        var retryAfter: Int?
        var testDescription: String { name }
    }

    private static func quota(_ id: String, value: String = "9") -> String {
        #"{"message":"quota","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc."#
            + #"QuotaFailure","violations":[{"quotaId":"\#(id)","quotaValue":"\#(value)"}]},"#
            + #"{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.07s"}]}"#
    }

    private static let shapes: [Shape] = [
        Shape(name: "rate limit", status: 429, error: quota("PerMinute"), code: .providerRateLimited, retryAfter: 35),
        Shape(name: "quota of a day", status: 429, error: quota("RequestsPerDayPerModel"), code: .providerBilling),
        Shape(name: "quota of nothing", status: 429, error: quota("PerMinute", value: "0"), code: .providerBilling),
        Shape(
            name: "bad key", status: 400,
            error: #"{"message":"m","status":"INVALID_ARGUMENT","details":[{"@type":"google.rpc.ErrorInfo","#
                + #""reason":"API_KEY_INVALID"}]}"#, code: .providerAuthentication),
        Shape(
            name: "no key", status: 403, error: #"{"message":"m","status":"PERMISSION_DENIED"}"#,
            code: .providerAuthentication),
        Shape(
            name: "region", status: 400, error: #"{"message":"m","status":"FAILED_PRECONDITION"}"#,
            code: .providerAuthentication),
        Shape(
            name: "too long", status: 400,
            error: #"{"message":"The input token count (9) exceeds the maximum number of tokens allowed (8)."}"#,
            code: .contextLengthExceeded),
        Shape(
            name: "bad argument", status: 400, error: #"{"message":"m","status":"INVALID_ARGUMENT"}"#,
            code: .providerRejected),
        Shape(name: "model", status: 404, error: #"{"message":"m","status":"NOT_FOUND"}"#, code: .modelNotFound),
        Shape(name: "overload", status: 503, error: #"{"message":"m","status":"UNAVAILABLE"}"#, code: .providerError),
        Shape(
            name: "timeout", status: 504, error: #"{"message":"m","status":"DEADLINE_EXCEEDED"}"#,
            code: .providerTimeout),
        Shape(name: "no credit", status: 402, error: #"{"message":"m"}"#, code: .providerBilling),
    ]

    @Test(arguments: shapes)
    private func `an error is what Google means by it`(_ shape: Shape) {
        let body = Array(#"{"error":\#(shape.error)}"#.utf8)
        let error = GeminiErrors.parse(status: shape.status, body: body, provider: "google", retryAfter: nil)
        #expect(error.code == shape.code)
        #expect(error.retryAfter == shape.retryAfter)
    }

    @Test func `an error in an array is read`() {
        let body = Array(#"[{"error":{"code":404,"message":"gone","status":"NOT_FOUND"}}]"#.utf8)
        let error = GeminiErrors.parse(status: 404, body: body, provider: "google", retryAfter: nil)
        #expect(error.code == .modelNotFound)
        #expect(error.upstream?.code == "NOT_FOUND")
        #expect(error.message == "google: gone")
    }

    @Test func `clients get Google's words, the hub's code and how long to wait`() throws {
        var error = HubError(.providerRateLimited, "slow down")
        error.retryAfter = 7
        let body = try parsed(GeminiErrors.render(error).text)["error"]
        #expect(body?["code"]?.int == 429)
        #expect(body?["status"]?.string == "RESOURCE_EXHAUSTED")
        #expect(body?["details"]?[index: 0]?["reason"]?.string == "PROVIDER_RATE_LIMITED")
        #expect(body?["details"]?[index: 1]?["retryDelay"]?.string == "7s")
    }

    @Test(.enabled(if: RecordedInteractions.areHere, "recorded fixtures are not here; set HUB_SHARED"))
    func `every recorded error has a code that fits its status`() throws {
        for interaction in try RecordedInteractions.all(dialect: "gemini") where interaction.status != 200 {
            let error = GeminiErrors.parse(
                status: interaction.status, body: interaction.body, provider: "google", retryAfter: nil)
            let wanted: [ErrorCode] =
                switch interaction.status {
                case 400: [.providerRejected, .providerAuthentication]
                case 403: [.providerAuthentication]
                case 404: [.modelNotFound]
                case 429: [.providerRateLimited]
                default: [.providerError]
                }
            #expect(wanted.contains(error.code), "\(interaction.id)")
        }
    }
}
