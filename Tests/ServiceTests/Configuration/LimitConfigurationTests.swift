import HubCore
import Testing

@testable import Service

/// From the words of the configuration to the limits that requests meet.
struct LimitConfigurationTests {
    private static func rules(_ text: String) throws -> [LimitRule] {
        HubOptions(try ConfigurationFixture.file(text).load()).limits
    }

    @Test func `nothing is limited that nobody limits`() throws {
        #expect(try Self.rules("").isEmpty)
    }

    @Test(arguments: [
        ("", LimitAlgorithm.tokenBucket(capacity: 100, perSecond: 100.0 / 60)),
        ("rate_limit_window_ms: 500\nrate_limit_max_requests: 20", .tokenBucket(capacity: 20, perSecond: 40)),
        (
            "rate_limit: {strategy: {token_bucket: {capacity: 7, refill_rate: 0.5}}}",
            .tokenBucket(capacity: 7, perSecond: 0.5)
        ),
        (
            "rate_limit: {strategy: {fixed_window: {window_secs: 30, max_requests: 3}}}",
            .fixedWindow(limit: 3, milliseconds: 30_000)
        ),
        (
            "rate_limit: {strategy: {sliding_window: {window_secs: 3600, max_requests: 9}}}",
            .slidingWindow(limit: 9, milliseconds: 3_600_000)
        ),
        ("rate_limit: {strategy: {token_bucket: {}}}", .tokenBucket(capacity: 100, perSecond: 10)),
        ("rate_limit: {strategy: {fixed_window: {}}}", .fixedWindow(limit: 100, milliseconds: 60_000)),
    ])
    func `each key is limited by the strategy that is asked for`(_ text: String, _ algorithm: LimitAlgorithm) throws {
        let expected = [LimitRule(scope: .key, unit: .requests, algorithm: algorithm)]
        #expect(try Self.rules("rate_limit_enabled: true\n\(text)") == expected)
        #expect(try Self.rules(text).isEmpty)
    }

    @Test(arguments: [
        ("requests: 5", [(LimitUnit.requests, LimitAlgorithm.slidingWindow(limit: 5, milliseconds: 60_000))]),
        ("tokens: 500, window_secs: 10", [(.tokens, .slidingWindow(limit: 500, milliseconds: 10_000))]),
        (
            "requests: 5, tokens: 9, algorithm: fixed_window",
            [
                (.requests, .fixedWindow(limit: 5, milliseconds: 60_000)),
                (.tokens, .fixedWindow(limit: 9, milliseconds: 60_000)),
            ]
        ),
        (
            "requests: 30, window_secs: 60, algorithm: token_bucket",
            [(.requests, .tokenBucket(capacity: 30, perSecond: 0.5))]
        ),
        ("concurrent: 4, algorithm: token_bucket", [(.concurrent, .concurrency(limit: 4))]),
    ])
    func `a limit is read with what it counts and how`(
        _ text: String, _ expected: [(LimitUnit, LimitAlgorithm)]
    ) throws {
        for scope in LimitScope.allCases {
            let rules = try Self.rules("limits: [{scope: \(scope.rawValue), pattern: 'a*', \(text)}]")
            #expect(rules == expected.map { LimitRule(scope: scope, pattern: "a*", unit: $0.0, algorithm: $0.1) })
        }
        #expect(try Self.rules("limits: [{scope: user, \(text)}]").allSatisfy { $0.pattern == nil })
    }

    @Test func `the limits of one key are its own`() throws {
        let text = """
            api_keys:
              - id: a
                key: hub_0123456789abcdef
                rate_limit: {requests_per_minute: 10, tokens_per_minute: 1000, max_concurrent: 2}
              - {id: b, key: hub_0123456789abcdeg}
            """
        let keys = ConfiguredKeys(try ConfigurationFixture.file(text).load().configuration.authentication)
        #expect(
            try keys.authenticate("hub_0123456789abcdef").limits == [
                LimitRule(scope: .key, unit: .requests, algorithm: .slidingWindow(limit: 10, milliseconds: 60_000)),
                LimitRule(scope: .key, unit: .tokens, algorithm: .slidingWindow(limit: 1000, milliseconds: 60_000)),
                LimitRule(scope: .key, unit: .concurrent, algorithm: .concurrency(limit: 2)),
            ])
        #expect(try keys.authenticate("hub_0123456789abcdeg").limits.isEmpty)
    }

    @Test(arguments: [
        ("limits: [{requests: 1}]", #"the key "scope" is missing"#),
        ("limits: [{scope: everybody, requests: 1}]", "must be one of global, key, user, team, project"),
        ("limits: [{scope: user}]", "needs at least one of requests, tokens and concurrent"),
        ("limits: [{scope: user, requests: 1, algorithm: leaky}]", "must be one of token_bucket"),
        ("rate_limit: {strategy: {fixed_window: {}, token_bucket: {}}}", "needs exactly one strategy, got 2"),
        ("rate_limit: {strategy: {}}", "needs exactly one strategy, got 0"),
        ("limits: [{scope: user, requests: 0, tokens: 1}]", "must be an integer 1..1000000000"),
    ])
    func `a limit that cannot be meant is refused`(_ text: String, _ message: String) throws {
        let mistakes = try ConfigurationFixture.file(text).mistakes()
        #expect(mistakes.count == 1)
        #expect(mistakes.first?.contains(message) == true, "\(mistakes)")
    }
}
