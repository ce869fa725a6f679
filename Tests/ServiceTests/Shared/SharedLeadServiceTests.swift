import Reactor
import TestSupport
import Testing

@testable import Service

/// Identical calls at two hubs beside one Redis.
@Suite(.enabled(if: RedisServer.isHere, "\(RedisServer.isMissing)"))
struct SharedLeadServiceTests {
    /// What the second of two hubs answers while the first one's call, which began before, is under way.
    private static func second(simulation: String, stream: Bool) async throws -> (answer: ReceivedResponse, Duration) {
        var result: (ReceivedResponse, Duration)?
        try await RedisServer.with { server in
            let configuration = "redis_url: redis://127.0.0.1:\(server.port)\n"
            try await ServedHub.run(configuration, isCached: true) { first in
                try await ServedHub.run(configuration, isCached: true) { second in
                    let body = Array(
                        #"{"model":"sim-chat","messages":[{"role":"user","content":"hi"}],"stream":\#(stream)}"#.utf8)
                    let headers = [(name: "x-hub-sim", value: simulation)]
                    let leader = try first.connect()
                    try leader.sendPost("/v1/chat/completions", body, headers: headers)
                    try await eventually("the first hub leads") {
                        try server.run("KEYS", "llm:cache:lead:*").contains("lead")
                    }
                    let start = MonotonicTime.now
                    let answer = try second.connect().post("/v1/chat/completions", body, headers: headers)
                    result = (answer, MonotonicTime.now.since(start))
                    #expect(try leader.readResponse().status == 200)
                    try await eventually("nobody leads") { try server.run("KEYS", "llm:cache:lead:*").isEmpty }
                }
            }
        }
        return try #require(result)
    }

    @Test func `a call that another hub makes is waited for`() async throws {
        let (answer, _) = try await Self.second(simulation: "ttft_ms=100;tokens_per_second=1000000", stream: false)
        #expect(answer["x-hub-cache"] == "hit-l2")
    }

    @Test func `a stream that has begun at another hub is waited for, for longer`() async throws {
        let (answer, waited) = try await Self.second(
            simulation: "ttft_ms=50;tokens_per_second=40;output_tokens=24", stream: true)
        #expect(answer["x-hub-cache"] == "hit-l2")
        #expect(waited > .milliseconds(250))
    }

    @Test func `a call that shows no progress is not waited for`() async throws {
        let (answer, _) = try await Self.second(simulation: "ttft_ms=1000;tokens_per_second=1000000", stream: false)
        #expect(answer.status == 200)
        #expect(answer["x-hub-cache"] == "miss")
    }
}

struct SharedWaitTests {
    private static func pause(_ milliseconds: UInt64, hasProgress: Bool) -> Duration? {
        SharedWait(start: MonotonicTime(nanoseconds: 1_000_000_000)).pause(
            hasProgress: hasProgress, at: MonotonicTime(nanoseconds: 1_000_000_000 + milliseconds * 1_000_000))
    }

    @Test func `without progress a replica waits a quarter of a second, with it as long as a lead lasts`() {
        #expect(Self.pause(0, hasProgress: false) == .milliseconds(20))
        #expect(Self.pause(249, hasProgress: false) == .milliseconds(20))
        #expect(Self.pause(250, hasProgress: false) == nil)
        #expect(Self.pause(250, hasProgress: true) == .milliseconds(50))
        #expect(Self.pause(29_999, hasProgress: true) == .milliseconds(50))
        #expect(Self.pause(30_000, hasProgress: true) == nil)
    }
}
