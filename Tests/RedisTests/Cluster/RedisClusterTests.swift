import Reactor
import Synchronization
import TestSupport
import Testing

@testable import Redis

@Suite(.enabled(if: RedisServer.isHere, "\(RedisServer.isMissing)"))
struct RedisClusterTests {
    private static func slot(_ key: String) -> String { "\(KeySlot(of: Array(key.utf8)).number)" }

    @Test func `keys of every slot are found, whichever node is asked first`() async throws {
        try await RedisCluster.with { cluster async throws in
            for node in cluster.nodes {
                try await ClientFixture.with(node) { fixture async throws in
                    for number in 0..<50 { try await fixture.run("SET", "key \(number)", "\(number)") }
                    for number in 0..<50 {
                        #expect(try await fixture.run("GET", "key \(number)") == .bytes(Array("\(number)".utf8)))
                    }
                }
            }
        }
    }

    @Test func `once the slots are known no node has to send a command on`() async throws {
        try await RedisCluster.with { cluster async throws in
            try await ClientFixture.with(cluster.nodes[0]) { fixture async throws in
                try await eventually("all nodes are known") { fixture.events.all.count >= 3 }
                let before = try cluster.nodes.map { try cluster.count(of: "MOVED", at: $0) }
                for number in 0..<200 { try await fixture.run("SET", "key \(number)", "") }
                let after = try cluster.nodes.map { try cluster.count(of: "MOVED", at: $0) }
                #expect(after == before)
            }
        }
    }

    @Test func `while slots move every command is answered, and counted once`() async throws {
        try await RedisCluster.with { cluster async throws in
            let (source, target) = (cluster.nodes[0], cluster.nodes[1])
            // `a` of one of the first node's slots.
            let tag = try #require((0..<10_000).map { "{\($0)}" }.first { (Int(Self.slot($0)) ?? 0) < 5461 })
            let slot = Self.slot(tag)
            try await ClientFixture.with(source, reactors: 2) { fixture async throws in
                let isDone = Gate()
                let totals = try await withThrowingTaskGroup { group in
                    for worker in 0..<8 {
                        group.addTask(executorPreference: fixture.reactors.reactors[worker % 2]) {
                            var count = 0
                            while !isDone.isOpen || count < 200 {
                                try await fixture.run("INCR", "\(tag) \(worker) \(count % 20)")
                                count += 1
                            }
                            return count
                        }
                    }
                    try await Self.move(slot, from: source, to: target, in: cluster)
                    isDone.open()
                    return try await group.reduce(0, +)
                }
                var sum = 0
                for worker in 0..<8 {
                    for number in 0..<20 {
                        let reply = try await fixture.run("GET", "\(tag) \(worker) \(number)")
                        sum += reply.text.flatMap { Int($0) } ?? 0
                    }
                }
                #expect(sum == totals)
                #expect(try cluster.count(of: "ASK", at: source) > 0)
                #expect(try cluster.count(of: "MOVED", at: source) > 0)
            }
        }
    }

    /// As `redis-cli --cluster reshard` does it.
    private static func move(
        _ slot: String, from source: RedisServer, to target: RedisServer, in cluster: RedisCluster
    ) async throws {
        let (sourceID, targetID) = (try cluster.identifier(of: source), try cluster.identifier(of: target))
        try await eventually("there are keys to move") {
            (Int(try source.run("CLUSTER", "COUNTKEYSINSLOT", slot)) ?? 0) >= 100
        }
        try target.run("CLUSTER", "SETSLOT", slot, "IMPORTING", sourceID)
        try source.run("CLUSTER", "SETSLOT", slot, "MIGRATING", targetID)
        while true {
            let keys = try source.run("CLUSTER", "GETKEYSINSLOT", slot, "1").trimming
            if keys.isEmpty { break }
            try source.run("MIGRATE", "127.0.0.1", "\(target.port)", keys, "0", "5000")
        }
        try await eventually("a command was sent on") { try cluster.count(of: "ASK", at: source) > 0 }
        for node in [target, source] { try node.run("CLUSTER", "SETSLOT", slot, "NODE", targetID) }
        try await eventually("a command was sent on for good") { try cluster.count(of: "MOVED", at: source) > 0 }
    }

    @Test func `a node that stops takes only its own keys with it`() async throws {
        try await RedisCluster.with { cluster async throws in
            try await ClientFixture.with(
                cluster.nodes[0], { $0.operationTimeout = .milliseconds(500) }
            ) { fixture async throws in
                for number in 0..<100 { try await fixture.run("SET", "\(number)", "") }
                try await eventually("all nodes are known") { fixture.events.all.count >= 3 }
                cluster.nodes[2].stop()
                try await fixture.becomesUnhealthy()
                for number in 0..<100 {
                    let isLost = (Int(Self.slot("\(number)")) ?? 0) >= 10923
                    let error = try await fixture.failure(of: "GET", "\(number)")
                    #expect((error == nil) == !isLost)
                }
                try await cluster.nodes[2].start()
                try await eventually("its keys are served again") {
                    try await fixture.failure(of: "GET", "{node three} 1") == nil
                }
            }
        }
    }

    @Test func `the first node may go for good once the others are known`() async throws {
        try await RedisCluster.with { cluster async throws in
            try await ClientFixture.with(cluster.nodes[0]) { fixture async throws in
                try await eventually("all nodes are known") { fixture.events.all.count >= 3 }
                cluster.nodes[0].stop()
                let other = try #require((0..<1000).first { (Int(Self.slot("\($0)")) ?? 0) > 12_000 })
                #expect(try await fixture.failure(of: "SET", "\(other)", "") == nil)
            }
        }
    }

    @Test func `scripts go where their keys are`() async throws {
        try await RedisCluster.with { cluster async throws in
            try await ClientFixture.with(cluster.nodes[0]) { fixture async throws in
                for number in 0..<20 {
                    let key = "key \(number)"
                    let words = ["EVAL", "return redis.call('INCRBY', KEYS[1], ARGV[1])", "1", key, "2"]
                    let command = try RedisCommand(words.map { Array($0.utf8) }, keys: 3..<4)
                    #expect(try await fixture.client.send(command) == .integer(2))
                }
            }
        }
    }
}

extension String {
    fileprivate var trimming: String { String(drop { $0 == " " }) }
}
