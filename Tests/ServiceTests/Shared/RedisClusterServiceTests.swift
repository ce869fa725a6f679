import TestSupport
import Testing

@testable import Service

/// Two hubs beside a Redis cluster: kept answers, leads and limits.
@Suite(.enabled(if: RedisServer.isHere, "\(RedisServer.isMissing)"))
struct RedisClusterServiceTests {
    private static let fast = "ttft_ms=0;tokens_per_second=1000000"

    /// Runs `body` with two hubs, each of which was told of another node.
    private static func withHubs(
        _ configuration: String = "", _ body: ((first: ServedHub, second: ServedHub), RedisCluster) async throws -> Void
    ) async throws {
        try await RedisCluster.with { cluster async throws in
            func lines(_ node: Int) -> String {
                "redis_url: redis://127.0.0.1:\(cluster.nodes[node].port)\nredis_timeout_ms: 2000\n" + configuration
            }
            try await ServedHub.run(lines(0), isCached: true) { first async throws in
                try await ServedHub.run(lines(1), isCached: true) { second async throws in
                    for hub in [first, second] {
                        try await eventually("all nodes answer") {
                            try hub.get("/health").text.contains(#""l2_healthy":true"#)
                        }
                    }
                    try await body((first, second), cluster)
                }
            }
        }
    }

    private static func body(_ text: String, isStream: Bool = false) -> [UInt8] {
        Array(
            #"{"model":"sim-chat","stream":\#(isStream),"messages":[{"role":"user","content":"ECHO:\#(text)"}],"max_tokens":8}"#
                .utf8)
    }

    private static func ask(_ hub: ServedHub, _ text: String, simulation: String = fast) throws -> ReceivedResponse {
        try hub.connect().post("/v1/chat/completions", body(text), headers: [("x-hub-sim", simulation)])
    }

    /// How many answers each node has.
    private static func answers(_ cluster: RedisCluster) throws -> [Int] {
        try cluster.nodes.map { node in
            try node.run("SCAN", "0", "TYPE", "string", "COUNT", "1000").split(separator: " ").dropFirst()
                .count { $0.hasPrefix("llm:cache:") && !$0.hasPrefix("llm:cache:lead") }
        }
    }

    @Test func `what one hub was answered the other has kept, whichever node keeps it`() async throws {
        try await Self.withHubs { hubs, cluster async throws in
            let texts = (0..<24).map { "text \($0)" }
            for text in texts { #expect(try Self.ask(hubs.first, text)["x-hub-cache"] == "miss") }
            try await eventually("the nodes have the answers") { try Self.answers(cluster).reduce(0, +) == 24 }
            #expect(try Self.answers(cluster).allSatisfy { $0 > 0 })
            for text in texts { #expect(try Self.ask(hubs.second, text)["x-hub-cache"] == "hit-l2") }
        }
    }

    @Test func `two hubs admit together what a limit has`() async throws {
        let limits = """
            counter_store: redis
            limits: [{scope: address, requests: 6, tokens: 100000, concurrent: 5, window_secs: 3600}]

            """
        try await Self.withHubs(limits) { hubs, _ async throws in
            let statuses = try (0..<8).map { number in
                try Self.ask(number % 2 == 0 ? hubs.first : hubs.second, "\(number)").status
            }
            #expect(statuses == [200, 200, 200, 200, 200, 200, 429, 429])
        }
    }

    /// Of keys on every node.
    @Test func `a call that the other hub makes is waited for`() async throws {
        try await Self.withHubs { hubs, cluster async throws in
            var nodes: Set<Int> = []
            for number in 0..<30 where nodes.count < 3 {
                let leader = try hubs.first.connect()
                let simulation = "ttft_ms=100;tokens_per_second=1000000"
                try leader.sendPost(
                    "/v1/chat/completions", Self.body("\(number)"), headers: [("x-hub-sim", simulation)])
                var leads: [Bool] = []
                try await eventually("the first hub leads") {
                    leads = try cluster.nodes.map { try $0.run("KEYS", "llm:cache:lead:*").contains("lead") }
                    return leads.contains(true)
                }
                nodes.formUnion(leads.indices.filter { leads[$0] })
                #expect(try Self.ask(hubs.second, "\(number)", simulation: simulation)["x-hub-cache"] == "hit-l2")
                #expect(try leader.readResponse().status == 200)
            }
            #expect(nodes.count == 3)
        }
    }

    @Test(arguments: 0..<3)
    func `a node that stops changes no answer, and is used again once it is back`(_ index: Int) async throws {
        let limits = "counter_store: redis\nlimits: [{scope: address, requests: 1000000, concurrent: 100}]\n"
        try await Self.withHubs(limits) { hubs, cluster async throws in
            cluster.nodes[index].stop()
            for number in 0..<30 {
                let answer = try Self.ask(number % 2 == 0 ? hubs.first : hubs.second, "\(number)")
                #expect(answer.status == 200)
                #expect(answer["x-ratelimit-limit-requests"] == "1000000")
            }
            #expect(try hubs.first.get("/health").status == 200)
            try await cluster.nodes[index].start()
            var number = 100
            try await eventually("the node keeps answers again", within: .seconds(60)) {
                number += 1
                _ = try Self.ask(hubs.first, "\(number)")
                return try Self.answers(cluster)[index] > 0
                    && Self.ask(hubs.second, "\(number)")["x-hub-cache"] == "hit-l2"
            }
        }
    }
}
