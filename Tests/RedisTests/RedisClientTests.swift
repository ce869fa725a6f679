import Reactor
import Redis
import Synchronization
import TestSupport
import Testing

@Suite(.enabled(if: RedisServer.isHere, "\(RedisServer.isMissing)"))
struct RedisClientTests {
    @Test func `values come back as they were set`() async throws {
        try await RedisServer.with { server async throws in
            try await ClientFixture.with(server) { fixture async throws in
                let value: [UInt8] = [0, 13, 10, 255] + Array(repeating: 7, count: 300_000)
                let key = Array("key".utf8)
                #expect(try await fixture.client.send(RedisCommand("SET", key: key, value)) == .status("OK"))
                #expect(try await fixture.client.send(RedisCommand("GET", key: key)) == .bytes(value))
                #expect(try await fixture.run("GET", "other") == .null)
            }
        }
    }

    @Test func `a command that redis refuses throws what it said`() async throws {
        try await RedisServer.with { server async throws in
            try await ClientFixture.with(server) { fixture async throws in
                try await fixture.run("SET", "key", "text")
                guard case .server(let error) = try await fixture.failure(of: "INCR", "key") else {
                    Issue.record("there is no error")
                    return
                }
                #expect(error.code == "ERR")
                #expect(error.text.contains("not an integer"))
            }
        }
    }

    @Test func `a task on a reactor stays there, and its replies are its own`() async throws {
        try await RedisServer.with { server async throws in
            try await ClientFixture.with(server, reactors: 2) { fixture async throws in
                let strays = try await withThrowingTaskGroup { group in
                    for number in 0..<200 {
                        let reactor = fixture.reactors.reactors[number % 2]
                        group.addTask(executorPreference: reactor) {
                            let reply = try await fixture.run("ECHO", "\(number)")
                            return reactor.isCurrent && reply == .bytes(Array("\(number)".utf8)) ? 0 : 1
                        }
                    }
                    return try await group.reduce(0, +)
                }
                #expect(strays == 0)
            }
        }
    }

    @Test func `the commands of one turn come in one read`() async throws {
        try await RedisServer.with { server async throws in
            try await ClientFixture.with(server) { fixture async throws in
                try await fixture.becomesHealthy()
                try await fixture.run("PING")
                let before = try Self.reads(server)
                let replies = Mutex(0)
                let isDone = Gate()
                fixture.reactors.reactors[0].submit {
                    for _ in 0..<100 {
                        fixture.client.start(RedisCommand("PING")) { _ in
                            if replies.withLock({
                                $0 += 1; return $0 == 100
                            }) {
                                isDone.open()
                            }
                        }
                    }
                }
                await isDone.opened()
                // The probe of the figures is a read itself, and there may be one of the clock's.
                #expect(try Self.reads(server) - before < 10)
            }
        }
    }

    private static func reads(_ server: RedisServer) throws -> Int {
        let text = try server.run("INFO", "stats")
        let line = text.split(separator: "\r\n").first { $0.hasPrefix("total_reads_processed:") }
        return Int(line?.split(separator: ":").last ?? "") ?? 0
    }

    @Test func `more than may be in flight is refused at once`() async throws {
        try await RedisServer.with { server async throws in
            try await ClientFixture.with(server, { $0.maximumCommandsInFlight = 10 }) { fixture async throws in
                try await fixture.becomesHealthy()
                let outcomes = Mutex<[RedisError?]>([])
                let isDone = Gate()
                fixture.reactors.reactors[0].submit {
                    for _ in 0..<15 {
                        fixture.client.start(RedisCommand("PING")) { outcome in
                            var error: RedisError?
                            if case .failure(let failure) = outcome { error = failure }
                            let count = outcomes.withLock {
                                $0.append(error)
                                return $0.count
                            }
                            if count == 15 { isDone.open() }
                        }
                    }
                }
                await isDone.opened()
                let errors = outcomes.withLock { $0 }
                #expect(errors.prefix(5).allSatisfy { $0 == .overloaded })
                #expect(errors.suffix(10).allSatisfy { $0 == nil })
            }
        }
    }

    @Test func `commands of a client that is shut down are refused`() async throws {
        try await RedisServer.with { server async throws in
            try await ClientFixture.with(server) { fixture async throws in
                try await fixture.run("PING")
                await fixture.client.shutDown()
                #expect(try await fixture.failure(of: "PING") == .shutDown)
            }
        }
    }

    @Test func `a name is looked up, and its addresses are tried in turn`() async throws {
        try await RedisServer.with { server async throws in
            try await ClientFixture.with(server, { $0.address = RedisAddress(host: "localhost", port: server.port) }) {
                fixture async throws in
                #expect(try await fixture.run("PING") == .status("PONG"))
            }
        }
    }
}
