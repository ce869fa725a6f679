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

    private static let limits = [
        RedisLimit(key: key("bucket"), rule: .tokenBucket(capacity: 300, perSecond: 0.0001)),
        RedisLimit(key: key("fixed"), rule: .fixedWindow(200, .seconds(360_000))),
        RedisLimit(key: key("sliding"), rule: .slidingWindow(250, .seconds(3600))),
    ]
    private static let sizes = [300, 200, 250]

    @Test(arguments: 0..<6 as Range<UInt64>)
    func `what is taken and not given back never exceeds a limit`(seed: UInt64) async throws {
        try await Self.withReplicas { replicas async throws in
            let tally = try await Self.tally(replicas, seed: seed, mayGrow: false)
            for (kept, size) in zip(tally.kept, Self.sizes) { #expect(kept <= size) }
            // Not by admitting nothing: one of them is used up.
            #expect(zip(tally.kept, Self.sizes).contains { $0 > $1 * 9 / 10 })
        }
    }

    /// Whatever calls came to in the end, more or less than they took, or nothing.
    @Test(arguments: 0..<6 as Range<UInt64>)
    func `what calls come to exceeds a limit by no more than they came to beyond what they took`(
        seed: UInt64
    ) async throws {
        try await Self.withReplicas { replicas async throws in
            let tally = try await Self.tally(replicas, seed: seed, mayGrow: true)
            for index in 0..<3 { #expect(tally.kept[index] <= Self.sizes[index] + tally.grown[index]) }
            #expect(tally.grown.allSatisfy { $0 > 0 })
            #expect(zip(tally.kept, Self.sizes).contains { $0 > $1 * 9 / 10 })
            // All settlements are booked, each once: what is left is what they leave.
            let decision = try await RedisLimiter(replicas[0].client).take(Self.limits.map(Self.asked), lease: [])
            for (index, standing) in decision.standings.enumerated() {
                #expect(standing.remaining == max(0, Self.sizes[index] - tally.kept[index]))
            }
        }
    }

    private static func asked(_ limit: RedisLimit) -> RedisLimit {
        var limit = limit
        limit.cost = 0
        return limit
    }

    /// What calls came to, by limit.
    private struct Tally: Sendable {
        var kept = [0, 0, 0]
        /// Of it, what they came to beyond what they took.
        var grown = [0, 0, 0]
    }

    /// Four workers at each replica.
    private static func tally(_ replicas: [ClientFixture], seed: UInt64, mayGrow: Bool) async throws -> Tally {
        try await withThrowingTaskGroup { group in
            for (index, replica) in replicas.enumerated() {
                for worker in 0..<4 {
                    let seed = seed * 100 + UInt64(index * 10 + worker)
                    group.addTask(executorPreference: replica.reactors.reactors[0]) {
                        try await work(RedisLimiter(replica.client), seed: seed, mayGrow: mayGrow)
                    }
                }
            }
            return try await group.reduce(into: Tally()) { sum, part in
                for index in 0..<3 {
                    sum.kept[index] += part.kept[index]
                    sum.grown[index] += part.grown[index]
                }
            }
        }
    }

    /// Takes of a random set of limits and settles each: less, sometimes nothing, or more where it may.
    private static func work(_ limiter: RedisLimiter, seed: UInt64, mayGrow: Bool) async throws -> Tally {
        var random = SeededRandom(seed: seed)
        var tally = Tally()
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
                let difference = difference(limit.cost, mayGrow: mayGrow, &random)
                tally.kept[index] += limit.cost + difference
                tally.grown[index] += max(0, difference)
                settlements.append(.init(limit: limit, time: decision.time, difference: difference))
            }
            limiter.settle(settlements, lease: [])
        }
        // What was settled before it has been booked when it is answered.
        _ = try await limiter.take(limits.map(asked), lease: [])
        return tally
    }

    private static func difference(_ cost: Int, mayGrow: Bool, _ random: inout SeededRandom) -> Int {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: -Int.random(in: 0...cost, using: &random)
        case 1: -cost
        case 2 where mayGrow: Int.random(in: 1...10, using: &random)
        default: 0
        }
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
