import HubCore
import Reactor
import TestSupport
import Testing

@testable import Service

/// Every scope of a limit, as clients meet it.
struct LimitScopeServiceTests {
    /// Two requests that meet the same counter, and one that does not.
    struct Case: Sendable, CustomTestStringConvertible {
        var scope: LimitScope
        var limited = Asker()
        /// Nil: there is none.
        var other: Asker?
        var testDescription: String { scope.rawValue }
    }

    struct Asker: Sendable {
        var key = "a"
        var model = "first/m"
        var headers: [(name: String, value: String)] = []
        var source: SocketAddress?
    }

    static let cases = [

        Case(scope: .global),
        Case(
            scope: .address,
            other: Asker(source: SocketAddress(high: 0, low: 0xffff_7f00_0002, port: 0))),
        Case(scope: .key, other: Asker(key: "b")),
        Case(scope: .user, other: Asker(key: "c")), Case(scope: .team, other: Asker(key: "c")),
        Case(scope: .project, other: Asker(key: "c")),
        Case(
            scope: .user, limited: Asker(key: "d", headers: [("x-user-id", "ann")]),
            other: Asker(key: "d", headers: [("x-user-id", "bob")])),
        Case(
            scope: .team, limited: Asker(key: "d", headers: [("x-team-id", "red")]),
            other: Asker(key: "d", headers: [("x-team-id", "blue")])),
        Case(
            scope: .project, limited: Asker(key: "d", headers: [("x-project-id", "red")]),
            other: Asker(key: "d", headers: [("x-project-id", "blue")])),
        Case(scope: .model, other: Asker(model: "first/n")), Case(scope: .provider, other: Asker(model: "second/m")),
    ]

    @Test(arguments: cases)
    func `a limit of requests holds for its scope and for nobody else`(_ limit: Case) async throws {
        try await Self.check(limit)
    }

    @Test(.enabled(if: RedisServer.isHere, "\(RedisServer.isMissing)"), arguments: cases)
    func `a limit of requests kept in redis holds for its scope and for nobody else`(_ limit: Case) async throws {
        try await RedisServer.with { server in
            try await Self.check(
                limit, "redis_url: redis://127.0.0.1:\(server.port)\nredis_timeout_ms: 2000\ncounter_store: redis\n")
            #expect(try server.run("KEYS", "llm:{limits}:\(limit.scope.rawValue):requests:*").isEmpty == false)
        }
    }

    private static func check(_ limit: Case, _ store: String = "") async throws {
        let limits = "limits: [{scope: \(limit.scope.rawValue), requests: 2, window_secs: 3600}]\n"
        try await LimitBench.run(limits + store) { bench async throws in
            for remaining in ["1", "0"] {
                let answer = try bench.ask(limit.limited)
                #expect(answer.status == 200)
                #expect(answer["x-ratelimit-limit-requests"] == "2")
                #expect(answer["x-ratelimit-remaining-requests"] == remaining)
                #expect(answer["x-ratelimit-reset-requests"]?.hasPrefix("1h") == true)
            }
            let refused = try bench.ask(limit.limited)
            #expect(refused.status == 429)
            #expect(refused["x-ratelimit-limit-requests"] == "2")
            #expect(refused["x-ratelimit-remaining-requests"] == "0")
            #expect(refused["retry-after"].flatMap { Int($0) }.map { (3500...3720).contains($0) } == true)
            #expect(refused.text.contains("rate_limit_exceeded"))
            #expect(bench.callCount == 2)
            guard let other = limit.other else { return }
            #expect(try bench.ask(other).status == 200)
        }
    }

    @Test(arguments: ["fixed_window", "sliding_window", "token_bucket"])
    func `tokens are limited, and headers say how many are left`(_ algorithm: String) async throws {
        // An answer comes to 70 tokens, and before it is there to at most 64 and the prompt.
        let limits = "limits: [{scope: user, tokens: 200, window_secs: 86400, algorithm: \(algorithm)}]\n"
        try await LimitBench.run(limits) { bench async throws in
            let first = try bench.ask(Asker(), maximumTokens: 64)
            #expect(first.status == 200)
            #expect(first["x-ratelimit-limit-tokens"] == "200")
            let second = try bench.ask(Asker(), maximumTokens: 32)
            #expect(second.status == 200)
            // 70 are gone, as the provider said.
            #expect(second["x-ratelimit-remaining-tokens"].flatMap { Int($0) }.map { (80...98).contains($0) } == true)
            let refused = try bench.ask(Asker(), maximumTokens: 64)
            #expect(refused.status == 429)
            #expect(refused["x-ratelimit-remaining-tokens"] == "60")
            #expect(refused["retry-after"] != nil)
            #expect(refused["x-should-retry"] == "true")
            #expect(bench.callCount == 2)
        }
    }

    @Test func `a key's own tokens are limited`() async throws {
        try await LimitBench.run("") { bench async throws in
            #expect(try bench.ask(Asker(key: "tokens"), maximumTokens: 64).status == 200)
            let refused = try bench.ask(Asker(key: "tokens"), maximumTokens: 64)
            #expect(refused.status == 429)
            #expect(refused["x-ratelimit-limit-tokens"] == "100")
            #expect(try bench.ask(Asker(), maximumTokens: 64).status == 200)
        }
    }

    @Test func `so many of a key's requests as it may have run at the same time`() async throws {
        try await LimitBench.run("") { bench async throws in
            let held = try bench.hold(Asker(key: "single"))
            let refused = try bench.ask(Asker(key: "single"))
            #expect(refused.status == 429)
            #expect(refused["retry-after"] == "1")
            #expect(refused.text.contains("at the same time"))
            #expect(try bench.ask(Asker()).status == 200)
            #expect(try bench.release(held).status == 200)
            try await eventually("there is room again") { try bench.ask(Asker(key: "single")).status == 200 }
        }
    }

    @Test(arguments: ["user", "model", "provider"])
    func `so many requests run at the same time as a scope may have`(_ scope: String) async throws {
        try await LimitBench.run("limits: [{scope: \(scope), concurrent: 1}]\n") { bench async throws in
            let held = try bench.hold(Asker())
            #expect(try bench.ask(Asker()).status == 429)
            #expect(try bench.ask(Asker(key: "c", model: "second/n")).status == 200)
            #expect(try bench.release(held).status == 200)
            try await eventually("there is room again") { try bench.ask(Asker()).status == 200 }
        }
    }

    @Test func `a limit with a pattern is for those that fit it`() async throws {
        try await LimitBench.run("limits: [{scope: model, pattern: 'n*', requests: 1, window_secs: 3600}]\n") {
            bench async throws in
            for _ in 0..<3 { #expect(try bench.ask(Asker()).status == 200) }
            #expect(try bench.ask(Asker(model: "first/n")).status == 200)
            #expect(try bench.ask(Asker(model: "first/n")).status == 429)
        }
    }

    @Test func `a target that is full is passed over for the next one`() async throws {
        let limits = """
            limits: [{scope: provider, pattern: first, requests: 1, window_secs: 3600}]
            routes: [{pattern: m, targets: [{provider: first}, {provider: second}]}]

            """
        try await LimitBench.run(limits) { bench async throws in
            let providers = try (0..<2).map { _ in try bench.ask(Asker(model: "m"))["x-hub-provider"] }
            #expect(providers == ["first", "second"])
        }
    }

    @Test(arguments: [
        "token_bucket: {capacity: 2, refill_rate: 0.001}", "fixed_window: {window_secs: 86400, max_requests: 2}",
        "sliding_window: {window_secs: 86400, max_requests: 2}",
    ])
    func `each key has the requests of the strategy`(_ strategy: String) async throws {
        try await LimitBench.run("rate_limit_enabled: true\nrate_limit: {strategy: {\(strategy)}}\n") {
            bench async throws in
            let statuses = try (0..<3).map { _ in try bench.ask(Asker()).status }
            #expect(statuses == [200, 200, 429])
            #expect(try bench.ask(Asker(key: "b")).status == 200)
        }
    }
}
