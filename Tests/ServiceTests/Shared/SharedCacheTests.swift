import TestSupport
import Testing

@testable import Service

/// Answers that hubs share through Redis.
@Suite(.enabled(if: RedisServer.isHere, "\(RedisServer.isMissing)"))
struct SharedCacheTests {
    private static let chat = #"{"model":"sim-chat","messages":[{"role":"user","content":"ECHO:hello you"}]}"#
    private static let fast = [(name: "x-hub-sim", value: "ttft_ms=0;tokens_per_second=1000000")]

    private static func configuration(_ server: RedisServer) -> String {
        "redis_url: redis://127.0.0.1:\(server.port)\ncache_l2_ttl: 1000\n"
    }

    /// Runs `body` with two hubs beside one Redis.
    private static func withHubs(_ body: (ServedHub, ServedHub, RedisServer) async throws -> Void) async throws {
        try await RedisServer.with { server in
            try await ServedHub.run(configuration(server), isCached: true) { first in
                try await ServedHub.run(configuration(server), isCached: true) { second in
                    try await body(first, second, server)
                }
            }
        }
    }

    private static func ask(_ hub: ServedHub, _ body: String = chat) throws -> ReceivedResponse {
        try hub.connect().post("/v1/chat/completions", Array(body.utf8), headers: fast)
    }

    /// The keys of the answers that Redis has.
    private static func answers(_ server: RedisServer) throws -> [Substring] {
        try server.run("SCAN", "0", "TYPE", "string", "COUNT", "1000").split(separator: " ").dropFirst()
            .filter { $0.hasPrefix("llm:cache:") }
    }

    @Test(arguments: [false, true])
    func `what one hub was answered another has kept, first in redis and then in memory`(isStream: Bool) async throws {
        try await Self.withHubs { first, second, server in
            let body = isStream ? Self.chat.dropLast() + #","stream":true}"# : Self.chat
            let answer = try Self.ask(first, body)
            #expect(answer["x-hub-cache"] == "miss")
            try await eventually("redis has the answer") { try Self.answers(server).count == 1 }
            let found = try Self.ask(second, body)
            #expect(found["x-hub-cache"] == "hit-l2")
            #expect(found["x-hub-cost-usd"] == "0" || isStream)
            #expect(found.text.contains("hello"))
            #expect(try Self.ask(second)["x-hub-cache"] == "hit-l1")
        }
    }

    @Test func `answers end in redis when their time is over`() async throws {
        try await Self.withHubs { first, _, server in
            _ = try Self.ask(first)
            try await eventually("redis has the answer") { try Self.answers(server).count == 1 }
            let key = try #require(try Self.answers(server).first)
            let seconds = try #require(Int(try server.run("TTL", String(key))))
            #expect(seconds > 900 && seconds <= 1000)
            try await eventually("what finds it ends with it") {
                let names = try server.run("KEYS", "*").split(separator: " ").filter { $0 != "llm:cache:targets" }
                return try names.count == 3
                    && names.allSatisfy { (900...1001).contains(Int(try server.run("TTL", String($0))) ?? 0) }
            }
        }
    }

    @Test func `embeddings stay in redis for a day`() async throws {
        try await Self.withHubs { first, second, server in
            let body = #"{"model":"sim-embed","input":"hi"}"#
            func ask(_ hub: ServedHub) throws -> String? {
                try hub.connect().post("/v1/embeddings", Array(body.utf8), headers: Self.fast)["x-hub-cache"]
            }
            #expect(try ask(first) == "miss")
            try await eventually("redis has the answer") { try Self.answers(server).count == 1 }
            let key = try #require(try Self.answers(server).first)
            #expect((86_300...86_400).contains(Int(try server.run("TTL", String(key))) ?? 0))
            #expect(try ask(second) == "hit-l2")
        }
    }

    @Test func `a redis that takes writes and does not do them holds no answer up`() async throws {
        let provider = try HeldProvider(isStream: false)
        defer { provider.stop() }
        try await RedisServer.with { server in
            let configuration =
                provider.configuration + Self.configuration(server) + "redis_timeout_ms: 60000\n"
            try await ServedHub.run(configuration, isCached: true) { hub async throws in
                let body = Array(#"{"model":"held","messages":[{"role":"user","content":"hi"}]}"#.utf8)
                let client = try hub.connect()
                try client.sendPost("/v1/chat/completions", body)
                try provider.began.wait()
                try server.run("CLIENT", "PAUSE", "60000", "WRITE")
                provider.gate.open()
                // The client gives up long before the pause is over.
                let answer = try client.readResponse()
                #expect(answer.status == 200)
                #expect(answer["x-hub-cache"] == "miss")
                #expect(try client.post("/v1/chat/completions", body)["x-hub-cache"] == "hit-l1")
                try server.run("CLIENT", "UNPAUSE")
                try await eventually("redis has the answer") { try Self.answers(server).count == 1 }
            }
        }
    }

    @Test(arguments: ["model=simulated/sim-chat", "all=true", "key"])
    func `what is removed at one hub is gone from redis`(query: String) async throws {
        try await Self.withHubs { first, second, server in
            _ = try Self.ask(first)
            // Kept, and noted where it can be found.
            try await eventually("redis has all of it") { try server.run("DBSIZE") == "4" }
            let key = try #require(try Self.answers(server).first)
            let selection = query == "key" ? "key=\(key.split(separator: ":")[2])" : query
            #expect(try first.connect().delete("/api/v1/cache?\(selection)").status == 200)
            try await eventually("redis has no answer") { try Self.answers(server).isEmpty }
            #expect(try Self.ask(second)["x-hub-cache"] == "miss")
        }
    }

    @Test func `what is removed for one tenant or model leaves the rest`() async throws {
        try await Self.withHubs { first, _, server in
            _ = try Self.ask(first)
            try await eventually("redis has all of it") { try server.run("DBSIZE") == "4" }
            for query in ["model=simulated/other", "tenant=user:other"] {
                #expect(try first.connect().delete("/api/v1/cache?\(query)").status == 200)
            }
            // The commands of a hub reach redis in order.
            _ = try Self.ask(first, Self.chat.replacingOccurrence(of: "hello", with: "bye"))
            try await eventually("redis has both answers") { try Self.answers(server).count == 2 }
        }
    }

    @Test func `while redis is frozen or gone calls are answered, and once it is back answers are kept again`()
        async throws
    {
        try await Self.withHubs { first, second, server in
            server.freeze()
            for number in 0..<20 {
                let answer = try Self.ask(first, Self.chat.replacingOccurrence(of: "hello", with: "\(number)"))
                #expect(answer.status == 200)
                #expect(answer["x-hub-cache"] == "miss")
            }
            server.stop()
            #expect(try Self.ask(first)["x-hub-cache"] == "miss")
            #expect(try Self.ask(first)["x-hub-cache"] == "hit-l1")
            try await server.start()
            try await eventually("answers are kept again") {
                let body = Self.chat.replacingOccurrence(of: "hello", with: "\(try server.run("TIME"))")
                _ = try Self.ask(first, body)
                return try Self.ask(second, body)["x-hub-cache"] == "hit-l2"
            }
        }
    }
}

extension String {
    fileprivate func replacingOccurrence(of old: String, with new: String) -> String {
        guard let range = firstRange(of: old) else { return self }
        return self[..<range.lowerBound] + new + self[range.upperBound...]
    }
}
