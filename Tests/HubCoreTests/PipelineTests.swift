import Dialects
import HubCore
import TestSupport
import Testing
import Wire

struct PipelineTests {
    // MARK: Middleware

    @Test func `middleware wraps the call`() async throws {
        let journal = Journal()
        let middleware = ["a", "b", "c"].map { FakeMiddleware($0, journal) }
        _ = try await HubFixture([FakeProvider("acme")], middleware: middleware).answer()
        #expect(
            journal.entries == ["a request", "b request", "c request", "c response", "b response", "a response"])
    }

    @Test func `errors pass through middleware in reverse`() async {
        let journal = Journal()
        let middleware = ["a", "b"].map { FakeMiddleware($0, journal) }
        let fixture = HubFixture([FakeProvider("acme", .fail(.providerError))], middleware: middleware)
        #expect(await fixture.failure()?.code == .providerError)
        #expect(
            journal.entries == ["a request", "b request", "b error provider_error", "a error provider_error"])
    }

    @Test func `the first decision counts`() async throws {
        let journal = Journal()
        let fixture = HubFixture(
            [FakeProvider("acme", .fail(.providerError), .answer("hi"))],
            middleware: [FakeMiddleware("a", journal), FakeMiddleware("b", journal, decides: [.retry])])
        _ = try await fixture.answer()
        #expect(
            journal.entries == [
                "a request", "b request", "b error provider_error", "b response", "a response",
            ])
        #expect(fixture.context.attempts.map(\.outcome) == [.error, .success])
    }

    @Test func `middleware that refuses keeps the request from the provider`() async {
        let journal = Journal()
        let provider = FakeProvider("acme")
        let fixture = HubFixture(
            [provider],
            middleware: [FakeMiddleware("a", journal, refuses: .middlewareError), FakeMiddleware("b", journal)])
        #expect(await fixture.failure()?.code == .middlewareError)
        #expect(journal.entries == ["a request"])
        #expect(provider.calls.isEmpty)
    }

    @Test func `attempts are bounded`() async {
        let provider = FakeProvider("acme", .fail(.providerError))
        let fixture = HubFixture(
            [provider], middleware: [FakeMiddleware("a", Journal(), decides: [.retry])]
        ) { $0.retry.maximumAttempts = 4 }
        #expect(await fixture.failure()?.code == .providerError)
        #expect(provider.calls.map(\.attempt) == [1, 2, 3, 4])
        #expect(Set(provider.calls.map(\.attemptID.text)).count == 4)
    }

    @Test func `a fallback goes to the named provider`() async throws {
        let acme = FakeProvider("acme", .fail(.providerError))
        let spare = FakeProvider("spare")
        let fixture = HubFixture(
            [acme, spare], middleware: [FakeMiddleware("a", Journal(), decides: [.fallback(provider: "spare")])])
        _ = try await fixture.answer()
        #expect(fixture.context.attempts.map(\.provider) == ["acme", "spare"])
        #expect(spare.calls.map(\.attempt) == [2])
        #expect(fixture.context.plan?.entry.id == "spare")
    }

    @Test func `a fallback that is not there is the answer`() async {
        let fixture = HubFixture(
            [FakeProvider("acme", .fail(.providerError))],
            middleware: [FakeMiddleware("a", Journal(), decides: [.fallback(provider: "nobody")])])
        #expect(await fixture.failure()?.code == .providerNotFound)
    }

    // MARK: Keys

    @Test(
        arguments: [
            (["m"], nil, nil), (["gpt-*"], nil, ErrorCode.modelNotAllowed), (["acme/*"], nil, nil),
            (nil, ["acme"], nil), (nil, ["open*"], .modelNotAllowed), ([], nil, .modelNotAllowed),
        ] as [([String]?, [String]?, ErrorCode?)])
    func `a key bounds models and providers`(models: [String]?, providers: [String]?, code: ErrorCode?) async {
        let acme = FakeProvider("acme")
        var options = HubOptions()
        options.planner.defaultProvider = "acme"
        let fixture = HubFixture([acme])
        fixture.hub.reconfigure(
            providers: [acme], options: options, authenticator: OneKey(models: models, providers: providers))
        #expect(await fixture.failure()?.code == code)
        #expect(acme.calls.isEmpty == (code != nil))
    }

    @Test func `a fallback must be allowed too`() async {
        let acme = FakeProvider("acme", .fail(.providerError))
        let spare = FakeProvider("spare")
        let fixture = HubFixture(
            [acme, spare], middleware: [FakeMiddleware("a", Journal(), decides: [.fallback(provider: "spare")])])
        var options = HubOptions()
        options.planner.defaultProvider = "acme"
        fixture.hub.reconfigure(
            providers: [acme, spare], options: options, authenticator: OneKey(models: nil, providers: ["acme"]))
        #expect(await fixture.failure()?.code == .modelNotAllowed)
        #expect(spare.calls.isEmpty)
    }

    private struct OneKey: Authenticator {
        let models: [String]?
        let providers: [String]?

        func authenticate(_ credential: String?) -> Principal {
            Principal(allowedModels: models, allowedProviders: providers)
        }
    }

    // MARK: Input

    @Test(arguments: [
        ("", ErrorCode.invalidJSON), ("{", .invalidJSON), ("[]", .invalidRequest), ("{}", .validationFailed),
        (String(repeating: "[", count: 65) + String(repeating: "]", count: 65), .invalidJSON),
    ])
    func `a body that cannot be used reaches no provider`(body: String, code: ErrorCode) async {
        let provider = FakeProvider("acme")
        let fixture = HubFixture([provider])
        #expect(await fixture.failure(body)?.code == code)
        #expect(provider.calls.isEmpty)
    }

    @Test func `prompts of a text completion are answered each by a call`() async throws {
        let provider = FakeProvider(
            "acme", .answer("a", usage: TokenUsage(input: 1, output: 2)),
            .answer("b", usage: TokenUsage(input: 3, output: 4)))
        let fixture = HubFixture([provider])
        let answer = try await fixture.answer(#"{"model":"m","prompt":["x","y"]}"#, form: .unified)
        guard case .whole(let responses) = answer else {
            Issue.record("streamed")
            return
        }
        #expect(responses.count == 2)
        #expect(fixture.context.usage == TokenUsage(input: 4, output: 6))
    }

    @Test func `a request keeps the providers it began with`() async throws {
        let old = FakeProvider("acme", .answer("old"))
        let fixture = HubFixture([old])
        fixture.hub.reconfigure(
            providers: [FakeProvider("other")], options: HubOptions(), authenticator: OpenDoor())
        #expect(await fixture.failure()?.code == .modelNotFound)
        #expect(old.calls.isEmpty)
    }

    // MARK: Time

    @Test func `attempts get what is left of the request's time and end with it`() async {
        let clock = ManualClock()
        let provider = FakeProvider(
            "acme",
            .run { (_, _) throws(HubError) in
                clock.advance(milliseconds: 400)
                throw HubError(.providerError, "slow and wrong")
            })
        let directives = RequestDirectives()
        directives.timeout = .seconds(1)
        let hub = ConnectorHub(
            providers: [provider], options: Self.options("acme"),
            middleware: [FakeMiddleware("a", Journal(), decides: [.retry])])
        let context = RequestContext(
            directives: directives, clock: clock, shard: 0, random: .init(seed: 1), start: clock.monotonicNanoseconds)
        let input = CallInput.bytes(Array("{\(HubFixture.body)}".utf8), form: .openAI)
        var code: ErrorCode?
        do throws(HubError) {
            _ = try await hub.answer(input, context, sink: FakeSink())
        } catch {
            code = error.code
        }
        #expect(code == .providerError)
        #expect(provider.calls.map(\.deadlines.total) == [.seconds(1), .milliseconds(600), .milliseconds(200)])
    }

    @Test func `a provider's timeout at the request's end is the request's`() async {
        let clock = ManualClock()
        let provider = FakeProvider(
            "acme",
            .run { (_, _) throws(HubError) in
                clock.advance(milliseconds: 1000)
                throw HubError(.providerTimeout, "too late")
            })
        let directives = RequestDirectives()
        directives.timeout = .seconds(1)
        let hub = ConnectorHub(providers: [provider], options: Self.options("acme"))
        let context = RequestContext(
            directives: directives, clock: clock, shard: 0, random: .init(seed: 1), start: clock.monotonicNanoseconds)
        let input = CallInput.bytes(Array("{\(HubFixture.body)}".utf8), form: .openAI)
        await #expect {
            _ = try await hub.answer(input, context, sink: FakeSink())
        } throws: { error in
            (error as? HubError)?.code == .deadlineExceeded
        }
        #expect(context.attempts.map(\.outcome) == [.timeout])
    }

    @Test func `a caller's time cannot exceed the configured one`() async throws {
        let provider = FakeProvider("acme")
        let directives = RequestDirectives()
        directives.timeout = .seconds(500)
        let fixture = HubFixture([provider], directives: directives) { $0.requestTimeout = .seconds(2) }
        _ = try await fixture.answer()
        #expect(provider.calls.map(\.deadlines.total) == [.seconds(2)])
    }

    private static func options(_ provider: String) -> HubOptions {
        var options = HubOptions()
        options.planner.defaultProvider = provider
        return options
    }

    // MARK: Cancellation

    @Test func `a client that goes away aborts without another attempt`() async {
        let task = Task { () -> (ErrorCode?, [AttemptRecord.Outcome]) in
            let provider = FakeProvider(
                "acme",
                .run { (_, _) throws(HubError) in
                    while !Task.isCancelled { await Task.yield() }
                    throw HubError(.providerUnreachable, "closed")
                })
            let fixture = HubFixture(
                [provider], middleware: [FakeMiddleware("a", Journal(), decides: [.retry])])
            let failure = await fixture.failure()
            return (failure?.code, fixture.context.attempts.map(\.outcome))
        }
        task.cancel()
        let (code, outcomes) = await task.value
        #expect(code == .aborted)
        #expect(outcomes == [.aborted])
    }

    // MARK: Costs

    @Test(
        arguments: [
            ("m", TokenUsage(input: 10, output: 1), 30), ("other", TokenUsage(input: 10, output: 1), nil),
            ("m", nil, nil),
        ] as [(String, TokenUsage?, Int?)])
    func `a cost is known where price and usage are`(model: String, usage: TokenUsage?, nanoDollars: Int?) async throws
    {
        let priced = ModelFacts(id: "m", price: Price(input: 2000, output: 10_000))
        let fixture = HubFixture([FakeProvider("acme", models: [priced], .answer("hi", usage: usage))])
        _ = try await fixture.answer(#"{"model":"\#(model)","messages":[{"role":"user","content":"hi"}]}"#)
        #expect(fixture.context.costNanoDollars == nanoDollars)
        #expect(fixture.context.usage == usage)
    }
}
