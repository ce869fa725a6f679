import Dialects
import Synchronization
import TestSupport
import Testing
import Wire

@testable import HubCore

struct CachedRequestTests {
    private static let usage = TokenUsage(input: 5, output: 2)
    private static let deltas = [#"{"role":"assistant","content":"He"}"#, #"{"content":"llo"}"#]

    @Test func `an equal request is answered without a call, with its usage and at no cost`() async throws {
        let provider = FakeProvider("acme", .answer("hi", usage: Self.usage))
        let fixture = CacheFixture([provider])
        let first = try await fixture.ask()
        let second = try await fixture.ask()
        #expect(provider.calls.count == 1)
        #expect(first.context.cache == .miss)
        #expect(second.context.cache == .hitL1)
        #expect(second.text == "hi")
        #expect(second.context.usage == Self.usage)
        #expect(second.context.costNanoDollars == 0)
        #expect(second.context.attemptCount == 0)
        #expect(second.context.attempts.isEmpty)
    }

    @Test func `a streamed answer is replayed in its chunks`() async throws {
        let provider = FakeProvider("acme", .stream(Self.deltas, usage: Self.usage))
        let fixture = CacheFixture([provider])
        let first = try await fixture.ask(stream: true)
        let second = try await fixture.ask(stream: true)
        #expect(provider.calls.count == 1)
        #expect(second.context.cache == .hitL1)
        #expect(second.sink.chunks.map(\.content) == first.sink.chunks.map(\.content))
        #expect(second.sink.openings == 1)
        #expect(second.context.usage == Self.usage)
    }

    @Test func `a streamed answer serves who wants it whole, and the other way round`() async throws {
        let streamed = CacheFixture([FakeProvider("acme", .stream(Self.deltas, usage: Self.usage))])
        _ = try await streamed.ask(stream: true)
        let whole = try await streamed.ask()
        #expect(whole.context.cache == .hitL1)
        #expect(whole.text == "Hello")
        #expect(whole.context.usage == Self.usage)

        let fixture = CacheFixture([FakeProvider("acme", .answer("Hello", usage: Self.usage))])
        _ = try await fixture.ask()
        let stream = try await fixture.ask(stream: true)
        #expect(stream.context.cache == .hitL1)
        #expect(stream.text == "Hello")
        #expect(stream.context.usage == Self.usage)
        #expect(stream.sink.openings == 1)
    }

    @Test func `a client of another dialect gets the same entry`() async throws {
        let provider = FakeProvider("acme", .answer("hi"))
        let fixture = CacheFixture([provider])
        let body = #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"#
        _ = try await fixture.ask(body)
        let other = try await fixture.ask(body, form: .anthropic)
        #expect(other.context.cache == .hitL1)
        #expect(other.text == "hi")
    }

    @Test func `tenants do not share`() async throws {
        let provider = FakeProvider("acme", .answer("hi"))
        let fixture = CacheFixture([provider])
        for user in ["a", "b", "a"] { _ = try await fixture.ask(user: user) }
        #expect(provider.calls.count == 2)
    }

    @Test(arguments: [
        (Principal(keyID: "k"), ["user": "ann", "team": "blue"], "key:k/team:blue"),
        (Principal(keyID: "k"), ["user": "ann"], "key:k/user:ann"),
        (Principal(keyID: "k", project: "p"), ["project": "q", "team": "blue", "user": "ann"], "project:p"),
        (Principal(keyID: "k", team: "red"), ["project": "q", "user": "ann"], "team:red/project:q"),
        (Principal(keyID: "k", user: "bob"), ["user": "ann"], "user:bob"),
        (Principal(), ["user": "ann"], "user:ann"), (Principal(keyID: "k"), [:], "key:k"),
    ])
    func `a header tells callers of one credential apart, and takes nothing of another's`(
        principal: Principal, headers: [String: String], tenant: String
    ) {
        let directives = RequestDirectives()
        (directives.user, directives.team, directives.project) = (headers["user"], headers["team"], headers["project"])
        let context = RequestContext(
            directives: directives, clock: ManualClock(), shard: 0, random: RandomSource(seed: 1), start: 0)
        context.principal = principal
        #expect(context.cacheTenant == tenant)
    }

    @Test func `users that a header names do not share`() async throws {
        let provider = FakeProvider("acme", .answer("hi"))
        let fixture = CacheFixture([provider])
        for user in ["ann", "bob", "ann"] {
            let directives = RequestDirectives()
            directives.user = user
            let context = RequestContext(
                directives: directives, clock: fixture.clock, shard: 0, random: RandomSource(seed: 1),
                start: fixture.clock.monotonicNanoseconds)
            _ = try await fixture.ask(context: context, sink: FakeSink())
        }
        #expect(provider.calls.count == 2)
    }

    @Test func `tenants share where they are told to`() async throws {
        let provider = FakeProvider("acme", .answer("hi"))
        let fixture = CacheFixture([provider]) { $0.cache.isGlobal = true }
        for user in ["a", "b"] { _ = try await fixture.ask(user: user) }
        #expect(provider.calls.count == 1)
    }

    @Test func `an entry is gone after its time`() async throws {
        let provider = FakeProvider("acme", .answer("hi"))
        let fixture = CacheFixture([provider])
        _ = try await fixture.ask()
        fixture.clock.advance(milliseconds: 299_000)
        let old = try await fixture.ask()
        #expect(old.context.cacheAge == 299)
        fixture.clock.advance(milliseconds: 1_000)
        #expect(try await fixture.ask().context.cache == .miss)
        #expect(provider.calls.count == 2)
    }

    @Test func `no-store neither looks nor keeps`() async throws {
        let provider = FakeProvider("acme", .answer("hi"))
        let fixture = CacheFixture([provider])
        #expect(try await fixture.ask(cacheControl: "no-store").context.cache == .bypass)
        #expect(try await fixture.ask().context.cache == .miss)
        #expect(try await fixture.ask(cacheControl: "no-store").context.cache == .bypass)
        #expect(provider.calls.count == 3)
    }

    @Test func `no-cache calls again and keeps what comes`() async throws {
        let provider = FakeProvider("acme", .answer("one"), .answer("two"))
        let fixture = CacheFixture([provider])
        _ = try await fixture.ask()
        #expect(try await fixture.ask(cacheControl: "no-cache").context.cache == .bypass)
        #expect(try await fixture.ask().text == "two")
        #expect(provider.calls.count == 2)
    }

    @Test func `max-age takes nothing older`() async throws {
        let provider = FakeProvider("acme", .answer("one"), .answer("two"))
        let fixture = CacheFixture([provider])
        _ = try await fixture.ask()
        fixture.clock.advance(milliseconds: 10_000)
        #expect(try await fixture.ask(cacheControl: "max-age=10").text == "one")
        #expect(try await fixture.ask(cacheControl: "max-age=9").text == "two")
    }

    @Test func `errors are not kept`() async throws {
        let provider = FakeProvider("acme", .fail(.providerRejected), .answer("hi"))
        let fixture = CacheFixture([provider])
        await #expect(throws: HubError.self) { _ = try await fixture.ask() }
        #expect(try await fixture.ask().context.cache == .miss)
    }

    @Test func `a cut stream is not kept`() async throws {
        let provider = FakeProvider("acme", .stream(Self.deltas, then: .streamInterrupted), .stream(Self.deltas))
        let fixture = CacheFixture([provider])
        await #expect(throws: HubError.self) { _ = try await fixture.ask(stream: true) }
        #expect(try await fixture.ask(stream: true).context.cache == .miss)
    }

    @Test func `a filtered answer is not kept`() {
        func answer(_ reason: String) -> CachedAnswer {
            CachedAnswer(
                dialect: .openAI, isStream: false, pieces: [.init(json: [])],
                facts: .init(provider: "p", model: "m", finishReasons: ["stop", reason], storedAt: 0))
        }
        for reason in ["content_filter", "SAFETY", "RECITATION", "refusal", "guardrail_intervened"] {
            #expect(!CachePolicy.mayKeep(answer(reason)))
        }
        #expect(CachePolicy.mayKeep(answer("length")))
    }

    @Test func `a very large answer is not kept`() async throws {
        let text = String(repeating: "x", count: CacheOptions.largestAnswer)
        let provider = FakeProvider("acme", .answer(text))
        let fixture = CacheFixture([provider])
        for _ in 0..<2 { #expect(try await fixture.ask().context.cache == .miss) }
    }

    @Test func `calls above the temperature are not kept`() async throws {
        let provider = FakeProvider("acme", .answer("hi"))
        let fixture = CacheFixture([provider]) { $0.cache.maximumTemperature = 0.5 }
        let warm = "{\(CacheFixture.body),\"temperature\":0.6}"
        for _ in 0..<2 { #expect(try await fixture.ask(warm).context.cache == .bypass) }
        // The vendors' default is 1.
        #expect(try await fixture.ask().context.cache == .bypass)
        let cool = "{\(CacheFixture.body),\"temperature\":0.5}"
        #expect(try await fixture.ask(cool).context.cache == .miss)
        #expect(try await fixture.ask(cool).context.cache == .hitL1)
    }

    @Test func `a rule for a model goes before what holds for all`() async throws {
        let provider = FakeProvider("acme", .answer("hi"))
        let fixture = CacheFixture([provider]) { options in
            options.cache.rules = [
                .init(pattern: "acme/x*", isEnabled: false), .init(pattern: "m", lifetime: .seconds(5)),
            ]
        }
        let other = #"{"model":"x1","messages":[{"role":"user","content":"hi"}]}"#
        for _ in 0..<2 { #expect(try await fixture.ask(other).context.cache == .bypass) }
        _ = try await fixture.ask()
        fixture.clock.advance(milliseconds: 5_000)
        #expect(try await fixture.ask().context.cache == .miss)
    }

    @Test func `a hit does not count as tokens used`() async throws {
        let metrics = HubMetrics()
        let fixture = CacheFixture([FakeProvider("acme", .answer("hi", usage: Self.usage))], metrics: metrics)
        for _ in 0..<3 { fixture.hub.finish(try await fixture.ask().context, failure: nil) }
        let lines = String(decoding: fixture.hub.exposition(providerAvailable: [], connections: 0), as: UTF8.self)
            .split(separator: "\n")
        #expect(
            lines.contains { $0.hasPrefix("llm_connector_hub_tokens_used_total") && $0.hasSuffix("type=\"input\"} 5") })
        #expect(lines.contains("llm_connector_hub_cache_hits_total{tier=\"l1\"} 2"))
        #expect(lines.contains("llm_connector_hub_cache_misses_total{tier=\"l1\"} 1"))
        #expect(lines.contains("llm_connector_hub_cache_entries{tier=\"l1\"} 1"))
    }

    // MARK: Shared

    @Test func `what another replica kept is found, and kept here as well`() async throws {
        let shared = FakeSharedCache()
        let first = CacheFixture([FakeProvider("acme", .answer("hi", usage: Self.usage))], shared: shared)
        _ = try await first.ask()
        let provider = FakeProvider("acme", .answer("other"))
        let second = CacheFixture([provider], shared: shared)
        let found = try await second.ask()
        #expect(found.context.cache == .hitL2)
        #expect(found.text == "hi")
        #expect(found.context.usage == Self.usage)
        #expect(try await second.ask().context.cache == .hitL1)
        #expect(provider.calls.isEmpty)
        #expect(shared.askedCount == 2)
    }

    @Test func `what is kept behind is found by its target and tenant`() async throws {
        let shared = FakeSharedCache()
        let fixture = CacheFixture([FakeProvider("acme", .answer("hi"))], shared: shared)
        _ = try await fixture.ask(user: "a")
        #expect(shared.kept.values.map(\.tags) == [CacheTags(target: "acme/m", tenant: "user:a")])
        #expect(shared.kept.values.map(\.lifetime) == [.seconds(3600)])
    }

    @Test func `damaged bytes from behind are a miss`() async throws {
        let shared = FakeSharedCache()
        let first = CacheFixture([FakeProvider("acme", .answer("hi"))], shared: shared)
        _ = try await first.ask()
        for (key, entry) in shared.kept {
            shared.store(Array(entry.bytes.dropLast()), for: key, tags: entry.tags, lifetime: entry.lifetime)
        }
        let second = CacheFixture([FakeProvider("acme", .answer("new"))], shared: shared)
        #expect(try await second.ask().text == "new")
    }

    @Test func `a purge goes to both`() async throws {
        let shared = FakeSharedCache()
        let provider = FakeProvider("acme", .answer("hi"))
        let fixture = CacheFixture([provider], shared: shared)
        _ = try await fixture.ask(user: "a")
        #expect(fixture.hub.purgeCache(.tenant("user:a")) == 1)
        #expect(shared.purged.withLock { $0 } == [.tenant("user:a")])
    }

}
