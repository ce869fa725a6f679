import TestSupport
import Testing

@testable import Service

struct LimitServiceTests {
    private static let chat = #"{"model":"sim-chat","messages":[{"role":"user","content":"ECHO:hi"}],"max_tokens":8}"#
    private static let fast = [(name: "x-hub-sim", value: "ttft_ms=0;tokens_per_second=1000000")]

    @Test func `limits and what is left of them are in the headers that clients read`() async throws {
        let limits = "limits: [{scope: address, requests: 2, tokens: 1000}]\n"
        try await ServedHub.run(limits) { hub in
            let client = try hub.connect()
            func ask() throws -> ReceivedResponse {
                try client.post("/v1/chat/completions", Array(Self.chat.utf8), headers: Self.fast)
            }
            let first = try ask()
            #expect(first.status == 200)
            #expect(first["x-ratelimit-limit-requests"] == "2")
            #expect(first["x-ratelimit-remaining-requests"] == "1")
            #expect(first["x-ratelimit-limit-tokens"] == "1000")
            #expect(try ask().status == 200)
            let refused = try ask()
            #expect(refused.status == 429)
            #expect(refused["x-ratelimit-remaining-requests"] == "0")
            #expect(refused["retry-after"].flatMap { Int($0) }.map { (1...61).contains($0) } == true)
            #expect(refused["x-should-retry"] == "true")
            #expect(refused.text.contains("rate_limit_exceeded"))
        }
    }

    @Test func `a request that no limit has room for is not to be repeated`() async throws {
        try await ServedHub.run("limits: [{scope: address, tokens: 5}]\n") { hub in
            let client = try hub.connect()
            let refused = try client.post("/v1/chat/completions", Array(Self.chat.utf8), headers: Self.fast)
            #expect(refused.status == 429)
            #expect(refused["x-should-retry"] == "false")
            #expect(refused.text.contains("lower max_tokens"))
        }
    }

    @Test func `a key has limits of its own`() async throws {
        let keys = """
            api_keys:
              - {id: a, key: "key-of-a-0123456789", rate_limit: {requests_per_minute: 1}}
              - {id: b, key: "key-of-b-0123456789"}

            """
        try await ServedHub.run(keys, isLocked: true) { hub in
            let client = try hub.connect()
            func status(_ key: String) throws -> Int {
                let headers = Self.fast + [(name: "x-api-key", value: "key-of-\(key)-0123456789")]
                return try client.post("/v1/chat/completions", Array(Self.chat.utf8), headers: headers).status
            }
            #expect(try [status("a"), status("a"), status("b"), status("b")] == [200, 429, 200, 200])
        }
    }

    @Test(arguments: [
        (0, "0ms"), (850, "850ms"), (1000, "1s"), (59_001, "1m0s"), (360_000, "6m0s"), (3_630_000, "1h0m30s"),
        (-5, "0ms"),
    ])
    func `times until a reset are written as OpenAI writes them`(_ milliseconds: Int, _ text: String) {
        #expect(LimitReset.text(milliseconds: milliseconds) == text)
    }
}
