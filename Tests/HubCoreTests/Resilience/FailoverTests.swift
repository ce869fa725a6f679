import Dialects
import TestSupport
import Testing
import Wire

@testable import HubCore

/// What the pipeline does about failures: contract 13.3 to 13.5.
struct FailoverTests {
    /// Two providers behind one route, retries as they are by default.
    private static func fixture(
        _ first: FakeProvider, _ others: FakeProvider..., directives: RequestDirectives = .init(),
        middleware: [any Middleware] = [], health: HealthRecord = HealthRecord(),
        configure: (inout HubOptions) -> Void = { _ in }
    ) -> HubFixture {
        HubFixture([first] + others, middleware: middleware, directives: directives, health: health) { options in
            options.retry = RetryPolicy()
            options.planner.routes = [
                ModelRoute(pattern: "m", targets: ([first] + others).map { RouteTarget(provider: $0.providerID) })
            ]
            configure(&options)
        }
    }

    @Test func `a target that fails is left for the next, and the reason says so`() async throws {
        let fixture = Self.fixture(FakeProvider("acme", .fail(.providerError)), FakeProvider("spare"))
        _ = try await fixture.answer()
        #expect(fixture.context.attempts.map(\.provider) == ["acme", "spare"])
        #expect(fixture.context.attempts.map(\.fault) == [.transient, nil])
        #expect(fixture.context.plan?.reason == "route+fallback:error")
        #expect(fixture.context.metadata().isFallback)
        #expect(fixture.waiting.milliseconds.isEmpty)
    }

    @Test(
        arguments: [
            (.providerTimeout, "timeout"), (.providerRateLimited, "rate_limit"),
            (.providerAuthentication, "authentication"), (.providerUnreachable, "error"),
        ] as [(ErrorCode, String)])
    func `the reason ends in what went wrong`(code: ErrorCode, suffix: String) async throws {
        let fixture = Self.fixture(FakeProvider("acme", .fail(code)), FakeProvider("spare"))
        _ = try await fixture.answer()
        #expect(fixture.context.plan?.reason == "route+fallback:\(suffix)")
    }

    @Test func `one target is called three times with growing waits, and its last error is the answer`() async {
        let acme = FakeProvider("acme", .fail(.providerError), .fail(.providerError), .fail(.providerUnreachable))
        let fixture = Self.fixture(acme)
        #expect(await fixture.failure()?.code == .providerUnreachable)
        #expect(acme.calls.count == 3)
        let waits = fixture.waiting.milliseconds
        #expect(waits.count == 2)
        #expect((750...1250).contains(waits[0]))
        #expect((1500...2500).contains(waits[1]))
    }

    @Test func `a client's fault is answered at once`() async {
        let spare = FakeProvider("spare")
        let fixture = Self.fixture(FakeProvider("acme", .fail(.providerRejected)), spare)
        #expect(await fixture.failure()?.code == .providerRejected)
        #expect(spare.calls.isEmpty)
    }

    @Test func `nothing is called for a client that has left`() async {
        let task = Task { () -> (ErrorCode?, Int) in
            let spare = FakeProvider("spare")
            let acme = FakeProvider(
                "acme",
                .run { (_, _) throws(HubError) in
                    while !Task.isCancelled { await Task.yield() }
                    throw HubError(.providerUnreachable, "closed")
                })
            let failure = await Self.fixture(acme, spare).failure()
            return (failure?.code, spare.calls.count)
        }
        task.cancel()
        let (code, calls) = await task.value
        #expect(code == .aborted)
        #expect(calls == 0)
    }

    // MARK: Streams

    @Test func `a stream that breaks before its first text begins again elsewhere`() async throws {
        let acme = FakeProvider(
            "acme", .stream([#"{"role":"assistant"}"#], then: .streamInterrupted, usage: TokenUsage(input: 9)))
        let fixture = Self.fixture(acme, FakeProvider("spare", .stream([#"{"content":"hi"}"#])))
        try await fixture.stream()
        #expect(fixture.sink.text == "hi")
        #expect(fixture.sink.openings == 1)
        #expect(fixture.context.attempts.map(\.outcome) == [.error, .success])
        #expect(fixture.context.attempts.map(\.usage) == [TokenUsage(input: 9), nil])
        #expect(fixture.context.usage == nil)
    }

    @Test func `after the first text it does not`() async {
        let spare = FakeProvider("spare", .stream([#"{"content":"hi"}"#]))
        let acme = FakeProvider("acme", .stream([#"{"content":"ha"}"#], then: .streamInterrupted))
        let fixture = Self.fixture(acme, spare)
        #expect(await fixture.streamFailure()?.code == .streamInterrupted)
        #expect(fixture.sink.text == "ha")
        #expect(spare.calls.isEmpty)
    }

    // MARK: Breakers

    @Test func `a target that has failed five times is left alone, and told of`() async throws {
        let changes = Journal()
        let health = HealthRecord { changes.note("\($0.provider)/\($0.model) \($0.state.label)") }
        let acme = FakeProvider("acme", models: [ModelFacts(id: "m")], .fail(.providerError))
        for _ in 0..<5 {
            _ = await Self.fixture(acme, health: health) { $0.retry = .none }.failure()
        }
        #expect(changes.entries == ["acme/m open"])
        let spare = FakeProvider("spare")
        let fixture = Self.fixture(acme, spare, health: health)
        _ = try await fixture.answer()
        #expect(acme.calls.count == 5)
        #expect(fixture.context.plan?.reason == "route+fallback:circuit_open")
        #expect(health.breakers()["acme"]?.state == .open)
        #expect(health.breakers()["acme"]?.trips == 1)
    }

    @Test func `with its only target left alone a request is told when to come back`() async {
        let health = HealthRecord()
        let acme = FakeProvider("acme", .fail(.providerError))
        for _ in 0..<5 { _ = await Self.fixture(acme, health: health) { $0.retry = .none }.failure() }
        let failure = await Self.fixture(acme, health: health).failure()
        #expect(failure?.code == .circuitOpen)
        #expect(failure?.status == 503)
        #expect(failure?.retryAfter == 60)
        #expect(acme.calls.count == 5)
    }

    @Test func `with all targets left alone it is told of the earliest`() async {
        let health = HealthRecord()
        let acme = FakeProvider("acme", .fail(.providerError))
        let spare = FakeProvider("spare", .fail(.providerUnreachable))
        for provider in [acme, spare] {
            for _ in 0..<5 { _ = await Self.fixture(provider, health: health) { $0.retry = .none }.failure() }
        }
        let fixture = Self.fixture(acme, spare, health: health)
        fixture.clock.advance(milliseconds: 20_000)
        let failure = await fixture.failure()
        #expect(failure?.code == .noProviderAvailable)
        #expect(failure?.retryAfter == 40)
    }

    @Test func `errors of clients never open it`() async {
        let health = HealthRecord()
        let codes: [ErrorCode] = [.providerRejected, .contentFilter, .providerRateLimited, .providerAuthentication]
        for code in codes {
            let acme = FakeProvider("acme", .fail(code))
            for _ in 0..<6 { _ = await Self.fixture(acme, health: health) { $0.retry = .none }.failure() }
        }
        #expect(health.breakers()["acme"]?.state == .closed)
    }

    // MARK: What a request asks

    @Test func `named fallbacks are called after the pinned provider, with their own models`() async throws {
        let directives = RequestDirectives()
        directives.pinnedProviders = ["acme"]
        directives.fallbacks = [.init(provider: "spare", model: "other"), .init(provider: "third")]
        let third = FakeProvider("third")
        let fixture = HubFixture(
            [FakeProvider("acme", .fail(.providerError)), FakeProvider("spare", .fail(.providerTimeout)), third],
            directives: directives)
        _ = try await fixture.answer()
        #expect(fixture.context.attempts.map(\.model) == ["m", "other", "m"])
        #expect(fixture.context.plan?.reason == "explicit+fallback:timeout")
    }

    @Test func `a pinned provider without named fallbacks stays alone`() async {
        let spare = FakeProvider("spare")
        let directives = RequestDirectives()
        directives.pinnedProviders = ["acme"]
        let fixture = Self.fixture(FakeProvider("acme", .fail(.providerError)), spare, directives: directives)
        #expect(await fixture.failure()?.code == .providerError)
        #expect(spare.calls.isEmpty)
    }

    @Test func `max_attempts of the request holds`() async {
        let acme = FakeProvider("acme", .fail(.providerError))
        let spare = FakeProvider("spare", .fail(.providerError))
        let fixture = Self.fixture(acme, spare)
        let body = #"{\#(HubFixture.body),"routing":{"max_attempts":3}}"#
        var code: ErrorCode?
        do throws(HubError) { _ = try await fixture.answer(body, form: .unified) } catch { code = error.code }
        #expect(code == .providerError)
        #expect(acme.calls.count + spare.calls.count == 3)
    }

    @Test func `a fallback that the key does not allow is not called`() async {
        let spare = FakeProvider("spare")
        let acme = FakeProvider("acme", .fail(.providerError))
        let fixture = Self.fixture(acme, spare)
        var options = HubOptions()
        options.retry = .none
        options.planner.routes = [
            ModelRoute(pattern: "m", targets: [RouteTarget(provider: "acme"), RouteTarget(provider: "spare")])
        ]
        fixture.hub.reconfigure(providers: [acme, spare], options: options, authenticator: AcmeOnly())
        #expect(await fixture.failure()?.code == .providerError)
        #expect(spare.calls.isEmpty)
    }

    private struct AcmeOnly: Authenticator {
        func authenticate(_ credential: String?) -> Principal { Principal(allowedProviders: ["acme"]) }
    }

    // MARK: Accounting

    @Test func `what a failed attempt used is paid for too`() async throws {
        let facts = ModelFacts(id: "m", price: Price(input: 2000, output: 10_000))
        let acme = FakeProvider(
            "acme", models: [facts],
            .stream([#"{"role":"assistant"}"#], then: .streamInterrupted, usage: TokenUsage(input: 10)))
        let spare = FakeProvider(
            "spare", models: [facts], .stream([#"{"content":"hi"}"#], usage: TokenUsage(input: 10, output: 1)))
        let fixture = Self.fixture(acme, spare)
        try await fixture.stream()
        #expect(fixture.context.attempts.map(\.cost) == [20, 30])
        #expect(fixture.context.costNanoDollars == 50)
        #expect(fixture.context.usage == TokenUsage(input: 10, output: 1))
    }
}
