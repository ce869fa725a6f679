import HTTPClient
import HubCore
import Testing

@testable import Providers

/// What headers say of a provider's limits; the values are recorded ones.
struct LimitHeadersTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var headers: [(name: String, value: String)]
        var expected: ProviderLimits?
    }

    private static func limits(
        requests: (Int?, Int, Double)? = nil, tokens: (Int?, Int, Double)? = nil
    ) -> ProviderLimits {
        func window(_ facts: (Int?, Int, Double)?) -> ProviderLimits.Window? {
            facts.map { ProviderLimits.Window(limit: $0.0, remaining: $0.1, reset: UInt64($0.2 * 1e9)) }
        }
        return ProviderLimits(requests: window(requests), tokens: window(tokens))
    }

    private static func openAI(_ reset: String) -> [(name: String, value: String)] {
        [
            ("X-RateLimit-Limit-Requests", "5000"), ("x-ratelimit-remaining-requests", "4999"),
            ("x-ratelimit-reset-requests", reset),
        ]
    }

    @Test(arguments: [
        Case(testDescription: "nothing", headers: [("content-type", "application/json")], expected: nil),
        Case(
            testDescription: "OpenAI, milliseconds", headers: openAI("12ms"),
            expected: limits(requests: (5000, 4999, 0.012))),
        Case(
            testDescription: "OpenAI, minutes", headers: openAI("6m1.5s"),
            expected: limits(requests: (5000, 4999, 361.5))),
        Case(
            testDescription: "Azure, seconds", headers: openAI("60"), expected: limits(requests: (5000, 4999, 60))),
        Case(
            testDescription: "an end that cannot be read", headers: openAI("soon"),
            expected: limits(requests: (5000, 4999, 1))),
        Case(
            testDescription: "an end beyond belief", headers: openAI("9999h"),
            expected: limits(requests: (5000, 4999, 1))),
        Case(
            testDescription: "tokens",
            headers: [
                ("x-ratelimit-limit-tokens", "800000"), ("x-ratelimit-remaining-tokens", "799984"),
                ("x-ratelimit-reset-tokens", "0s"),
            ], expected: limits(tokens: (800_000, 799_984, 0))),
        Case(
            testDescription: "Anthropic, the scarcer of two kinds of tokens",
            headers: [
                ("date", "Tue, 04 Jun 2024 18:39:27 GMT"),
                ("anthropic-ratelimit-requests-limit", "4000"), ("anthropic-ratelimit-requests-remaining", "3999"),
                ("anthropic-ratelimit-requests-reset", "2024-06-04T18:39:57Z"),
                ("anthropic-ratelimit-tokens-limit", "12000000"),
                ("anthropic-ratelimit-tokens-remaining", "12000000"),
                ("anthropic-ratelimit-tokens-reset", "2024-06-04T18:39:27Z"),
                ("anthropic-ratelimit-input-tokens-limit", "10000000"),
                ("anthropic-ratelimit-input-tokens-remaining", "5"),
                ("anthropic-ratelimit-input-tokens-reset", "2024-06-04T18:40:27Z"),
                ("anthropic-ratelimit-output-tokens-remaining", "0"),
            ], expected: limits(requests: (4000, 3999, 30), tokens: (10_000_000, 5, 60))),
        Case(
            testDescription: "Mistral, per minute",
            headers: [
                ("x-ratelimit-limit-req-minute", "100"), ("x-ratelimit-remaining-req-minute", "99"),
                ("x-ratelimit-remaining-tokens-minute", "9223372036854767616"),
            ], expected: limits(requests: (100, 99, 1))),
        Case(
            testDescription: "numbers that are none",
            headers: [
                ("x-ratelimit-remaining-requests", "-1"), ("x-ratelimit-remaining-tokens", "many"),
                ("x-ratelimit-remaining-input-images", "3"), ("x-ratelimit-abusepenalty-active", "false"),
            ], expected: nil),
    ])
    func `headers say what is left`(test: Case) {
        #expect(LimitHeaders.limits(HTTPClientHeaders(test.headers), now: 0) == test.expected)
    }
}
