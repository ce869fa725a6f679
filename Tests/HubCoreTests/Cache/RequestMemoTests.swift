import Dialects
import TestSupport
import Testing
import Wire

@testable import HubCore

struct RequestMemoTests {
    private static func body(_ text: String) -> [UInt8] {
        Array(#"{"model":"m","messages":[{"role":"user","content":"\#(text)"}]}"#.utf8)
    }

    private func request(_ body: [UInt8]) throws -> CompletionRequest {
        try CallInput.bytes(body, form: .openAI).parse()
    }

    @Test func `only the same bytes in the same form are the same request`() throws {
        let memo = RequestMemo(shards: 2)
        let body = Self.body("hi")
        let request = try request(body)
        memo.note(body, .openAI, request, shard: 0)
        #expect(memo.entry(body, .openAI, shard: 0)?.request === request)
        #expect(memo.entry(body, .unified, shard: 0) == nil)
        #expect(memo.entry(body, .openAI, shard: 1) == nil)
        #expect(memo.entry(Self.body("ho"), .openAI, shard: 0) == nil)
        memo.clear()
        #expect(memo.entry(body, .openAI, shard: 0) == nil)
    }

    @Test func `bodies that fall on one place drive each other out, and are never mixed up`() throws {
        let memo = RequestMemo(shards: 1)
        for number in 0..<1000 {
            let body = Self.body("\(number)")
            #expect(memo.entry(body, .openAI, shard: 0) == nil)
            memo.note(body, .openAI, try request(body), shard: 0)
            #expect(
                memo.entry(body, .openAI, shard: 0)?.request.body["messages"]?[index: 0]?["content"]?.string
                    == "\(number)")
        }
    }

    @Test func `large bodies are not remembered`() throws {
        let memo = RequestMemo(shards: 1)
        let body = Self.body(String(repeating: "x", count: 20_000))
        memo.note(body, .openAI, try request(body), shard: 0)
        #expect(memo.entry(body, .openAI, shard: 0) == nil)
    }

    @Test func `a remembered request is answered for its caller and its way of asking`() async throws {
        let provider = FakeProvider("acme", .answer("hi"))
        let fixture = CacheFixture([provider])
        for _ in 0..<3 { _ = try await fixture.ask(user: "a") }
        #expect(try await fixture.ask(user: "b").context.cache == .miss)
        #expect(try await fixture.ask(user: "a").context.cache == .hitL1)
        #expect(try await fixture.ask(user: "a", cacheControl: "no-store").context.cache == .bypass)
        #expect(provider.calls.count == 3)
    }
}
