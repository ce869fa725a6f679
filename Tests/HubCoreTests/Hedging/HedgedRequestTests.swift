import Dialects
import TestSupport
import Testing
import Wire

@testable import HubCore

/// A second call beside a slow one, through the whole pipeline. The first call's time is over at once.
struct HedgedRequestTests {
    private static let facts = ModelFacts(
        id: "m", capabilities: ["chat"], price: Price(input: 1_000_000, output: 2_000_000))
    private let health = HealthRecord()
    private let metrics = HubMetrics()

    /// Opens when the first target is called: from then on its time is over.
    private let started = Gate()

    /// Answers nothing until it is cancelled.
    private func silent(_ opens: Gate? = nil) -> FakeProvider.Step {
        let opens = opens ?? started
        return .run { _, _ throws(HubError) in
            opens.open()
            try? await Task.sleep(for: .seconds(600))
            throw HubError(.aborted, "cancelled")
        }
    }

    /// Answers after a while, in which a second call would have begun.
    private func lingering() -> FakeProvider.Step {
        let started = started
        return .run { _, receiver in
            started.open()
            for _ in 0..<200 { await Task.yield() }
            receiver?.receive(chunk(#"{"content":"a"}"#))
        }
    }

    private static func streamed(_ text: String, usage: TokenUsage? = nil) -> FakeProvider.Step {
        .stream([#"{"content":"\#(text)"}"#], usage: usage)
    }

    private static func provider(_ id: String, _ step: FakeProvider.Step) -> FakeProvider {
        FakeProvider(id, models: [facts], step)
    }

    /// Of calls that took at least this long, by what is known of the target; nanoseconds.
    private func longest(_ provider: String, isStream: Bool = true) -> UInt64? {
        health.target(provider: provider, model: "m").percentile(1, isStream: isStream, of: 1, at: 1_000_000_000)
    }

    /// Calls of the first target are known to take 80 ms.
    private func request(
        _ providers: [FakeProvider], share: Double = 1, measured: Int = 20, sameTarget: Bool = false,
        directives: RequestDirectives = .init(), attempts: Int = 6, clock: ManualClock = ManualClock(),
        rescues: Bool = false
    ) -> HedgedRequest {
        for isStream in [true, false] {
            for _ in 0..<measured {
                health.target(provider: providers[0].providerID, model: "m").measured(
                    80_000_000, isStream: isStream, at: clock.monotonicNanoseconds)
            }
        }
        var options = HubOptions()
        options.cache.isEnabled = false
        options.retry.maximumAttempts = attempts
        options.planner.routes = [
            ModelRoute(pattern: "m", targets: providers.map { RouteTarget(provider: $0.providerID) })
        ]
        options.planner.rescuesStreams = rescues
        var policy = HedgePolicy()
        policy.share = share
        policy.allowsSameTarget = sameTarget
        options.planner.hedge = HedgeMeter(policy)
        return HedgedRequest(
            hub: ConnectorHub(
                providers: providers, options: options, metrics: metrics, health: health,
                waiting: GateWaiting(gate: started)),
            context: RequestContext(
                directives: directives, clock: clock, shard: 0, random: RandomSource(seed: 1),
                start: clock.monotonicNanoseconds))
    }

    private func hedges() -> [String] {
        String(decoding: metrics.exposition(providerAvailable: [], connections: 0), as: UTF8.self)
            .split(separator: "\n").filter { $0.hasPrefix("llm_connector_hub_hedges_total{") }
            .map { "\($0.split(separator: "\"")[1])\($0.split(separator: "}")[1])" }
    }

    // MARK: One wins

    @Test func `a stream that is slow to begin is answered by the second target`() async throws {
        let quick = Self.provider("quick", Self.streamed("b", usage: TokenUsage(input: 3, output: 1)))
        let fixture = request([Self.provider("slow", silent()), quick])
        try await fixture.stream()
        let context = fixture.context
        #expect(fixture.sink.text == "b")
        #expect(fixture.sink.openings == 1)
        #expect(context.attempts.map(\.provider) == ["slow", "quick"])
        #expect(context.attempts.map(\.outcome) == [.aborted, .success])
        #expect(context.attemptCount == 2)
        #expect(context.plan?.entry.id == "quick")
        #expect(context.plan?.reason == "route+hedge")
        #expect(context.usage == TokenUsage(input: 3, output: 1))
        #expect(quick.calls.map(\.attempt) == [2])
        #expect(hedges() == ["started 1", "won 1", "wasted 0"])
    }

    @Test func `a whole answer is taken from the first that has it`() async throws {
        let fixture = request([
            Self.provider("slow", silent()),
            Self.provider("quick", .answer("b", usage: TokenUsage(input: 3, output: 1))),
        ])
        guard case .whole(let responses) = try await fixture.answer() else {
            Issue.record("no whole answer")
            return
        }
        #expect(responses.count == 1)
        #expect(fixture.context.attempts.map(\.outcome) == [.aborted, .success])
        #expect(fixture.context.plan?.entry.id == "quick")
    }

    @Test func `both calls are paid for, the cancelled one by estimate`() async throws {
        let fixture = request([
            Self.provider("slow", silent()),
            Self.provider("quick", Self.streamed("b", usage: TokenUsage(input: 3, output: 1))),
        ])
        try await fixture.stream()
        let (lost, won) = (fixture.context.attempts[0], fixture.context.attempts[1])
        #expect(lost.usage.map { $0.input > 0 && $0.output == 0 } == true)
        #expect(won.cost == 5000)
        #expect(fixture.context.costNanoDollars == (lost.cost ?? 0) + 5000)
        #expect((lost.cost ?? 0) > 0)
    }

    @Test func `what the cancelled call had reported is what it is charged with`() async throws {
        let started = started
        let reported = Gate()
        let slow = FakeProvider.Step.run { _, receiver throws(HubError) in
            receiver?.receive(usageChunk(TokenUsage(input: 77)))
            reported.open()
            started.open()
            try? await Task.sleep(for: .seconds(600))
            throw HubError(.aborted, "cancelled")
        }
        let quick = FakeProvider.Step.run { _, receiver in
            await reported.opened()
            receiver?.receive(chunk(#"{"content":"b"}"#))
        }
        let fixture = request([Self.provider("slow", slow), Self.provider("quick", quick)])
        try await fixture.stream()
        #expect(fixture.context.attempts.map(\.usage) == [TokenUsage(input: 77), nil])
        #expect(fixture.context.usage == nil)
    }

    @Test func `the call that lost counts as slow, not as failed`() async throws {
        let clock = ManualClock()
        let quick = FakeProvider.Step.run { _, receiver in
            clock.advance(milliseconds: 900)
            receiver?.receive(chunk(#"{"content":"b"}"#))
        }
        let fixture = request([Self.provider("slow", silent()), Self.provider("quick", quick)], clock: clock)
        try await fixture.stream()
        let target = health.target(provider: "slow", model: "m")
        #expect(target.breakerState == .closed)
        #expect(target.figures(isStream: true, at: 0).success == 1)
        #expect(longest("slow") ?? 0 >= 900_000_000)
    }

    @Test func `of a second call that lost nothing is known`() async throws {
        let (started, second) = (started, Gate())
        let slow = FakeProvider.Step.run { _, receiver in
            started.open()
            await second.opened()
            receiver?.receive(chunk(#"{"content":"a"}"#))
        }
        let fixture = request([Self.provider("slow", slow), Self.provider("quick", silent(second))])
        try await fixture.stream()
        #expect(fixture.sink.text == "a")
        #expect(fixture.context.attempts.map(\.outcome) == [.success, .aborted])
        #expect(longest("quick") == nil)
    }

    // MARK: Failures

    @Test func `if the first fails the second goes on`() async throws {
        let (started, second, failed) = (started, Gate(), Gate())
        let fixture = request([
            Self.provider(
                "slow",
                .run { _, _ throws(HubError) in
                    started.open()
                    await second.opened()
                    defer { failed.open() }
                    throw HubError(.providerError, "down")
                }),
            Self.provider(
                "quick",
                .run { _, receiver in
                    second.open()
                    await failed.opened()
                    receiver?.receive(chunk(#"{"content":"b"}"#))
                }),
        ])
        try await fixture.stream()
        #expect(fixture.sink.text == "b")
        #expect(fixture.context.attempts.map(\.outcome) == [.error, .success])
    }

    @Test(arguments: [ErrorCode.contentFilter, .providerRejected])
    func `a refusal is the answer, whoever is still asked`(code: ErrorCode) async throws {
        let (started, second) = (started, Gate())
        let slow = FakeProvider.Step.run { _, _ throws(HubError) in
            started.open()
            await second.opened()
            throw HubError(code, "refused")
        }
        let fixture = request([Self.provider("slow", slow), Self.provider("quick", silent(second))])
        #expect(await fixture.streamFailure()?.code == code)
        #expect(fixture.context.attempts.map(\.outcome) == [.error, .aborted])
    }

    @Test func `a stream that breaks is gone on with by the target that was slower to begin`() async throws {
        let started = started
        let slow = FakeProvider(
            "slow", models: [Self.facts], continuesTexts: true, silent(), Self.streamed(" hot."))
        let quick = FakeProvider(
            "quick", models: [Self.facts],
            .run { _, receiver throws(HubError) in
                await started.opened()
                receiver?.receive(chunk(#"{"content":"The sun is"}"#))
                throw HubError(.streamInterrupted, "cut")
            })
        let fixture = request([slow, quick], rescues: true)
        try await fixture.stream()
        #expect(fixture.sink.text == "The sun is hot.")
        #expect(fixture.context.attempts.map(\.outcome) == [.aborted, .error, .success])
        #expect(fixture.context.metadata().resumedFrom?.provider == "quick")
    }

    @Test func `if both fail the next candidate is called`() async throws {
        let (started, second) = (started, Gate())
        let fixture = request([
            Self.provider(
                "slow",
                .run { _, _ throws(HubError) in
                    started.open()
                    await second.opened()
                    throw HubError(.providerError, "down")
                }),
            Self.provider(
                "quick",
                .run { _, _ throws(HubError) in
                    second.open()
                    throw HubError(.providerError, "down too")
                }), Self.provider("third", Self.streamed("c")),
        ])
        try await fixture.stream()
        #expect(fixture.sink.text == "c")
        #expect(fixture.context.attempts.map(\.provider) == ["slow", "quick", "third"])
        #expect(fixture.context.attemptCount == 3)
        #expect(hedges() == ["started 1", "won 0", "wasted 1"])
    }

    @Test func `a client that leaves ends both`() async throws {
        let second = Gate()
        let fixture = request([Self.provider("slow", silent()), Self.provider("quick", silent(second))])
        let task = Task { await fixture.streamFailure() }
        await started.opened()
        await second.opened()
        task.cancel()
        let failure = await task.value
        #expect(failure?.code == .aborted)
        #expect(fixture.context.attempts.map(\.outcome) == [.aborted, .aborted])
        #expect(fixture.sink.openings == 0)
    }

    // MARK: When there is none

    @Test func `the share of requests that have one is bounded`() async throws {
        let quick = Self.provider("quick", Self.streamed("b"))
        let slow = Self.provider("slow", lingering())
        let meter = HedgeMeter(HedgePolicy.of(share: 0.25))
        var begun = 0
        for _ in 0..<8 {
            if meter.countRequest(), meter.take() { begun += 1 }
        }
        #expect(begun == 2)
        let fixture = request([slow, quick], share: 0)
        try await fixture.stream()
        #expect(quick.calls.isEmpty)
    }

    @Test func `nothing is begun where too little was measured`() async throws {
        let quick = Self.provider("quick", Self.streamed("b"))
        let fixture = request([Self.provider("slow", lingering()), quick], measured: 19)
        try await fixture.stream()
        #expect(fixture.sink.text == "a")
        #expect(quick.calls.isEmpty)
    }

    @Test func `nothing is begun at a target whose breaker is open`() async throws {
        for _ in 0..<5 {
            let permit = try health.target(provider: "quick", model: "m").admit(at: 0)
            health.target(provider: "quick", model: "m").ended(permit, .failure(restsUntil: nil), at: 0)
        }
        let quick = Self.provider("quick", Self.streamed("b"))
        let fixture = request([Self.provider("slow", lingering()), quick])
        try await fixture.stream()
        #expect(quick.calls.isEmpty)
    }

    @Test func `nothing is begun for a request that allows one attempt`() async throws {
        let quick = Self.provider("quick", Self.streamed("b"))
        let fixture = request([Self.provider("slow", lingering()), quick], attempts: 1)
        try await fixture.stream()
        #expect(quick.calls.isEmpty)
    }

    @Test func `a request that names its provider gets no other`() async throws {
        let directives = RequestDirectives()
        directives.pinnedProviders = ["slow"]
        let quick = Self.provider("quick", Self.streamed("b"))
        let fixture = request(
            [Self.provider("slow", lingering()), quick], sameTarget: true, directives: directives)
        try await fixture.stream()
        #expect(quick.calls.isEmpty)
        #expect(fixture.context.attempts.count == 1)
    }

    @Test func `the only target is not asked twice`() async throws {
        let once = Self.provider("only", lingering())
        try await request([once]).stream()
        #expect(once.calls.count == 1)
    }

    @Test func `unless that is allowed`() async throws {
        let twice = FakeProvider("only", models: [Self.facts], silent(), Self.streamed("b"))
        let fixture = request([twice], sameTarget: true)
        try await fixture.stream()
        #expect(fixture.sink.text == "b")
        #expect(fixture.context.attempts.map(\.outcome) == [.aborted, .success])
    }

    @Test func `nothing is begun once the first has said something`() async throws {
        let started = started
        let slow = Self.provider(
            "slow",
            .run { _, receiver in
                receiver?.receive(chunk(#"{"content":"a"}"#))
                started.open()
                for _ in 0..<200 { await Task.yield() }
            })
        let quick = Self.provider("quick", Self.streamed("b"))
        let fixture = request([slow, quick])
        try await fixture.stream()
        #expect(fixture.sink.text == "a")
        #expect(quick.calls.isEmpty)
        #expect(fixture.context.attempts.count == 1)
    }
}

extension HedgePolicy {
    fileprivate static func of(share: Double) -> HedgePolicy {
        var policy = HedgePolicy()
        policy.share = share
        return policy
    }
}

/// Time passes when a gate opens.
private struct GateWaiting: Waiting {
    let gate: Gate

    func wait(nanoseconds: UInt64) async throws(CancellationError) { await gate.opened() }
}

/// One request on its way through a hub.
///
/// Unchecked: a test that runs it in a task of its own waits for that before it looks at it.
private struct HedgedRequest: @unchecked Sendable {
    let hub: ConnectorHub
    let sink = FakeSink()
    let context: RequestContext

    func answer(isStream: Bool = false) async throws(HubError) -> HubAnswer {
        let body = #"{\#(HubFixture.body),"stream":\#(isStream)}"#
        return try await hub.answer(.bytes(Array(body.utf8), form: .openAI), context, sink: sink)
    }

    func stream() async throws(HubError) { _ = try await answer(isStream: true) }

    func streamFailure() async -> HubError? {
        do throws(HubError) {
            try await stream()
            return nil
        } catch {
            return error
        }
    }
}
