import Dialects
import TestSupport
import Testing
import Wire

@testable import HubCore

/// What the ledger is told of requests.
struct LedgeredRequestTests {
    private static let facts = ModelFacts(
        id: "m", capabilities: ["chat"], price: Price(input: 1_000_000, output: 2_000_000))
    private static let usage = TokenUsage(input: 10, output: 5, reasoning: 2)
    private let ledger = MemoryLedger()

    private func fixture(
        _ providers: [FakeProvider], directives: RequestDirectives = .init(),
        configure: (inout HubOptions) -> Void = { _ in }
    ) -> HubFixture {
        HubFixture(providers, directives: directives, ledger: ledger, configure: configure)
    }

    private static func provider(_ step: FakeProvider.Step, at id: String = "acme") -> FakeProvider {
        FakeProvider(id, models: [facts], step)
    }

    private static func route(_ options: inout HubOptions) {
        options.retry = RetryPolicy()
        options.planner.routes = [
            ModelRoute(
                pattern: "m", targets: [RouteTarget(provider: "first", model: "m")],
                fallbacks: [RouteTarget(provider: "second", model: "m")])
        ]
    }

    @Test func `a call that succeeds is a row with its caller, usage, cost and price`() async throws {
        let directives = RequestDirectives()
        (directives.user, directives.team, directives.project) = ("u", "t", "p")
        directives.requestID = "mine"
        let fixture = fixture([Self.provider(.answer("hi", usage: Self.usage))], directives: directives)
        _ = try await fixture.answer()
        let row = try #require(ledger.rows.first)
        #expect(ledger.rows.count == 1)
        #expect(row.call.attemptID.text.hasPrefix("att_"))
        #expect(row.call.requestID.text == "mine")
        #expect(row.call.traceID == fixture.context.trace.traceID)
        #expect([row.call.user, row.call.team, row.call.project] == ["u", "t", "p"])
        #expect(row.call.keyID == nil)
        #expect([row.call.provider, row.call.model, row.result.servedModel] == ["acme", "m", "m"])
        #expect((row.call.operation, row.call.isStream, row.call.sequence) == (.chat, false, 1))
        #expect(row.call.startedAt == fixture.clock.wallNanoseconds)
        #expect((row.result.outcome, row.result.status) == (.success, 200))
        #expect(row.result.usage == Self.usage)
        #expect(!row.result.isEstimated)
        #expect(row.result.costNanoDollars == 24_000)
        #expect(row.result.price?.id(provider: "acme", model: "m") == "acme/m")
    }

    @Test func `a stream's row has the time of its first token`() async throws {
        let clock = ManualClock()
        let step = FakeProvider.Step.run { _, receiver throws(HubError) in
            clock.advance(milliseconds: 40)
            receiver?.receive(chunk(#"{"content":"a"}"#))
            receiver?.receive(usageChunk(Self.usage))
            clock.advance(milliseconds: 60)
        }
        let fixture = HubFixture([Self.provider(step)], clock: clock, ledger: ledger)
        try await fixture.stream()
        let row = try #require(ledger.rows.first)
        #expect(row.call.isStream)
        #expect(row.result.firstTokenAfter == 40_000_000)
        #expect(row.result.endedAfter == 100_000_000)
    }

    @Test func `each attempt of a request has a row, in its turn`() async throws {
        let fixture = fixture(
            [Self.provider(.fail(.providerError), at: "first"), Self.provider(.answer("hi"), at: "second")],
            configure: Self.route)
        _ = try await fixture.answer()
        #expect(ledger.lines == ["1 first error", "2 second success"])
        #expect(Set(ledger.rows.map(\.call.requestID.text)).count == 1)
        #expect(Set(ledger.rows.map(\.call.attemptID.text)).count == 2)
        let failed = try #require(ledger.rows.first?.result)
        #expect((failed.errorCode, failed.usage, failed.costNanoDollars) == (.providerError, TokenUsage(), 0))
    }

    @Test func `a call that its breaker does not let through has none`() async throws {
        let health = HealthRecord(policy: BreakerPolicy())
        for _ in 0..<5 {
            let permit = try health.target(provider: "acme", model: "m").admit(at: 1)
            health.target(provider: "acme", model: "m").ended(permit, .failure(restsUntil: nil), at: 1)
        }
        let fixture = HubFixture([Self.provider(.answer("hi"))], health: health, ledger: ledger)
        #expect(await fixture.failure()?.code == .circuitOpen)
        #expect(ledger.rows.isEmpty)
    }

    @Test func `several choices of a provider that answers one at a time are one attempt and one row`() async throws {
        let provider = FakeProvider(
            "acme", models: [Self.facts], answersSeveralChoices: false, .answer("hi", usage: Self.usage))
        let fixture = fixture([provider])
        _ = try await fixture.answer(#"{\#(HubFixture.body),"n":3}"#)
        #expect(provider.calls.count == 3)
        #expect(ledger.rows.map(\.result.usage.output) == [15])
    }

    @Test func `an answer that was kept has no row, and neither has a simulated one unless that is asked for`()
        async throws
    {
        let kept = ConnectorHub.ledgered([Self.provider(.answer("hi"))], ledger) { $0.cache.isEnabled = true }
        for _ in 0..<2 { try await kept.ask() }
        #expect(ledger.rows.count == 1)
        let simulated = FakeProvider("sim", models: [Self.facts], callsUpstream: false, .answer("hi"))
        try await ConnectorHub.ledgered([simulated], ledger).ask()
        #expect(ledger.rows.count == 1)
        try await ConnectorHub.ledgered([simulated], ledger) { $0.ledgersSimulatedCalls = true }.ask()
        #expect(ledger.rows.map(\.call.provider) == ["acme", "sim"])
    }

    @Test func `a stream that broke off without a word of usage is estimated by what was asked and what came`()
        async throws
    {
        let deltas = (0..<5).map { _ in #"{"content":"some text"}"# }
        let fixture = fixture([Self.provider(.stream(deltas, then: .streamInterrupted))])
        _ = await fixture.streamFailure()
        let result = try #require(ledger.rows.first?.result)
        let prompt = TokenEstimate.input(of: try #require(fixture.context.call).canonical(), model: "m")
        #expect((result.outcome, result.errorCode) == (.error, .streamInterrupted))
        #expect(result.usage == TokenUsage(input: prompt, output: 5))
        #expect(result.isEstimated)
        #expect(result.costNanoDollars == prompt * 1000 + 5 * 2000)
    }

    @Test func `what a provider counted of a stream that broke off is used, and not less output than came`()
        async throws
    {
        let deltas = (0..<5).map { _ in #"{"content":"a"}"# }
        let usage = TokenUsage(input: 9, output: 1)
        let fixture = fixture([Self.provider(.stream(deltas, then: .streamInterrupted, usage: usage))])
        _ = await fixture.streamFailure()
        let result = try #require(ledger.rows.first?.result)
        #expect(result.usage == TokenUsage(input: 9, output: 5))
        #expect(result.isEstimated)
    }

    @Test func `a client that leaves ends its row as aborted, with the prompt estimated`() async throws {
        let began = Gate()
        let step = FakeProvider.Step.run { _, _ throws(HubError) in
            began.open()
            try? await Task.sleep(for: .seconds(600))
            throw HubError(.aborted, "cancelled")
        }
        let fixture = HeldFixture(fixture([Self.provider(step)]))
        let task = Task { _ = await fixture.held.failure() }
        await began.opened()
        #expect(ledger.openCount == 1)
        task.cancel()
        await task.value
        #expect(ledger.lines == ["1 acme aborted"])
        let result = try #require(ledger.rows.first?.result)
        #expect(result.usage.input > 0 && result.usage.output == 0 && result.isEstimated)
    }

    @Test(arguments: [
        (ErrorCode.providerTimeout, true), (.providerTimeout, false), (.providerUnreachable, true),
        (.providerUnreachable, false), (.aborted, true), (.aborted, false),
    ])
    func `a call costs nothing where the prompt was not sent, and is estimated where nobody knows what became of it`(
        code: ErrorCode, isUnsent: Bool
    ) async throws {
        let step = FakeProvider.Step.run { _, _ throws(HubError) in
            var error = HubError(code, "no")
            error.isUnsent = isUnsent
            throw error
        }
        _ = await fixture([Self.provider(step)]) { $0.retry = RetryPolicy() }.failure()
        let result = try #require(ledger.rows.first?.result)
        #expect((result.usage.input > 0) == !isUnsent)
        #expect((result.costNanoDollars == 0) == isUnsent)
        #expect(result.isEstimated)
    }

    @Test func `what choices used that had finished is a part of an estimate when another fails`() async throws {
        let provider = FakeProvider(
            "acme", models: [Self.facts], answersSeveralChoices: false, .answer("a", usage: Self.usage),
            .fail(.providerTimeout))
        _ = await fixture([provider]).failure(#"{\#(HubFixture.body),"n":2}"#)
        let result = try #require(ledger.rows.first?.result)
        #expect(result.usage == Self.usage)
        #expect(result.isEstimated)
    }

    @Test func `a model without a price has a row without a cost`() async throws {
        let provider = FakeProvider("acme", .answer("hi", usage: Self.usage))
        _ = try await fixture([provider]).answer()
        let result = try #require(ledger.rows.first?.result)
        #expect(result.costNanoDollars == nil && result.price == nil)
        #expect(result.usage == Self.usage)
    }

    @Test func `both legs of a stream that was gone on with have rows of their own`() async throws {
        let providers = [
            FakeProvider("first", models: [Self.facts], .stream([#"{"content":"The sun"}"#], then: .streamInterrupted)),
            FakeProvider(
                "second", models: [Self.facts], continuesTexts: true,
                .stream([#"{"content":" is hot."}"#], usage: TokenUsage(input: 20, output: 4))),
        ]
        let fixture = fixture(providers) { options in
            Self.route(&options)
            options.planner.rescuesStreams = true
        }
        try await fixture.stream()
        #expect(ledger.lines == ["1 first error", "2 second success"])
        #expect(ledger.rows.map(\.result.usage.output) == [1, 4])
        #expect(ledger.rows.map(\.result.isEstimated) == [true, false])
    }

    @Test func `both of two calls that race have rows`() async throws {
        let started = Gate()
        let health = HealthRecord()
        let slow = FakeProvider.Step.run { _, _ throws(HubError) in
            started.open()
            try? await Task.sleep(for: .seconds(600))
            throw HubError(.aborted, "cancelled")
        }
        for _ in 0..<20 {
            health.target(provider: "first", model: "m").measured(80_000_000, isStream: false, at: 1_000_000_000)
        }
        let fixture = HubFixture(
            [Self.provider(slow, at: "first"), Self.provider(.answer("hi", usage: Self.usage), at: "second")],
            health: health, ledger: ledger, waiting: GateWaiting(started)
        ) { options in
            Self.route(&options)
            var policy = HedgePolicy()
            policy.share = 1
            options.planner.hedge = HedgeMeter(policy)
        }
        _ = try await fixture.answer()
        #expect(ledger.lines == ["1 first aborted", "2 second success"])
        #expect(ledger.rows.map(\.result.isEstimated).filter { $0 }.count == 1)
    }
}

/// For a task of its own: the fixture's request is that task's alone.
private final class HeldFixture: @unchecked Sendable {
    let held: HubFixture
    init(_ held: HubFixture) { self.held = held }
}

/// Time is over when the gate is open.
private struct GateWaiting: Waiting {
    let gate: Gate
    init(_ gate: Gate) { self.gate = gate }
    func wait(nanoseconds: UInt64) async throws(CancellationError) { await gate.opened() }
}

extension ConnectorHub {
    fileprivate static func ledgered(
        _ providers: [FakeProvider], _ ledger: MemoryLedger, configure: (inout HubOptions) -> Void = { _ in }
    ) -> ConnectorHub {
        var options = HubOptions()
        options.planner.defaultProvider = providers[0].providerID
        configure(&options)
        return ConnectorHub(providers: providers, options: options, ledger: ledger)
    }

    fileprivate func ask() async throws {
        let clock = ManualClock()
        let context = RequestContext(
            directives: RequestDirectives(), clock: clock, shard: 0, random: RandomSource(seed: 1),
            start: clock.monotonicNanoseconds)
        _ = try await answer(
            .bytes(Array("{\(HubFixture.body)}".utf8), form: .openAI), context, sink: FakeSink())
        finish(context, failure: nil)
    }
}
