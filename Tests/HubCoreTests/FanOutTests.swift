import Dialects
import HubCore
import Synchronization
import Testing
import Wire

/// `n` of a provider that answers one choice per call.
struct FanOutTests {
    private static let usage = TokenUsage(input: 3, cacheRead: 1, output: 2)
    private static let body = #"{\#(HubFixture.body),"n":2}"#
    private static let streamBody = #"{\#(HubFixture.body),"n":2,"stream":true}"#

    @Test func `choices are calls of their own and their usage is summed`() async throws {
        let provider = FakeProvider(
            "one", answersSeveralChoices: false, .answer("a", usage: Self.usage), .answer("b", usage: Self.usage))
        let fixture = HubFixture([provider])
        guard case .whole(let responses) = try await fixture.answer(Self.body) else {
            Issue.record("a stream for a whole answer")
            return
        }
        let response = try #require(responses.first)
        let answer = response.canonical(fallbackID: "x")
        #expect(provider.calls.count == 2)
        #expect(answer.choices.map(\.index) == [0, 1])
        #expect(Set(answer.choices.map { $0.parts.compactMap(\.text).joined() }) == ["a", "b"])
        #expect(response.usage == TokenUsage(input: 6, cacheRead: 2, output: 4))
        #expect(fixture.context.usage == response.usage)
    }

    @Test func `a choice that fails fails the request`() async throws {
        let provider = FakeProvider("one", answersSeveralChoices: false, .answer("a"), .fail(.providerError))
        #expect(await HubFixture([provider]).failure(Self.body)?.code == .providerError)
    }

    @Test func `choices that had finished are counted when another fails`() async throws {
        let provider = FakeProvider(
            "one", answersSeveralChoices: false, .answer("a", usage: Self.usage), .fail(.providerError))
        let fixture = HubFixture([provider])
        #expect(await fixture.failure(Self.body)?.spent == Self.usage)
        #expect(fixture.context.usage == Self.usage)
    }

    @Test func `streamed choices are told apart, and their usage is summed`() async throws {
        let stream = FakeProvider.Step.stream([#"{"content":"a"}"#], usage: Self.usage)
        let provider = FakeProvider("one", answersSeveralChoices: false, stream)
        let fixture = HubFixture([provider])
        _ = try await withTaskExecutorPreference(OneThread()) { try await fixture.answer(Self.streamBody) }
        let texts = fixture.sink.chunks.filter { $0.hasChoices }
        #expect(Set(texts.map(\.choice)) == [0, 1])
        #expect(fixture.sink.chunks.compactMap(\.usage).last == TokenUsage(input: 6, cacheRead: 2, output: 4))
        #expect(fixture.sink.openings == 1)
    }

    @Test func `a provider that answers several choices is called once`() async throws {
        let provider = FakeProvider("several", .answer("a"))
        _ = try await HubFixture([provider]).answer(Self.body)
        #expect(provider.calls.count == 1)
    }

    @Test func `choices that stream on several threads are received one after the other`() async throws {
        let provider = FakeProvider(
            "one", answersSeveralChoices: false,
            .run { _, receiver throws(HubError) in
                for _ in 0..<500 { receiver?.receive(chunk(#"{"content":"a"}"#)) }
            })
        let body = #"{\#(HubFixture.body),"n":8,"stream":true}"#
        let fixture = HubFixture([provider])
        _ = try await fixture.answer(body)
        #expect(fixture.sink.chunks.count == 4000)
        #expect(!fixture.sink.wasEnteredTwice)
    }

    @Test func `a choice that begins while the others wait waits too`() async throws {
        let flows = Flows()
        let provider = FakeProvider(
            "one", answersSeveralChoices: false,
            .run { _, receiver throws(HubError) in
                receiver?.attach(flows.next())
                receiver?.receive(chunk(#"{"content":"a"}"#))
            })
        let fixture = HubFixture([provider])
        fixture.sink.isCongested = true
        _ = try await withTaskExecutorPreference(OneThread()) { try await fixture.answer(Self.streamBody) }
        #expect(flows.all.map(\.isPaused) == [true, true])
    }
}

private final class Flow: StreamFlow, Sendable {
    private let state = Mutex(false)

    var isPaused: Bool { state.withLock { $0 } }

    func pause() { state.withLock { $0 = true } }
    func resume() { state.withLock { $0 = false } }
}

private final class Flows: Sendable {
    private let made = Mutex<[Flow]>([])

    var all: [Flow] { made.withLock { $0 } }

    func next() -> Flow {
        let flow = Flow()
        made.withLock { $0.append(flow) }
        return flow
    }
}
