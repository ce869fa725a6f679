import HubCore
import Reactor
import Redis
import TestSupport
import Testing

@testable import Service

@Suite(.enabled(if: RedisServer.isHere, "\(RedisServer.isMissing)"))
struct RedisRateLimiterTests {
    private static func demand(
        _ counter: String, _ algorithm: LimitAlgorithm, amount: Int = 1, holder: String = "a"
    ) -> LimitDemand {
        LimitDemand(
            counter: counter, scope: .key, unit: .requests, algorithm: algorithm, amount: amount, holder: holder)
    }

    private static let hour = 3_600_000

    /// Runs `body` with limiters of two replicas beside one server.
    private static func withReplicas(
        _ body: (RedisRateLimiter, RedisRateLimiter, RedisServer, RedisClient) async throws -> Void
    ) async throws {
        try await RedisServer.with { server in
            let reactors = try ReactorGroup(count: 2)
            var options = RedisOptions(address: RedisAddress(host: "127.0.0.1", port: server.port))
            options.operationTimeout = .seconds(2)
            let clients = (0..<2).map { _ in RedisClient(reactors: reactors, options: options) }
            let limiters = clients.map {
                RedisRateLimiter($0, alone: MemoryLimiter(clock: ManualClock()), lease: .seconds(600))
            }
            var failure: (any Error)?
            do { try await body(limiters[0], limiters[1], server, clients[0]) } catch { failure = error }
            for client in clients { await client.shutDown() }
            reactors.stop()
            if let failure { throw failure }
        }
    }

    private static let algorithms: [LimitAlgorithm] = [
        .tokenBucket(capacity: 3, perSecond: 0.0001), .fixedWindow(limit: 3, milliseconds: 100 * hour),
        .slidingWindow(limit: 3, milliseconds: hour), .concurrency(limit: 3),
    ]

    @Test(arguments: algorithms)
    func `replicas admit together what the limit has`(algorithm: LimitAlgorithm) async throws {
        try await Self.withReplicas { first, second, _, _ async throws in
            for (remaining, limiter) in [(2, first), (1, second), (0, first)] {
                let decision = await limiter.admit([Self.demand("c", algorithm, holder: "\(remaining)")])
                guard case .admitted(let states, _) = decision else {
                    Issue.record("refused: \(decision)")
                    return
                }
                #expect(states.map(\.limit) == [3])
                #expect(states.map(\.remaining) == [remaining])
            }
            guard
                case .refused(0, let wait, let states) = await second.admit([Self.demand("c", algorithm, holder: "x")])
            else {
                Issue.record("admitted")
                return
            }
            #expect(states.map(\.remaining) == [0])
            #expect(try #require(wait) > 0)
        }
    }

    @Test(arguments: algorithms)
    func `what a call gives back another replica admits`(algorithm: LimitAlgorithm) async throws {
        try await Self.withReplicas { first, second, _, _ async throws in
            let isHeld = algorithm == .concurrency(limit: 3)
            let demand = Self.demand("c", algorithm, amount: isHeld ? 1 : 3)
            guard case .admitted(_, let time) = await first.admit([demand]) else {
                Issue.record("refused")
                return
            }
            first.correct([LimitCorrection(demand: demand, change: -demand.amount, admittedAtMilliseconds: time)])
            try await eventually("there is room for all") {
                let decision = await second.admit([Self.demand("c", algorithm, amount: isHeld ? 1 : 3, holder: "b")])
                guard case .admitted(let states, _) = decision else { return false }
                return states[0].remaining == (isHeld ? 2 : 0)
            }
        }
    }

    @Test func `a limit that is named twice counts once`() async throws {
        try await Self.withReplicas { first, _, _, _ async throws in
            let demand = Self.demand("c", Self.algorithms[1])
            guard case .admitted(let states, _) = await first.admit([demand, demand]) else {
                Issue.record("refused")
                return
            }
            #expect(states.map(\.remaining) == [2, 2])
        }
    }

    @Test func `what never fits is told so`() async throws {
        try await Self.withReplicas { first, _, _, _ async throws in
            let demands = [Self.demand("a", Self.algorithms[0]), Self.demand("b", Self.algorithms[1], amount: 4)]
            guard case .refused(1, nil, _) = await first.admit(demands) else {
                Issue.record("not refused for ever")
                return
            }
        }
    }

    @Test func `names of any length and text are counters`() async throws {
        try await Self.withReplicas { first, second, server, _ async throws in
            let names = [
                "{a}{b}\r\n\u{0}", String(repeating: "long", count: 10_000), String(repeating: "long", count: 10_001),
            ]
            for name in names {
                for (remaining, limiter) in [(2, first), (1, second)] {
                    guard case .admitted(let states, _) = await limiter.admit([Self.demand(name, Self.algorithms[1])])
                    else {
                        Issue.record("refused")
                        return
                    }
                    #expect(states.map(\.remaining) == [remaining])
                }
            }
            #expect(try server.run("DBSIZE") == "3")
        }
    }

    @Test func `while redis is away each replica counts alone, and gives back to itself`() async throws {
        try await Self.withReplicas { first, _, server, client async throws in
            let demand = Self.demand("c", Self.algorithms[1], amount: 3)
            guard case .admitted(_, let shared) = await first.admit([demand]) else {
                Issue.record("refused")
                return
            }
            server.stop()
            try await eventually("redis is away") { !client.isHealthy }
            guard case .admitted(_, let alone) = await first.admit([demand]) else {
                Issue.record("refused alone")
                return
            }
            #expect(shared & 1 == 0)
            #expect(alone & 1 == 1)
            // What redis admitted is not given back here.
            first.correct([LimitCorrection(demand: demand, change: -3, admittedAtMilliseconds: shared)])
            guard case .refused = await first.admit([demand]) else {
                Issue.record("admitted too much")
                return
            }
            first.correct([LimitCorrection(demand: demand, change: -3, admittedAtMilliseconds: alone)])
            guard case .admitted = await first.admit([demand]) else {
                Issue.record("nothing was given back")
                return
            }
        }
    }
}
