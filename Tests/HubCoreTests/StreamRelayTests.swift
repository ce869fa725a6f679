import Dialects
import HubCore
import Synchronization
import Testing

/// Streams through the whole pipeline.
struct StreamRelayTests {
    private static let role = #"{"role":"assistant","content":""}"#

    @Test func `nothing leaves before the first payload`() async throws {
        let seen = Mutex<[Int]>([])
        let box = SinkBox()
        let fixture = HubFixture([
            FakeProvider(
                "acme",
                .run { (_, receiver) throws(HubError) in
                    for delta in [Self.role, Self.role, #"{"content":"a"}"#, #"{"content":"b"}"#] {
                        receiver?.receive(chunk(delta))
                        seen.withLock { $0.append(box.count()) }
                    }
                })
        ])
        box.set(fixture.sink)
        try await fixture.stream()
        #expect(seen.withLock { $0 } == [0, 0, 3, 4])
        #expect(fixture.sink.openings == 1)
        #expect(fixture.sink.text == "ab")
    }

    @Test func `a stream without payload is still answered`() async throws {
        let fixture = HubFixture([FakeProvider("acme", .stream([Self.role]))])
        try await fixture.stream()
        #expect(fixture.sink.openings == 1)
        #expect(fixture.sink.chunks.count == 1)
        #expect(fixture.context.firstPayloadAt == nil)
    }

    @Test func `held chunks are bounded`() async throws {
        let deltas = Array(repeating: Self.role, count: 1000)
        let fixture = HubFixture([FakeProvider("acme", .stream(deltas, then: .streamInterrupted))])
        let failure = await fixture.streamFailure()
        #expect(failure?.code == .streamInterrupted)
        #expect(fixture.sink.chunks.count == 1000)
        #expect(fixture.context.isCommitted)
    }

    @Test func `held bytes are bounded`() async throws {
        let padding = String(repeating: "x", count: 300_000)
        let deltas = Array(repeating: #"{"role":"assistant","padding":"\#(padding)"}"#, count: 4)
        let fixture = HubFixture([FakeProvider("acme", .stream(deltas, then: .streamInterrupted))])
        let failure = await fixture.streamFailure()
        #expect(failure?.code == .streamInterrupted)
        #expect(fixture.sink.chunks.count == 4)
    }

    @Test(arguments: [
        (ErrorCode.streamInterrupted, ErrorCode.providerError), (.streamTimeout, .providerTimeout),
        (.providerRateLimited, .providerRateLimited),
    ])
    func `a failure before the commit point is an ordinary one`(thrown: ErrorCode, seen: ErrorCode) async {
        let fixture = HubFixture([FakeProvider("acme", .stream([Self.role], then: thrown))])
        #expect(await fixture.streamFailure()?.code == seen)
        #expect(!fixture.context.isCommitted)
        #expect(fixture.sink.openings == 0)
        #expect(fixture.sink.chunks.isEmpty)
    }

    @Test(arguments: [
        (ErrorCode.streamInterrupted, ErrorCode.streamInterrupted), (.streamTimeout, .streamTimeout),
        (.providerRejected, .streamInterrupted), (.providerError, .streamInterrupted),
        (.providerBadResponse, .streamInterrupted), (.providerTimeout, .streamTimeout),
    ])
    func `a failure after the commit point cuts the stream`(thrown: ErrorCode, seen: ErrorCode) async {
        let journal = Journal()
        let fixture = HubFixture(
            [FakeProvider("acme", .stream([#"{"content":"a"}"#], then: thrown))],
            middleware: [FakeMiddleware("a", journal, decides: [.retry])])
        #expect(await fixture.streamFailure()?.code == seen)
        #expect(fixture.context.isCommitted)
        #expect(fixture.sink.text == "a")
        #expect(fixture.context.attempts.count == 1)
        #expect(journal.entries == ["a request"])
    }

    @Test func `a stream that failed early is tried again from its start`() async throws {
        let usage = TokenUsage(input: 100)
        let fixture = HubFixture(
            [
                FakeProvider(
                    "acme", .stream([Self.role], then: .providerError, usage: usage),
                    .stream([Self.role, #"{"content":"a"}"#], usage: TokenUsage(input: 3, output: 1)))
            ], middleware: [FakeMiddleware("a", Journal(), decides: [.retry])])
        try await fixture.stream()
        #expect(fixture.sink.chunks.count == 3)
        #expect(fixture.sink.text == "a")
        #expect(fixture.context.usage == TokenUsage(input: 3, output: 1))
        #expect(fixture.context.attempts.map(\.outcome) == [.error, .success])
    }

    @Test func `a slow client pauses the provider until it has read`() async throws {
        let flow = FakeFlow()
        let box = SinkBox()
        let fixture = HubFixture([
            FakeProvider(
                "acme",
                .run { (_, receiver) throws(HubError) in
                    receiver?.attach(flow)
                    for text in ["a", "b", "c"] { receiver?.receive(chunk(#"{"content":"\#(text)"}"#)) }
                    flow.journal.note("drained")
                    box.drain()
                    receiver?.receive(chunk(#"{"content":"d"}"#))
                })
        ])
        fixture.sink.room = 2
        box.set(fixture.sink)
        try await fixture.stream()
        #expect(flow.journal.entries == ["pause", "drained", "resume"])
        #expect(fixture.sink.text == "abcd")
    }

    @Test func `the last usage of a stream counts`() async throws {
        let fixture = HubFixture([
            FakeProvider(
                "acme",
                .run { (_, receiver) throws(HubError) in
                    receiver?.receive(chunk(#"{"content":"a"}"#))
                    receiver?.receive(usageChunk(TokenUsage(input: 3, output: 1)))
                    receiver?.receive(usageChunk(TokenUsage(input: 3, output: 2)))
                })
        ])
        try await fixture.stream()
        #expect(fixture.context.usage == TokenUsage(input: 3, output: 2))
    }

    @Test func `prompts of a text completion are streamed one after the other`() async throws {
        let provider = FakeProvider("acme", .stream([#"{"content":"a"}"#], usage: TokenUsage(input: 1, output: 1)))
        let fixture = HubFixture([provider])
        _ = try await fixture.answer(#"{"model":"m","prompt":["x","y"],"stream":true}"#, form: .unified)
        #expect(fixture.sink.openings == 1)
        #expect(fixture.sink.parts == [0, 1])
        #expect(fixture.sink.text == "aa")
        #expect(fixture.context.usage == TokenUsage(input: 2, output: 2))
    }
}

/// Notes what it is told.
private final class FakeFlow: StreamFlow, Sendable {
    let journal = Journal()

    func pause() { journal.note("pause") }
    func resume() { journal.note("resume") }
}

/// Lets a script, which is sendable, look at the client of its own test. The relay calls both on one task.
private final class SinkBox: @unchecked Sendable {
    private weak var sink: FakeSink?

    func set(_ sink: FakeSink) { self.sink = sink }
    func count() -> Int { sink?.chunks.count ?? -1 }
    func drain() { sink?.drain() }
}
