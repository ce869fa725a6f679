import TestSupport
import Testing

@testable import Service

/// Two hubs beside a Redis that has no room left and evicts nothing.
@Suite(.enabled(if: RedisServer.isHere, "\(RedisServer.isMissing)"))
struct FullRedisServiceTests {
    private static let limits = """
        counter_store: redis
        limits:
          - {scope: address, requests: 1000, tokens: 1000000, concurrent: 50, algorithm: fixed_window, window_secs: 86400}

        """

    private static func ask(_ hub: ServedHub, _ text: String, isStream: Bool = false) throws -> ReceivedResponse {
        let body =
            #"{"model":"sim-chat","stream":\#(isStream),"messages":[{"role":"user","content":"ECHO:\#(text)"}],"max_tokens":8}"#
        return try hub.connect().post(
            "/v1/chat/completions", Array(body.utf8), headers: [("x-hub-sim", "ttft_ms=0;tokens_per_second=1000000")])
    }

    @Test func `a redis without room changes no answer, and is used again once it has some`() async throws {
        try await RedisServer.with(["--maxmemory-policy", "noeviction"]) { server in
            let lines = "redis_url: redis://127.0.0.1:\(server.port)\nredis_timeout_ms: 2000\n" + Self.limits
            try await ServedHub.run(lines, isCached: true) { first async throws in
                try await ServedHub.run(lines, isCached: true) { second async throws in
                    #expect(try Self.ask(first, "before")["x-ratelimit-remaining-requests"] == "999")
                    try await eventually("redis has the answer") {
                        try server.run("SCAN", "0", "TYPE", "string", "COUNT", "1000").contains("llm:cache:")
                    }
                    #expect(try Self.ask(second, "before")["x-ratelimit-remaining-requests"] == "998")
                    try server.run("CONFIG", "SET", "maxmemory", "1")
                    for number in 0..<40 {
                        let answer = try Self.ask(
                            number % 2 == 0 ? first : second, "full \(number)", isStream: number % 4 < 2)
                        #expect(answer.status == 200)
                        #expect(answer["x-hub-cache"] == "miss")
                        // Each hub counts alone.
                        #expect(answer["x-ratelimit-limit-requests"] == "1000")
                    }
                    #expect(try server.run("INFO", "errorstats").contains("errorstat_OOM"))
                    #expect(try Self.ask(first, "full 0", isStream: true)["x-hub-cache"] == "hit-l1")
                    #expect(try first.get("/health").status == 200)
                    try server.run("CONFIG", "SET", "maxmemory", "0")
                    var number = 0
                    try await eventually("answers are shared again") {
                        number += 1
                        _ = try Self.ask(first, "after \(number)")
                        return try Self.ask(second, "after \(number)")["x-hub-cache"] == "hit-l2"
                    }
                    // And counts are: each sees the other's.
                    let remaining = try [first, second, first].map { hub in
                        try Self.ask(hub, "before")["x-ratelimit-remaining-requests"].flatMap { Int($0) } ?? 0
                    }
                    #expect(remaining[1] == remaining[0] - 1)
                    #expect(remaining[2] == remaining[0] - 2)
                }
            }
        }
    }
}
