import Reactor
import Redis
import Synchronization
import TestSupport
import Testing

@Suite(.enabled(if: RedisServer.isHere, "\(RedisServer.isMissing)"))
struct RedisLimiterTests {
    private static func with(_ body: (RedisLimiter, RedisServer) async throws -> Void) async throws {
        try await RedisServer.with { server in
            try await ClientFixture.with(server) { try await body(RedisLimiter($0.client), server) }
        }
    }

    private static func key(_ name: String) -> [UInt8] { Array("{limits}:\(name)".utf8) }

    private static func bucket(_ capacity: Int, _ perSecond: Double, cost: Int = 1) -> RedisLimit {
        RedisLimit(key: key("bucket"), rule: .tokenBucket(capacity: capacity, perSecond: perSecond), cost: cost)
    }

    /// Nothing of it comes back while a test runs.
    private static let hour = Duration.seconds(3600)

    private static func rules(_ size: Int) -> [RedisLimit.Rule] {
        [
            .tokenBucket(capacity: size, perSecond: 0.0001), .fixedWindow(size, .seconds(360_000)),
            .slidingWindow(size, hour), .concurrency(size, lease: hour),
        ]
    }

    @Test(arguments: rules(3))
    func `as much is admitted as the limit has, and not more`(rule: RedisLimit.Rule) async throws {
        try await Self.with { limiter, _ async throws in
            let limit = RedisLimit(key: Self.key("a"), rule: rule)
            for remaining in [2, 1, 0] {
                let decision = try await limiter.take([limit], lease: [UInt8(remaining)])
                #expect(decision.denied == nil)
                #expect(decision.standings[0].remaining == remaining)
            }
            let decision = try await limiter.take([limit], lease: [9])
            #expect(decision.denied == 0)
            #expect(decision.standings[0].remaining == 0)
        }
    }

    @Test func `one limit that denies leaves all others as they were`() async throws {
        try await Self.with { limiter, _ async throws in
            let limits = Self.rules(10).enumerated().map { RedisLimit(key: Self.key("\($0)"), rule: $1) }
            let full = RedisLimit(key: Self.key("full"), rule: .fixedWindow(1, Self.hour), cost: 2)
            let denied = try await limiter.take(limits + [full], lease: [1])
            #expect(denied.denied == 4)
            #expect(denied.retryAfter == nil)
            #expect(try await limiter.take(limits, lease: [2]).standings.map(\.remaining) == [9, 9, 9, 9])
        }
    }

    @Test func `a bucket says when it will have enough`() async throws {
        try await Self.with { limiter, _ async throws in
            #expect(try await limiter.take([Self.bucket(10, 0.5, cost: 10)], lease: []).denied == nil)
            let decision = try await limiter.take([Self.bucket(10, 0.5, cost: 2)], lease: [])
            let wait = try #require(decision.retryAfter)
            #expect(wait > .seconds(3) && wait <= .seconds(4))
            #expect(decision.standings[0].reset <= .seconds(20))
        }
    }

    @Test func `a bucket fills up again`() async throws {
        try await Self.with { limiter, _ async throws in
            #expect(try await limiter.take([Self.bucket(10, 1000, cost: 10)], lease: []).denied == nil)
            try await eventually("the bucket has room") {
                try await limiter.take([Self.bucket(10, 1000, cost: 10)], lease: []).denied == nil
            }
        }
    }

    @Test(arguments: [
        RedisLimit.Rule.fixedWindow(1, .milliseconds(50)), .slidingWindow(1, .milliseconds(50)),
        .concurrency(1, lease: .milliseconds(50)),
    ])
    func `what was taken comes back with time`(rule: RedisLimit.Rule) async throws {
        try await Self.with { limiter, _ async throws in
            let limit = RedisLimit(key: Self.key("a"), rule: rule)
            #expect(try await limiter.take([limit], lease: [1]).denied == nil)
            try await eventually("there is room") { try await limiter.take([limit], lease: [2]).denied == nil }
        }
    }

    @Test(arguments: rules(10).dropLast())
    func `what a call gives back is there again, and what it took beyond is not`(rule: RedisLimit.Rule) async throws {
        try await Self.with { limiter, _ async throws in
            let limit = RedisLimit(key: Self.key("a"), rule: rule, cost: 6)
            let probe = RedisLimit(key: Self.key("a"), rule: rule, cost: 0)
            let time = try await limiter.take([limit], lease: []).time
            #expect(try await limiter.take([limit], lease: []).denied == 0)
            limiter.settle([.init(limit: limit, time: time, difference: -4)], lease: [])
            try await eventually("8 remain") {
                try await limiter.take([probe], lease: []).standings[0].remaining == 8
            }
            limiter.settle([.init(limit: limit, time: time, difference: 7)], lease: [])
            try await eventually("1 remain") {
                try await limiter.take([probe], lease: []).standings[0].remaining == 1
            }
        }
    }

    @Test(arguments: rules(10).dropLast())
    func `nobody can give back more than was taken`(rule: RedisLimit.Rule) async throws {
        try await Self.with { limiter, _ async throws in
            let limit = RedisLimit(key: Self.key("a"), rule: rule, cost: 2)
            let probe = RedisLimit(key: Self.key("a"), rule: rule, cost: 0)
            let time = try await limiter.take([limit], lease: []).time
            limiter.settle([.init(limit: limit, time: time, difference: -1000)], lease: [])
            try await eventually("10 remain") {
                try await limiter.take([probe], lease: []).standings[0].remaining == 10
            }
        }
    }

    @Test(arguments: [RedisLimit.Rule.fixedWindow(10, .milliseconds(20)), .slidingWindow(10, .milliseconds(20))])
    func `what was taken of a window that is over does not make room in the next`(rule: RedisLimit.Rule) async throws {
        try await Self.with { limiter, _ async throws in
            var limit = RedisLimit(key: Self.key("a"), rule: rule, cost: 10)
            let old = try await limiter.take([limit], lease: []).time
            var new = old
            try await eventually("the window is over") {
                let decision = try await limiter.take([limit], lease: [])
                new = decision.time
                return decision.denied == nil
            }
            limiter.settle([.init(limit: limit, time: old, difference: -10)], lease: [])
            limit.cost = 1
            let decision = try await limiter.take([limit], lease: [])
            // Unless this window is over by now, too.
            #expect(decision.denied == 0 || decision.time / 20 != new / 20)
        }
    }

    @Test func `a lease that ends makes room, and its name again takes none`() async throws {
        try await Self.with { limiter, _ async throws in
            let limit = RedisLimit(key: Self.key("a"), rule: .concurrency(2, lease: Self.hour))
            for _ in 0..<3 { #expect(try await limiter.take([limit], lease: [1]).denied == nil) }
            #expect(try await limiter.take([limit], lease: [2]).denied == nil)
            let denied = try await limiter.take([limit], lease: [3])
            #expect(denied.denied == 0)
            #expect(denied.retryAfter == .seconds(1))
            limiter.settle([.init(limit: limit, time: 0, difference: 0)], lease: [1])
            try await eventually("there is room") {
                try await limiter.take([limit], lease: [3]).denied == nil
            }
        }
    }

    @Test func `a server that has lost the script is sent it again`() async throws {
        try await Self.with { limiter, server async throws in
            for _ in 0..<3 {
                try server.run("SCRIPT", "FLUSH", "SYNC")
                #expect(try await limiter.take([Self.bucket(1000, 1)], lease: []).denied == nil)
            }
            try server.run("SCRIPT", "FLUSH", "SYNC")
            limiter.settle([.init(limit: Self.bucket(1000, 0.001), time: 0, difference: 900)], lease: [])
            try await eventually("it is booked") {
                try await limiter.take([Self.bucket(1000, 0.001, cost: 0)], lease: []).standings[0].remaining < 110
            }
        }
    }

    @Test(arguments: [
        RedisLimit.Rule.tokenBucket(capacity: 0, perSecond: 1), .tokenBucket(capacity: 1, perSecond: 0),
        .tokenBucket(capacity: 1, perSecond: .nan), .fixedWindow(1, .zero), .slidingWindow(-1, .seconds(1)),
        .concurrency(.max, lease: .seconds(1)), .fixedWindow(1, .seconds(100_000_000_000)),
    ])
    func `limits out of bounds are refused`(rule: RedisLimit.Rule) async throws {
        try await Self.with { limiter, _ async throws in
            await #expect(throws: RedisError.self) {
                try await limiter.take([RedisLimit(key: [1], rule: rule)], lease: [])
            }
        }
    }

    @Test func `keys of several slots are refused`() async throws {
        try await Self.with { limiter, _ async throws in
            let limits = ["a", "b"].map { RedisLimit(key: Array($0.utf8), rule: .fixedWindow(1, .seconds(1))) }
            await #expect(throws: RedisError.self) { try await limiter.take(limits, lease: []) }
        }
    }

    @Test func `state is gone some time after it says nothing any more`() async throws {
        try await Self.with { limiter, server async throws in
            let rules: [RedisLimit.Rule] = [
                .tokenBucket(capacity: 5, perSecond: 1000), .fixedWindow(5, .milliseconds(10)),
                .slidingWindow(5, .milliseconds(10)), .concurrency(5, lease: .milliseconds(10)),
            ]
            let limits = rules.enumerated().map { RedisLimit(key: Self.key("\($0)"), rule: $1) }
            _ = try await limiter.take(limits, lease: [1])
            try await eventually("redis is empty") { try server.run("DBSIZE") == "0" }
        }
    }
}
