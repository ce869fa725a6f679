import Reactor
import Redis
import Synchronization
import TestSupport

/// A client of a test's own, and what an operator was told.
struct ClientFixture {
    let client: RedisClient
    let reactors: ReactorGroup
    let events: Events

    /// Runs `body` with a client on so many reactors.
    static func with(
        _ server: RedisServer, reactors count: Int = 1, _ change: (inout RedisOptions) throws -> Void = { _ in },
        _ body: (ClientFixture) async throws -> Void
    ) async throws {
        var options = RedisOptions(address: RedisAddress(host: "127.0.0.1", port: server.port))
        // A loaded machine is not what most tests are about.
        options.operationTimeout = .seconds(2)
        options.breaker.slowReply = .seconds(2)
        try change(&options)
        let reactors = try ReactorGroup(count: count)
        let events = Events()
        let client = RedisClient(reactors: reactors, options: options) { events.append($0) }
        let fixture = ClientFixture(client: client, reactors: reactors, events: events)
        var failure: (any Error)?
        do { try await body(fixture) } catch { failure = error }
        await client.shutDown()
        reactors.stop()
        if let failure { throw failure }
    }

    /// Sends words of which the second, if any, is the key.
    @discardableResult
    func run(_ words: String...) async throws -> RedisReply {
        let words = words.map { Array($0.utf8) }
        return try await client.send(RedisCommand(words, keys: words.count > 1 ? 1..<2 : 0..<0))
    }

    func failure(of words: String...) async throws -> RedisError? {
        let words = words.map { Array($0.utf8) }
        let command = try RedisCommand(words, keys: words.count > 1 ? 1..<2 : 0..<0)
        do throws(RedisError) {
            _ = try await client.send(command)
            return nil
        } catch {
            return error
        }
    }

    func becomesHealthy() async throws {
        try await eventually("all servers answer") { client.isHealthy }
    }

    func becomesUnhealthy() async throws {
        try await eventually("a server does not answer") { !client.isHealthy }
    }
}

final class Events: Sendable {
    private let events = Mutex<[RedisEvent]>([])

    var all: [RedisEvent] { events.withLock { $0 } }
    func append(_ event: RedisEvent) { events.withLock { $0.append(event) } }
}
