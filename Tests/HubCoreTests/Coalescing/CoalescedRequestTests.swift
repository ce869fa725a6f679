import Dialects
import HubCore
import Synchronization
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

    @Test func `a request with far more time left than the call under way makes a call of its own`() async throws {
        let (gate, began) = (Gate(), Gate())
        let provider = Self.waiting(gate, began)
        let fixture = CacheFixture([provider])
        async let first = fixture.ask(timeout: .seconds(1))
        await began.opened()
        async let second = fixture.ask(timeout: .seconds(2))
        await fixture.followed(by: 1)
        #expect(try await fixture.ask(timeout: .seconds(3)).text == "alone")
        gate.open()
        _ = try await (first, second)
        #expect(provider.calls.count == 2)
    }

    @Test func `a follower's own deadline ends its wait, and the call goes on`() async throws {
        let (gate, began) = (Gate(), Gate())
        let provider = Self.waiting(gate, began)
        let clock = ManualClock()
        let fixture = CacheFixture([provider], clock: clock, waiting: ManualWaiting(clock))
        async let first = fixture.ask()
        await began.opened()
        let failure = await fixture.result(timeout: .seconds(5))
        guard case .failure(let error) = failure else { return #expect(Bool(false)) }
        #expect(error.code == .deadlineExceeded)
        gate.open()
        #expect(try await first.text == "hi")
    }

    @Test func `those who follow do not wait for a leader that reads slowly`() async throws {
        let (gate, began) = (Gate(), Gate())
        let flow = CountedFlow()
        let provider = Self.streaming("abc", flow, gate, began)
        let fixture = CacheFixture([provider])
        let slow = FakeSink()
        slow.room = 2
        async let first = fixture.ask(stream: true, sink: slow)
        await began.opened()
        async let second = fixture.ask(stream: true)
        await fixture.followed(by: 1)
        gate.open()
        let answers = try await [first, second]
        #expect(answers.map(\.text) == ["abc", "abc"])
        #expect(flow.pauses == 0)
    }

    @Test func `nobody follows a leader that keeps the provider waiting`() async throws {
        let (gate, began) = (Gate(), Gate())
        let flow = CountedFlow()
        let provider = Self.streaming("abc", flow, gate, began)
        let fixture = CacheFixture([provider])
        let slow = FakeSink()
        slow.room = 1
        async let first = fixture.ask(stream: true, sink: slow)
        await began.opened()
        #expect(flow.pauses == 1)
        #expect(try await fixture.ask(stream: true).text == "later")
        gate.open()
        _ = try await first
    }

    /// Says one letter, and the others when it is told to.
    private static func streaming(_ text: String, _ flow: CountedFlow, _ gate: Gate, _ began: Gate) -> FakeProvider {
        let chunks = text.map { chunk(#"{"content":"\#($0)"}"#) }
        return FakeProvider(
            "acme",
            .run { _, receiver async throws(HubError) in
                receiver?.attach(flow)
                receiver?.receive(chunks[0])
                began.open()
                await gate.opened()
                for chunk in chunks.dropFirst() { receiver?.receive(chunk) }
            }, .stream([#"{"content":"later"}"#]))
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

private final class CountedFlow: StreamFlow, Sendable {
    private let count = Mutex(0)

    var pauses: Int { count.withLock { $0 } }
    func pause() { count.withLock { $0 += 1 } }
    func resume() {}
}

extension Result {
    fileprivate var isFailure: Bool {
        if case .failure = self { true } else { false }
    }
}

extension CacheFixture {
    fileprivate func result(
        stream: Bool = false, sink: FakeSink = FakeSink(), timeout: Duration? = nil
    ) async -> Result<Answer, HubError> {
        do throws(HubError) {
            return .success(try await ask(stream: stream, sink: sink, timeout: timeout))
        } catch {
            return .failure(error)
        }
    }

    /// Until so many calls have joined the one under way.
    func followed(by count: Int) async {
        while hub.followerCount < count { await Task.yield() }
    }
}
