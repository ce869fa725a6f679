import Synchronization
import TestSupport
import Testing
import Wire

struct CachedAnswerServiceTests {
    private static let chat = #"{"model":"sim-chat","messages":[{"role":"user","content":"ECHO:hello you"}]}"#
    private static let fast = [(name: "x-hub-sim", value: "ttft_ms=0;tokens_per_second=1000000")]

    @Test func `an equal request is answered from memory, under a new id and at no cost`() async throws {
        try await ServedHub.run(isCached: true) { hub in
            let client = try hub.connect()
            let first = try client.post("/v1/chat/completions", Array(Self.chat.utf8), headers: Self.fast)
            let second = try client.post("/v1/chat/completions", Array(Self.chat.utf8), headers: Self.fast)
            #expect(first["x-hub-cache"] == "miss")
            #expect(first["age"] == nil)
            #expect(second["x-hub-cache"] == "hit-l1")
            #expect(second["x-hub-attempts"] == "0")
            #expect(second["x-hub-cost-usd"] == "0")
            #expect(second["age"] == "0")
            let (before, after) = (try JSONDocument.parse(first.body).root, try JSONDocument.parse(second.body).root)
            #expect(try #require(after["choices"]).isEquivalent(to: #require(before["choices"])))
            #expect(try #require(after["usage"]).isEquivalent(to: #require(before["usage"])))
            #expect(after["id"]?.string != before["id"]?.string)
        }
    }

    @Test func `an answer is replayed as a stream, and in the hub's own form`() async throws {
        try await ServedHub.run(isCached: true) { hub in
            let client = try hub.connect()
            _ = try client.post("/v1/chat/completions", Array(Self.chat.utf8), headers: Self.fast)
            let streamed = Self.chat.dropLast() + #","stream":true}"#
            let stream = try client.post("/v1/chat/completions", Array(streamed.utf8), headers: Self.fast)
            #expect(stream["x-hub-cache"] == "hit-l1")
            #expect(stream.text.contains("hello"))
            #expect(stream.text.hasSuffix("data: [DONE]\n\n"))
            let unified = try client.post("/v1/completions", Array(Self.chat.utf8), headers: Self.fast)
            let metadata = try JSONDocument.parse(unified.body).root["metadata"]
            #expect(metadata?["cached"]?.bool == true)
            #expect(metadata?["cache_tier"]?.string == "l1")
            #expect(metadata?["cost_usd"]?.double == 0)
        }
    }

    @Test func `kept answers are removed by key, model, tenant or all at once, and by nothing else`() async throws {
        try await ServedHub.run(isCached: true) { hub in
            let client = try hub.connect()
            func cache() throws -> String? {
                try client.post("/v1/chat/completions", Array(Self.chat.utf8), headers: Self.fast)["x-hub-cache"]
            }
            for query in ["model=simulated/sim-chat", "all=true"] {
                _ = try cache()
                #expect(try cache() == "hit-l1")
                #expect(try client.delete("/api/v1/cache?\(query)").text == #"{"removed":1}"#)
                #expect(try cache() == "miss")
            }
            for query in ["", "all=yes", "key=12", "model=sim-chat", "tenant=", "all=true&tenant=user:a"] {
                #expect(try client.delete("/api/v1/cache?\(query)").status == 400)
            }
            #expect(try cache() == "hit-l1")
        }
    }

    @Test(arguments: [false, true])
    func `a call goes on for those who joined it when its own client leaves`(_ isStream: Bool) async throws {
        let provider = try HeldProvider(isStream: isStream)
        defer { provider.stop() }
        try await ServedHub.run(provider.configuration, isCached: true) { hub in
            let body = Array(
                #"{"model":"held","messages":[{"role":"user","content":"hi"}],"stream":\#(isStream)}"#.utf8)
            let leader = try hub.connect()
            try leader.sendPost("/v1/chat/completions", body)
            try provider.began.wait()
            let follower = try hub.connect()
            try follower.sendPost("/v1/chat/completions", body)
            try hub.wait { $0.followers == 1 }
            leader.close()
            try hub.wait { $0.connections == 1 }
            provider.gate.open()
            let answer = try follower.readResponse()
            #expect(answer.status == 200)
            #expect(answer["x-hub-cache"] == "coalesced")
            #expect(answer.text.contains("answer"))
            #expect(provider.callCount == 1)
        }
    }

    @Test func `a call ends when its client and all who joined it have left`() async throws {
        let provider = try HeldProvider(isStream: false, answers: false)
        defer { provider.stop() }
        try await ServedHub.run(provider.configuration, isCached: true) { hub in
            let body = Array(#"{"model":"held","messages":[{"role":"user","content":"hi"}]}"#.utf8)
            let (leader, follower) = (try hub.connect(), try hub.connect())
            try leader.sendPost("/v1/chat/completions", body)
            try provider.began.wait()
            try follower.sendPost("/v1/chat/completions", body)
            try hub.wait { $0.followers == 1 }
            leader.close()
            try hub.wait { $0.connections == 1 }
            follower.close()
            await provider.left()
        }
    }
}

/// A provider that answers when it is told to.
private final class HeldProvider: Sendable {
    let began = Gate()
    let gate = Gate()
    private let provider: ScriptedProvider

    init(isStream: Bool, answers: Bool = true) throws {
        let (began, gate) = (began, gate)
        let count = Counter()
        counter = count
        provider = try ScriptedProvider { request in
            // Health is asked for by GET.
            guard request.method == "POST" else { return .json("{}") }
            count.add()
            began.open()
            guard answers else {
                var answer = ScriptedAnswer.json("{}")
                answer.ending = .silenceBeforeHead
                return answer
            }
            try? gate.wait()
            return isStream ? .events(Self.stream) : .json(Self.whole)
        }
    }

    private let counter: Counter
    var callCount: Int { counter.value }

    private final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add() { count.withLock { $0 += 1 } }
    }

    /// Until a client has closed its connection.
    func left() async {
        for await event in provider.events { if case .closedByClient = event { return } }
    }

    func stop() { provider.stop() }

    var configuration: String {
        "providers: [{provider_id: held, kind: compatible, config: {base_url: \"\(provider.baseURL)\", api_key: k, models: [{id: held}]}}]\n"
    }

    private static let whole =
        #"{"id":"a","object":"chat.completion","created":1,"model":"held","choices":[{"index":0,"message":{"role":"assistant","content":"answer"},"finish_reason":"stop"}]}"#
    private static let stream =
        #"data: {"id":"a","choices":[{"index":0,"delta":{"content":"answer"},"finish_reason":"stop"}]}"#
        + "\n\ndata: [DONE]\n\n"
}
