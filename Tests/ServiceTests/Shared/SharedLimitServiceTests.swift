import TestSupport
import Testing

@testable import Service

/// Limits that hubs keep together.
@Suite(.enabled(if: RedisServer.isHere, "\(RedisServer.isMissing)"))
struct SharedLimitServiceTests {
    private static let chat = #"{"model":"sim-chat","messages":[{"role":"user","content":"ECHO:hi"}],"max_tokens":8}"#
    private static let fast = [(name: "x-hub-sim", value: "ttft_ms=0;tokens_per_second=1000000")]

    private static func ask(_ hub: ServedHub) throws -> ReceivedResponse {
        try hub.connect().post("/v1/chat/completions", Array(chat.utf8), headers: fast)
    }

    @Test(arguments: ["auto", "redis"])
    func `two hubs admit together what a limit has`(store: String) async throws {
        try await RedisServer.with { server in
            let configuration = """
                redis_url: redis://127.0.0.1:\(server.port)
                redis_timeout_ms: 2000
                counter_store: \(store)
                limits: [{scope: address, requests: 3, tokens: 100000, concurrent: 10, window_secs: 3600}]

                """
            try await ServedHub.run(configuration) { first in
                try await ServedHub.run(configuration) { second async throws in
                    for (remaining, hub) in [("2", first), ("1", second), ("0", first)] {
                        let answer = try Self.ask(hub)
                        #expect(answer.status == 200)
                        #expect(answer["x-ratelimit-remaining-requests"] == remaining)
                    }
                    let refused = try Self.ask(second)
                    #expect(refused.status == 429)
                    #expect(refused["retry-after"] != nil)
                }
            }
        }
    }

    @Test func `hubs that are told to count alone do`() async throws {
        try await RedisServer.with { server in
            let configuration = """
                redis_url: redis://127.0.0.1:\(server.port)
                counter_store: memory
                limits: [{scope: address, requests: 1, window_secs: 3600}]

                """
            try await ServedHub.run(configuration) { first in
                try await ServedHub.run(configuration) { second async throws in
                    #expect(try [first, second].map { try Self.ask($0).status } == [200, 200])
                    #expect(try server.run("DBSIZE") == "0")
                }
            }
        }
    }
}
