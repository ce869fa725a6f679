import Dialects
import HubCore
import TestSupport
import Testing
import Wire

struct CoalescedRequestTests {
    /// A provider that answers when it is told to.
    private static func waiting(_ gate: Gate, _ began: Gate, deltas: [String] = [], then: ErrorCode? = nil)
        -> FakeProvider
    {
        FakeProvider(
            "acme",
            .run { _, receiver async throws(HubError) in
                if let receiver, let first = deltas.first { receiver.receive(chunk(first)) }
                began.open()
                await gate.opened()
                for delta in deltas.dropFirst() { receiver?.receive(chunk(delta)) }
                if let then { throw HubError(then, "acme fails") }
            }, .answer("alone"))
    }

    @Test func `identical calls in flight share one call`() async throws {
        let (gate, began) = (Gate(), Gate())
        let provider = Self.waiting(gate, began)
        let fixture = CacheFixture([provider])
        async let first = fixture.ask()
        await began.opened()
        async let second = fixture.ask()
        async let third = fixture.ask()
        await fixture.followed(by: 2)
        gate.open()
        let answers = try await [first, second, third]
        #expect(provider.calls.count == 1)
        #expect(answers.map(\.context.cache) == [.miss, .coalesced, .coalesced])
        #expect(answers.map(\.context.costNanoDollars) == [nil, 0, 0])
        #expect(answers.map(\.context.attemptCount) == [1, 0, 0])
    }

    @Test func `a stream is followed from its beginning, live, and as a whole`() async throws {
        let (gate, began) = (Gate(), Gate())
        let provider = Self.waiting(
            gate, began, deltas: [#"{"content":"a"}"#, #"{"content":"b"}"#, #"{"content":"c"}"#])
        let fixture = CacheFixture([provider])
        async let first = fixture.ask(stream: true)
        await began.opened()
        async let second = fixture.ask(stream: true)
        async let whole = fixture.ask()
        await fixture.followed(by: 2)
        gate.open()
        let answers = try await [first, second, whole]
        #expect(provider.calls.count == 1)
        #expect(answers.map(\.text) == ["abc", "abc", "abc"])
        #expect(answers[1].sink.chunks.map(\.content) == ["a", "b", "c"])
        #expect(answers.map(\.context.cache) == [.miss, .coalesced, .coalesced])
    }

    @Test func `who followed a call that failed calls on its own`() async throws {
        let (gate, began) = (Gate(), Gate())
        let provider = Self.waiting(gate, began, then: .providerRejected)
        let fixture = CacheFixture([provider])
        async let first = fixture.result()
        await began.opened()
        async let second = fixture.result()
        await fixture.followed(by: 1)
        gate.open()
        let (isFailed, answer) = (await first.isFailure, try await second.get())
        #expect(isFailed)
        #expect(answer.text == "alone")
        #expect(provider.calls.count == 2)
    }

    @Test func `a stream that is cut is cut for its followers, too`() async throws {
        let (gate, began) = (Gate(), Gate())
        let provider = Self.waiting(
            gate, began, deltas: [#"{"content":"a"}"#, #"{"content":"b"}"#], then: .streamInterrupted)
        let fixture = CacheFixture([provider])
        let sink = FakeSink()
        async let first = fixture.result(stream: true)
        await began.opened()
        async let second = fixture.result(stream: true, sink: sink)
        await fixture.followed(by: 1)
        gate.open()
        let failures = await [first.isFailure, second.isFailure]
        #expect(failures == [true, true])
        #expect(sink.text == "ab")
        #expect(provider.calls.count == 1)
    }

    @Test func `no-cache and other tenants make calls of their own`() async throws {
        let (gate, began) = (Gate(), Gate())
        let provider = Self.waiting(gate, began)
        let fixture = CacheFixture([provider])
        async let first = fixture.ask()
        await began.opened()
        #expect(try await fixture.ask(cacheControl: "no-cache").text == "alone")
        #expect(try await fixture.ask(user: "b").text == "alone")
        gate.open()
        _ = try await first
        #expect(provider.calls.count == 3)
    }
}

extension Result {
    fileprivate var isFailure: Bool {
        if case .failure = self { true } else { false }
    }
}

extension CacheFixture {
    fileprivate func result(stream: Bool = false, sink: FakeSink = FakeSink()) async -> Result<Answer, HubError> {
        do throws(HubError) {
            return .success(try await ask(stream: stream, sink: sink))
        } catch {
            return .failure(error)
        }
    }

    /// Until so many calls have joined the one under way.
    func followed(by count: Int) async {
        while hub.followerCount < count { await Task.yield() }
    }
}
