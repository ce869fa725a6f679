import Dialects
import TestSupport
import Testing

@testable import HubCore

struct LimitedRequestTests {
    private static func fixture(
        _ providers: [FakeProvider], _ rules: LimitRule..., configure: (inout HubOptions) -> Void = { _ in }
    ) -> CacheFixture {
        CacheFixture(providers, isLimited: true) { options in
            options.cache.isEnabled = false
            options.limits = rules
            configure(&options)
        }
    }

    private static func perMinute(_ scope: LimitScope, _ unit: LimitUnit, _ limit: Int) -> LimitRule {
        LimitRule(scope: scope, unit: unit, algorithm: .fixedWindow(limit: limit, milliseconds: 60_000))
    }

    private func failure(_ fixture: CacheFixture, _ body: String = "{\(CacheFixture.body)}", user: String? = nil) async
        -> HubError?
    {
        do throws(HubError) {
            fixture.hub.finish(try await fixture.ask(body, user: user).context, failure: nil)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a caller over its limit is refused before anybody is called`() async {
        let provider = FakeProvider("acme", .answer("hi"))
        let fixture = Self.fixture([provider], Self.perMinute(.user, .requests, 1))
        #expect(await failure(fixture, user: "a") == nil)
        let refused = await failure(fixture, user: "a")
        #expect(refused?.code == .rateLimitExceeded)
        #expect((refused?.retryAfter ?? 0) >= 1)
        #expect(await failure(fixture, user: "b") == nil)
        #expect(provider.calls.count == 2)
    }

    @Test func `a kept answer counts as a request and not as tokens`() async throws {
        let fixture = Self.fixture(
            [FakeProvider("acme", .answer("hi", usage: TokenUsage(input: 1, output: 1)))],
            Self.perMinute(.global, .requests, 2), Self.perMinute(.global, .tokens, 10_000)
        ) { $0.cache.isEnabled = true }
        let first = try await fixture.ask()
        let second = try await fixture.ask()
        #expect(second.context.cache == .hitL1)
        #expect(first.context.limitStates.tokens?.limit == 10_000)
        #expect(second.context.limitStates.tokens == nil)
        #expect(second.context.limitStates.requests?.remaining == 0)
        #expect(await failure(fixture)?.code == .rateLimitExceeded)
    }

    @Test func `tokens are reserved by estimate and corrected to what was used`() async throws {
        let fixture = Self.fixture(
            [FakeProvider("acme", .answer("hi", usage: TokenUsage(input: 5, output: 5)))],
            Self.perMinute(.global, .tokens, 150))
        let body = "{\(CacheFixture.body),\"max_tokens\":100}"
        // Each reserves more than a hundred, and uses ten.
        for _ in 0..<3 { #expect(await failure(fixture, body) == nil) }
        let last = try await fixture.ask(body)
        #expect((last.context.limitStates.tokens?.remaining ?? 200) < 50)
    }

    @Test func `what failed before it said anything costs no tokens`() async {
        let fixture = Self.fixture(
            [FakeProvider("acme", .fail(.providerRejected))], Self.perMinute(.global, .tokens, 130))
        let body = "{\(CacheFixture.body),\"max_tokens\":100}"
        for _ in 0..<3 { #expect(await failure(fixture, body)?.code == .providerRejected) }
    }

    @Test func `a request that may need more than the limit is told so`() async {
        let fixture = Self.fixture([FakeProvider("acme")], Self.perMinute(.global, .tokens, 50))
        let refused = await failure(fixture, "{\(CacheFixture.body),\"max_tokens\":100}")
        #expect(refused?.code == .rateLimitExceeded)
        #expect(refused?.message.contains("max_tokens") == true)
    }

    @Test func `a pattern says whom a limit is for`() async {
        var rule = Self.perMinute(.user, .requests, 1)
        rule.pattern = "a*"
        let fixture = Self.fixture([FakeProvider("acme", .answer("hi"))], rule)
        #expect(await failure(fixture, user: "ab") == nil)
        #expect(await failure(fixture, user: "ab")?.code == .rateLimitExceeded)
        for _ in 0..<3 { #expect(await failure(fixture, user: "b") == nil) }
    }

    @Test func `requests at the same time are bounded, and free again when they are over`() async throws {
        let (gate, began) = (Gate(), Gate())
        let provider = FakeProvider(
            "acme",
            .run { _, _ async throws(HubError) in
                began.open()
                await gate.opened()
            }, .answer("hi"))
        let fixture = Self.fixture(
            [provider], LimitRule(scope: .global, unit: .concurrent, algorithm: .concurrency(limit: 1)))
        async let first = failure(fixture)
        await began.opened()
        #expect(await failure(fixture)?.code == .rateLimitExceeded)
        gate.open()
        #expect(await first == nil)
        #expect(await failure(fixture) == nil)
    }

    @Test func `refusals are counted by scope`() async {
        let fixture = Self.fixture([FakeProvider("acme", .answer("hi"))], Self.perMinute(.user, .requests, 1))
        for _ in 0..<3 { _ = await failure(fixture, user: "a") }
        let text = String(decoding: fixture.hub.exposition(providerAvailable: [], connections: 0), as: UTF8.self)
        #expect(text.contains("llm_connector_hub_ratelimit_hits_total{scope=\"user\"} 2\n"))
    }
}
