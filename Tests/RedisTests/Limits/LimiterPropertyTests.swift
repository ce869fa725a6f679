import Reactor
import Redis
import Synchronization
import TestSupport
import Testing

/// Three replicas at random against one server: never more is admitted than the limit.
@Suite(.enabled(if: RedisServer.isHere, "\(RedisServer.isMissing)"))
struct LimiterPropertyTests {
    private static func key(_ name: String) -> [UInt8] { Array("{limits}:\(name)".utf8) }

    /// Runs `body` with three clients, each on a reactor of its own, as three processes would be.
    private static func withReplicas(_ body: ([ClientFixture]) async throws -> Void) async throws {
        try await RedisServer.with { server in
            try await ClientFixture.with(server) { first in
                try await ClientFixture.with(server) { second in
                    try await ClientFixture.with(server) { third in try await body([first, second, third]) }
                }
            }
        }
    }

    @Test(arguments: 0..<6 as Range<UInt64>)
    func `what is taken and not given back never exceeds a limit`(seed: UInt64) async throws {
        try await Self.withReplicas { replicas async throws in
            let limits = [
                RedisLimit(key: Self.key("bucket"), rule: .tokenBucket(capacity: 300, perSecond: 0.0001)),
                RedisLimit(key: Self.key("fixed"), rule: .fixedWindow(200, .seconds(360_000))),
                RedisLimit(key: Self.key("sliding"), rule: .slidingWindow(250, .seconds(3600))),
            ]
            let sizes = [300, 200, 250]
            let totals = try await withThrowingTaskGroup { group in
                for (index, replica) in replicas.enumerated() {
                    for worker in 0..<4 {
                        let seed = seed * 100 + UInt64(index * 10 + worker)
                        group.addTask(executorPreference: replica.reactors.reactors[0]) {
                            try await Self.work(RedisLimiter(replica.client), limits, seed: seed)
                        }
                    }
                }
                return try await group.reduce(into: [0, 0, 0]) { sum, part in for i in 0..<3 { sum[i] += part[i] } }
            }
            for (total, size) in zip(totals, sizes) { #expect(total <= size) }
            // Not by admitting nothing: one of them is used up.
            #expect(zip(totals, sizes).contains { $0 > $1 * 9 / 10 })
        }
    }

    /// Takes of a random set of limits, gives part of it back, sometimes; returns what it kept of each.
    private static func work(_ limiter: RedisLimiter, _ limits: [RedisLimit], seed: UInt64) async throws -> [Int] {
        var random = SeededRandom(seed: seed)
        var kept = [0, 0, 0]
        for _ in 0..<60 {
            var chosen: [(index: Int, limit: RedisLimit)] = []
            for (index, limit) in limits.enumerated() where Bool.random(using: &random) || index == 1 {
                var limit = limit
                limit.cost = Int.random(in: 0...10, using: &random)
                chosen.append((index, limit))
            }
            let decision = try await limiter.take(chosen.map(\.limit), lease: [])
            guard decision.denied == nil else { continue }
            var settlements: [RedisLimiter.Settlement] = []
            for (index, limit) in chosen {
                let back = Bool.random(using: &random) ? Int.random(in: 0...limit.cost, using: &random) : 0
                kept[index] += limit.cost - back
                settlements.append(
                    .init(limit: limit, time: decision.time, difference: -back))
            }
            limiter.settle(settlements, lease: [])
        }
        return kept
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `never more are under way than may be at one time`(seed: UInt64) async throws {
        try await Self.withReplicas { replicas async throws in
            let limit = RedisLimit(key: Self.key("calls"), rule: .concurrency(5, lease: .seconds(3600)))
            let underWay = UnderWay()
            try await withThrowingTaskGroup { group in
                for (index, replica) in replicas.enumerated() {
                    for worker in 0..<6 {
                        let name = [UInt8(index), UInt8(worker)]
                        let random = SeededRandom(seed: seed * 1000 + UInt64(index * 10 + worker))
                        let limiter = RedisLimiter(replica.client)
                        group.addTask(executorPreference: replica.reactors.reactors[0]) { [random] in
                            var random = random
                            for _ in 0..<40 {
                                guard try await limiter.take([limit], lease: name).denied == nil else { continue }
                                underWay.begin()
                                for _ in 0..<Int.random(in: 0...3, using: &random) { await Task.yield() }
                                underWay.end()
                                limiter.settle([.init(limit: limit, time: 0, difference: 0)], lease: name)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(underWay.most <= 5)
            #expect(underWay.most >= 2)
        }
    }

    @Test func `a bucket gives no more than it had and what time added`() async throws {
        try await Self.withReplicas { replicas async throws in
            let limit = RedisLimit(key: Self.key("bucket"), rule: .tokenBucket(capacity: 20, perSecond: 500))
            let start = MonotonicTime.now
            let admitted = try await withThrowingTaskGroup { group in
                for replica in replicas {
                    let limiter = RedisLimiter(replica.client)
                    group.addTask(executorPreference: replica.reactors.reactors[0]) {
                        var admitted = 0
                        for _ in 0..<1000 {
                            if try await limiter.take([limit], lease: []).denied == nil { admitted += 1 }
                        }
                        return admitted
                    }
                }
                return try await group.reduce(0, +)
            }
            let seconds = MonotonicTime.now.since(start) / .seconds(1)
            #expect(Double(admitted) <= 20 + 500 * seconds)
            #expect(admitted >= 20)
        }
    }
}

/// How many are under way, and the most that ever were.
private final class UnderWay: Sendable {
    private let state = Mutex((now: 0, most: 0))

    var most: Int { state.withLock { $0.most } }

    func begin() {
        state.withLock {
            $0.now += 1
            $0.most = max($0.most, $0.now)
        }
    }

    func end() { state.withLock { $0.now -= 1 } }
}
