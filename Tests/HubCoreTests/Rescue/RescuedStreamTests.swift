import Dialects
import Synchronization
import TestSupport
import Testing
import Wire

@testable import HubCore

/// Streams that break and are gone on with, through the pipeline.
struct RescuedStreamTests {
    private static let cut = FakeProvider.Step.stream(
        [#"{"role":"assistant","content":""}"#, #"{"content":"The sun "}"#, #"{"content":"is"}"#],
        then: .streamInterrupted)
    private static let rest = FakeProvider.Step.stream(
        [#"{"content":" hot"}"#, #"{"content":"."}"#], usage: TokenUsage(input: 20, output: 2))

    private static func fixture(
        first: FakeProvider.Step = cut, second: FakeProvider.Step = rest, continues: Bool = true,
        directives: RequestDirectives = .init(), metrics: HubMetrics = HubMetrics(),
        health: HealthRecord = HealthRecord(), isOn: Bool = true
    ) -> (HubFixture, FakeProvider, FakeProvider) {
        let facts = ModelFacts(id: "two", price: Price(input: 1_000_000, output: 2_000_000))
        let providers = [
            FakeProvider("first", first),
            FakeProvider("second", models: [facts], continuesTexts: continues, second),
        ]
        let fixture = HubFixture(providers, directives: directives, metrics: metrics, health: health) { options in
            Self.route(&options)
            options.planner.rescuesStreams = isOn
        }
        return (fixture, providers[0], providers[1])
    }

    @Test func `the client gets one text, and is told who began it`() async throws {
        let (fixture, _, second) = Self.fixture()
        try await fixture.stream()
        #expect(fixture.sink.text == "The sun is hot.")
        #expect(fixture.sink.openings == 1)
        let metadata = fixture.context.metadata()
        #expect(metadata.resumedFrom == StreamOrigin(provider: "first", model: "one", characters: 10))
        #expect(metadata.provider == "second")
        #expect(metadata.attempts.map(\.outcome) == [.error, .success])
        #expect(metadata.routeReason == "route+rescue:error")
        let call = try #require(second.calls.first)
        #expect(call.continuesText)
        #expect(call.attempt == 2)
        let messages = call.request.body["messages"]
        #expect(messages?[index: 1]?["role"]?.string == "assistant")
        #expect(messages?[index: 1]?["content"]?.string == "The sun is")
    }

    @Test func `usage is the prompt once and the output of both, cost that of both calls`() async throws {
        let (fixture, _, _) = Self.fixture()
        try await fixture.stream()
        // The prompt is the second's, without the share of what the first has said.
        let usage = try #require(fixture.context.usage)
        #expect(usage.output == 2 + TokenEstimate.texts(["The sun is"], model: "one"))
        #expect((1..<20).contains(usage.input))
        #expect(fixture.context.attempts.map(\.usage) == [nil, TokenUsage(input: 20, output: 2)])
        #expect(fixture.context.costNanoDollars == 24_000)
    }

    @Test(arguments: [
        (nil, TokenUsage(input: 50, output: 15)), (TokenUsage(output: 3), TokenUsage(input: 50, output: 15)),
        (TokenUsage(input: 50, cacheRead: 4), TokenUsage(input: 50, cacheRead: 4, output: 15)),
        (TokenUsage(input: 50, output: 1), TokenUsage(input: 50, output: 15)),
        (TokenUsage(input: 50, output: 30, reasoning: 8), TokenUsage(input: 50, output: 35, reasoning: 8)),
    ])
    func `what the first provider counted counts, else what its text is taken for`(
        first: TokenUsage?, told: TokenUsage
    ) {
        let second = TokenUsage(input: 70, output: 5)
        let estimate = StreamRescue.Estimate(prompt: 25, text: 10)
        #expect(StreamRescue.usage(first, estimate, second) == told)
        #expect(StreamRescue.usage(first, estimate, nil) == nil)
    }

    @Test func `fields that either provider could not take are named`() async throws {
        func step(_ field: String, _ deltas: [String], then code: ErrorCode?) -> FakeProvider.Step {
            .run { _, receiver async throws(HubError) in
                receiver?.reportDropped([field, "seed"])
                for delta in deltas { receiver?.receive(chunk(delta)) }
                if let code { throw HubError(code, "cut") }
            }
        }
        let (fixture, _, _) = Self.fixture(
            first: step("top_k", [#"{"content":"The sun is"}"#], then: .streamInterrupted),
            second: step("user", [#"{"content":" hot"}"#], then: nil))
        try await fixture.stream()
        #expect(fixture.context.metadata().droppedParameters == ["top_k", "seed", "user"])
    }

    @Test(arguments: [true, false])
    func `without the operator's or the client's leave nobody goes on`(isForbidden: Bool) async throws {
        let directives = RequestDirectives()
        directives.allowsRescue = !isForbidden
        let (fixture, _, second) = Self.fixture(directives: directives, isOn: isForbidden)
        #expect(await fixture.streamFailure()?.code == .streamInterrupted)
        #expect(second.calls.isEmpty)
        #expect(fixture.context.metadata().resumedFrom == nil)
    }

    @Test(arguments: [true, false])
    func `a route has the last word`(isOn: Bool) async throws {
        let providers = [FakeProvider("first", Self.cut), FakeProvider("second", continuesTexts: true, Self.rest)]
        let fixture = HubFixture(providers) { options in
            Self.route(&options)
            options.planner.rescuesStreams = !isOn
            options.planner.routes[0].rescuesStreams = isOn
        }
        #expect(await fixture.streamFailure()?.code == (isOn ? nil : .streamInterrupted))
    }

    @Test func `a target that failed the request before is not asked to go on`() async throws {
        let providers = [
            FakeProvider("first", continuesTexts: true, .fail(.providerError)), FakeProvider("second", Self.cut),
            FakeProvider("third", continuesTexts: true, Self.rest),
        ]
        let fixture = HubFixture(providers) { options in
            Self.route(&options)
            options.planner.routes[0].fallbacks.append(RouteTarget(provider: "third", model: "three"))
        }
        try await fixture.stream()
        #expect(fixture.sink.text == "The sun is hot.")
        #expect(providers.map(\.calls.count) == [1, 1, 1])
        #expect(fixture.context.metadata().resumedFrom?.provider == "second")
    }

    @Test func `a provider that cannot go on with a text is not asked to`() async throws {
        let (fixture, _, second) = Self.fixture(continues: false)
        #expect(await fixture.streamFailure()?.code == .streamInterrupted)
        #expect(second.calls.isEmpty)
    }

    @Test(arguments: [ErrorCode.providerError, .streamTimeout, .providerRateLimited, .overloaded, .streamInterrupted])
    func `what was the provider's fault is made good`(code: ErrorCode) async throws {
        let (fixture, _, _) = Self.fixture(first: .stream([#"{"content":"The sun is"}"#], then: code))
        try await fixture.stream()
        #expect(fixture.sink.text == "The sun is hot.")
    }

    @Test(arguments: [ErrorCode.contentFilter, .providerRejected, .contextLengthExceeded, .providerAuthentication])
    func `what was refused in the middle stays refused`(code: ErrorCode) async throws {
        let (fixture, _, second) = Self.fixture(first: .stream([#"{"content":"The sun is"}"#], then: code))
        #expect(await fixture.streamFailure()?.code == .streamInterrupted)
        #expect(second.calls.isEmpty)
    }

    @Test func `a stream with an open call is not gone on with`() async throws {
        let call = #"{"tool_calls":[{"index":0,"id":"c","function":{"name":"f","arguments":"{"}}],"content":"x"}"#
        let metrics = HubMetrics()
        let (fixture, _, second) = Self.fixture(first: .stream([call], then: .streamInterrupted), metrics: metrics)
        #expect(await fixture.streamFailure()?.code == .streamInterrupted)
        #expect(second.calls.isEmpty)
        #expect(Self.text(metrics).contains(#"stream_rescues_total{outcome="refused"} 1"#))
    }

    @Test func `whoever refuses to go on leaves the stream broken, as it was`() async throws {
        let metrics = HubMetrics()
        let (fixture, _, second) = Self.fixture(second: .fail(.providerRejected), metrics: metrics)
        let failure = await fixture.streamFailure()
        #expect(failure?.code == .streamInterrupted)
        #expect(failure?.message == "first fails")
        #expect(fixture.sink.text == "The sun is")
        #expect(second.calls.count == 1)
        let metadata = fixture.context.metadata()
        #expect(metadata.attempts.map(\.provider) == ["first", "second"])
        #expect(metadata.provider == "first")
        #expect(metadata.resumedFrom == nil)
        #expect(Self.text(metrics).contains(#"stream_rescues_total{outcome="failed"} 1"#))
    }

    @Test func `a stream is gone on with once`() async throws {
        let (fixture, first, second) = Self.fixture(
            second: .stream([#"{"content":" hot"}"#], then: .streamInterrupted))
        let failure = await fixture.streamFailure()
        #expect(failure?.message == "second fails")
        #expect(fixture.sink.text == "The sun is hot")
        #expect((first.calls.count, second.calls.count) == (1, 1))
    }

    @Test func `an answer that begins again is not passed on`() async throws {
        let (fixture, _, _) = Self.fixture(second: .stream([#"{"content":"The sun is hot."}"#]))
        #expect(await fixture.streamFailure()?.message == "first fails")
        #expect(fixture.sink.text == "The sun is")
    }

    @Test func `calls of a request have their bound`() async throws {
        let (fixture, _, second) = Self.fixture()
        let failure = await fixture.failure(
            #"{\#(HubFixture.body),"stream":true,"routing":{"max_attempts":1}}"#, form: .unifiedChat)
        #expect(failure?.code == .streamInterrupted)
        #expect(second.calls.isEmpty)
    }

    @Test func `each prompt of a text completion may be gone on with`() async throws {
        let (fixture, _, second) = Self.fixture()
        let body = #"{"model":"m","prompt":["a","b"],"stream":true,"max_tokens":500}"#
        #expect(await fixture.failure(body, form: .unified) == nil)
        #expect(fixture.sink.text == "The sun is hot.The sun is hot.")
        #expect(second.calls.count == 2)
        #expect(fixture.context.metadata().resumedFrom?.provider == "first")
        // Of both prompts.
        let output = 2 + TokenEstimate.texts(["The sun is"], model: "one")
        #expect(fixture.context.usage?.output == 2 * output)
    }

    @Test func `both calls count for their breakers`() async throws {
        var policy = BreakerPolicy()
        policy.failures = 1
        let health = HealthRecord(policy: policy)
        let (fixture, _, _) = Self.fixture(health: health)
        try await fixture.stream()
        #expect(health.breakers()["first"]?.state == .open)
        #expect(health.breakers()["second"]?.state == .closed)
    }

    @Test func `a client that left between the two calls costs no other`() async throws {
        let (fixture, _, second) = Self.fixture(
            first: .run { _, receiver async throws(HubError) in
                receiver?.receive(chunk(#"{"content":"The sun is"}"#))
                withUnsafeCurrentTask { $0?.cancel() }
                throw HubError(.streamInterrupted, "cut")
            })
        #expect(await fixture.streamFailure()?.code == .aborted)
        #expect(second.calls.isEmpty)
    }

    @Test func `a request whose time is over is not gone on with`() async throws {
        let clock = Mutex<ManualClock?>(nil)
        var policy = BreakerPolicy()
        policy.failures = 1
        let health = HealthRecord(policy: policy)
        let (fixture, _, second) = Self.fixture(
            first: .run { _, receiver async throws(HubError) in
                receiver?.receive(chunk(#"{"content":"The sun is"}"#))
                clock.withLock { $0 }?.advance(milliseconds: 601_000)
                throw HubError(.streamTimeout, "cut")
            }, health: health)
        clock.withLock { $0 = fixture.clock }
        #expect(await fixture.streamFailure()?.code == .streamTimeout)
        #expect(second.calls.isEmpty)
        // The caller chose the time.
        #expect(health.breakers()["first"]?.state == .closed)
    }

    @Test func `who refuses to go on costs no tokens, and what broke off stays as reserved`() async throws {
        let providers = [
            FakeProvider("first", Self.cut), FakeProvider("second", continuesTexts: true, .fail(.providerRejected)),
        ]
        let fixture = CacheFixture(providers, isLimited: true) { options in
            Self.route(&options)
            options.cache.isEnabled = false
            options.limits = [
                LimitRule(scope: .global, unit: .tokens, algorithm: .fixedWindow(limit: 350, milliseconds: 60_000))
            ]
        }
        var codes: [ErrorCode?] = []
        for _ in 0..<4 {
            do throws(HubError) {
                _ = try await fixture.ask(#"{\#(HubFixture.body),"max_tokens":100,"stream":true}"#)
                codes.append(nil)
            } catch {
                codes.append(error.code)
            }
        }
        // Each first call reserves more than a hundred.
        #expect(codes == [.streamInterrupted, .streamInterrupted, .streamInterrupted, .rateLimitExceeded])
    }

    @Test func `who follows the call gets the same text, and nothing is kept of it`() async throws {
        let (gate, began) = (Gate(), Gate())
        let first = FakeProvider(
            "first",
            .run { _, receiver async throws(HubError) in
                receiver?.receive(chunk(#"{"content":"The sun is"}"#))
                began.open()
                await gate.opened()
                throw HubError(.streamInterrupted, "cut")
            }, .stream([#"{"content":"alone"}"#]))
        let fixture = CacheFixture([first, FakeProvider("second", continuesTexts: true, Self.rest)]) { Self.route(&$0) }
        async let leader = fixture.ask(stream: true)
        await began.opened()
        async let follower = fixture.ask(stream: true)
        async let whole = fixture.ask()
        await fixture.followed(by: 2)
        gate.open()
        let answers = try await [leader, follower, whole]
        #expect(answers.map(\.text) == Array(repeating: "The sun is hot.", count: 3))
        #expect(answers.map { $0.context.metadata().resumedFrom?.provider } == ["first", "first", "first"])
        #expect(answers.map { $0.context.metadata().provider } == ["second", "second", "second"])
        #expect(fixture.hub.purgeCache(.all) == 0)
        #expect(try await fixture.ask(stream: true).text == "alone")
    }

    private static func route(_ options: inout HubOptions) {
        options.retry = .none
        options.planner.routes = [
            ModelRoute(
                pattern: "m", targets: [RouteTarget(provider: "first", model: "one")],
                fallbacks: [RouteTarget(provider: "second", model: "two")])
        ]
        options.planner.rescuesStreams = true
    }

    private static func text(_ metrics: HubMetrics) -> String {
        String(decoding: metrics.exposition(providerAvailable: [], connections: 0), as: UTF8.self)
    }
}
