import TestSupport
import Testing

/// Limits that a provider tells in headers, and where calls go because of them.
struct ProviderLimitServiceTests {
    /// The first provider's answers say so.
    private static func telling(_ headers: [(name: String, value: String)]) -> FaultScript.Play {
        { call, isStream in
            var answer = FaultScript.healthy("a")(call, isStream)
            answer.headers += headers
            return answer
        }
    }

    @Test(arguments: [false, true])
    func `a provider with no request left is passed over until one has come back`(isStream: Bool) async throws {
        let headers = [
            (name: "x-ratelimit-limit-requests", value: "2"), (name: "x-ratelimit-remaining-requests", value: "0"),
            (name: "x-ratelimit-reset-requests", value: "2m0s"),
        ]
        try await FaultHub.run(first: Self.telling(headers)) { hub async throws in
            #expect(try hub.outcome("m", isStream: isStream).calls == [1, 0])
            let second = try hub.outcome("m", isStream: isStream)
            #expect(second.calls == [1, 1])
            #expect(second.reason == "route+fallback:rate_limit")
            hub.clock.advance(seconds: 59)
            #expect(try hub.outcome("m", isStream: isStream).calls == [1, 2])
            hub.clock.advance(seconds: 2)
            #expect(try hub.outcome("m", isStream: isStream).calls == [2, 2])
        }
    }

    @Test func `a provider that lacks the tokens for a prompt is passed over, and called where it is the only one`()
        async throws
    {
        let headers = [
            (name: "anthropic-ratelimit-input-tokens-limit", value: "1000"),
            (name: "anthropic-ratelimit-input-tokens-remaining", value: "0"),
            (name: "anthropic-ratelimit-input-tokens-reset", value: "60"),
        ]
        try await FaultHub.run(first: Self.telling(headers)) { hub async throws in
            #expect(try hub.outcome("m", isStream: false).calls == [1, 0])
            #expect(try hub.outcome("m", isStream: false).calls == [1, 1])
            #expect(try hub.outcome("alone", isStream: false).calls == [2, 1])
        }
    }

    @Test func `a provider that has room left is called`() async throws {
        let headers = [
            (name: "x-ratelimit-limit-requests", value: "2"), (name: "x-ratelimit-remaining-requests", value: "1"),
            (name: "x-ratelimit-reset-requests", value: "60s"),
        ]
        try await FaultHub.run(first: Self.telling(headers)) { hub async throws in
            #expect(try hub.outcome("m", isStream: false).calls == [1, 0])
            #expect(try hub.outcome("m", isStream: false).calls == [2, 0])
        }
    }
}
