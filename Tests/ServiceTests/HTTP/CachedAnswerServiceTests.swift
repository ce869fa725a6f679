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

    @Test func `Cache-Control says what a client takes`() async throws {
        let clock = ManualClock()
        try await ServedHub.run(isCached: true, clock: clock) { hub async throws in
            let client = try hub.connect()
            func cache(_ control: String?) throws -> String? {
                let headers = Self.fast + (control.map { [(name: "cache-control", value: $0)] } ?? [])
                return try client.post("/v1/chat/completions", Array(Self.chat.utf8), headers: headers)["x-hub-cache"]
            }
            #expect(try cache("no-store") == "bypass")
            #expect(try cache(nil) == "miss")
            #expect(try cache("no-store") == "bypass")
            #expect(try cache(nil) == "hit-l1")
            clock.advance(milliseconds: 100_000)
            #expect(try cache("max-age=100") == "hit-l1")
            #expect(try cache("max-age=99") == "miss")
            // Kept anew.
            #expect(try cache("max-age=0") == "hit-l1")
            clock.advance(milliseconds: 50_000)
            #expect(try cache("no-cache") == "bypass")
            #expect(try cache("max-age=0") == "hit-l1")
        }
    }

    @Test(arguments: [("tenant", "miss"), ("global", "hit-l1")])
    func `callers share kept answers only where they are told to`(_ scope: String, _ second: String) async throws {
        let keys = "api_keys: [{id: a, key: key-of-a-0123456789}, {id: b, key: key-of-b-0123456789}]\n"
        try await ServedHub.run(keys + "cache_scope: \(scope)\n", isCached: true, isLocked: true) { hub async throws in
            let client = try hub.connect()
            let caches = try ["a", "b"].map { key in
                let headers = Self.fast + [(name: "x-api-key", value: "key-of-\(key)-0123456789")]
                return try client.post("/v1/chat/completions", Array(Self.chat.utf8), headers: headers)["x-hub-cache"]
            }
            #expect(caches == ["miss", second])
        }
    }

    @Test func `a rule is found by the model that was asked for, and by the one that is planned`() async throws {
        let configuration = """
            routes: [{pattern: quick, targets: [{provider: simulated, model: sim-chat}]}]
            cache_rules:
              - {pattern: quick, enabled: false}
              - {pattern: simulated/sim-chat, max_temperature: 0.5}

            """
        try await ServedHub.run(configuration, isCached: true) { hub async throws in
            let client = try hub.connect()
            func caches(_ model: String, _ temperature: Double) throws -> [String?] {
                let chat =
                    #"{"model":"\#(model)","temperature":\#(temperature),"messages":[{"role":"user","content":"hi"}]}"#
                return try (0..<2).map { _ in
                    try client.post("/v1/chat/completions", Array(chat.utf8), headers: Self.fast)["x-hub-cache"]
                }
            }
            #expect(try caches("quick", 0) == ["bypass", "bypass"])
            #expect(try caches("sim-chat", 0.6) == ["bypass", "bypass"])
            #expect(try caches("sim-chat", 0.5) == ["miss", "hit-l1"])
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

    /// Clients on two reactors, of whom all but one may leave, the first among them.
    @Test(arguments: 0..<5 as Range<UInt64>, [false, true])
    func `one call answers everybody who joined it and stayed`(_ seed: UInt64, _ isStream: Bool) async throws {
        var random = SeededRandom(seed: seed)
        let provider = try HeldProvider(isStream: isStream)
        defer { provider.stop() }
        let joining = (0..<9).map { _ in (isStream: Bool.random(using: &random), leaves: Bool.random(using: &random)) }
        let leaderLeaves = Bool.random(using: &random)
        try await ServedHub.run(provider.configuration, isCached: true, reactors: 2) { hub async throws in
            func begin(_ isStream: Bool) throws -> SocketClient {
                let client = try hub.connect()
                let body = #"{"model":"held","messages":[{"role":"user","content":"hi"}],"stream":\#(isStream)}"#
                try client.sendPost("/v1/chat/completions", Array(body.utf8))
                return client
            }
            let leader = try begin(isStream)
            try provider.began.wait()
            let staying = try begin(true)
            try hub.wait { $0.followers == 1 }
            if leaderLeaves { leader.close() }
            let clients = try joining.map { (client: try begin($0.isStream), leaves: $0.leaves) }
            try hub.wait { $0.followers == 10 }
            for (client, leaves) in clients where leaves { client.close() }
            let left = clients.count { $0.leaves }
            try hub.wait { $0.followers == 10 - left }
            provider.gate.open()
            let answered = [staying] + (leaderLeaves ? [] : [leader]) + clients.filter { !$0.leaves }.map(\.client)
            let answers = try answered.map { try $0.readResponse() }
            #expect(answers.allSatisfy { $0.status == 200 && $0.text.contains("answer") })
            #expect(answers.count { $0["x-hub-cache"] == "coalesced" } == 10 - left)
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
