import Glibc
import HubCore
import Providers
import Reactor
import TestSupport

@testable import Service

/// A hub in this process, for tests that speak to it over a socket.
final class ServedHub: Sendable {
    private let service: HubService

    /// - Parameter configuration: YAML lines beside those every test wants.
    init(
        _ configuration: String = "", isCached: Bool = false, isLocked: Bool = false, reactors: Int = 1,
        database: String = "sqlite::memory:", streamKeepAlive: Duration = .seconds(20),
        clock: any TimeSource = MachineTime()
    ) throws {
        let common = """
            port: 0
            metrics_port: 0
            auth_enabled: \(isLocked)
            log_level: error
            log_access: false
            reactors: \(reactors)
            database_url: "\(database)"
            cache_enabled: \(isCached)
            redis_slow_ms: 60000

            """
        service = try HubService(
            try ConfigurationFixture.file(common + configuration).load(), clock: clock,
            streamKeepAlive: streamKeepAlive)
    }

    /// Whatever comes of the body, the hub ends.
    static func run(
        _ configuration: String = "", isCached: Bool = false, isLocked: Bool = false, reactors: Int = 1,
        database: String = "sqlite::memory:", streamKeepAlive: Duration = .seconds(20),
        clock: any TimeSource = MachineTime(), _ body: (ServedHub) async throws -> Void
    ) async throws {
        let hub = try ServedHub(
            configuration, isCached: isCached, isLocked: isLocked, reactors: reactors, database: database,
            streamKeepAlive: streamKeepAlive, clock: clock)
        var failure: (any Error)?
        do { try await body(hub) } catch { failure = error }
        await hub.service.shutDown()
        hub.service.stopReactors()
        if let failure { throw failure }
    }

    /// - Parameter source: the address to come from; nil: the kernel chooses.
    func connect(from source: SocketAddress? = nil) throws -> SocketClient {
        try SocketClient(connectingTo: service.addresses.main, from: source)
    }

    func get(_ path: String) throws -> ReceivedResponse {
        let client = try connect()
        try client.send("GET \(path) HTTP/1.1\r\nhost: hub\r\n\r\n")
        return try client.readResponse()
    }

    var state: ServiceState { service.state }

    struct Load {
        var connections: Int
        /// Requests that wait for the answer to another.
        var followers: Int
    }

    /// Until the hub is as wanted, for at most twenty seconds.
    func wait(until isReached: (Load) -> Bool) throws {
        let end = ContinuousClock.now + .seconds(20)
        while !isReached(service.load) {
            guard ContinuousClock.now < end else { throw SocketFailure("the hub has \(service.load)") }
            sched_yield()
        }
    }
}

extension HubService {
    fileprivate var load: ServedHub.Load {
        ServedHub.Load(connections: state.connectionCount, followers: state.hub.followerCount)
    }
}

extension SocketClient {
    func delete(_ path: String) throws -> ReceivedResponse {
        try send("DELETE \(path) HTTP/1.1\r\nhost: hub\r\n\r\n")
        return try readResponse()
    }

    /// Sends a POST with its Content-Length and returns the answer.
    func post(
        _ path: String, _ body: [UInt8], headers: [(name: String, value: String)] = []
    ) throws -> ReceivedResponse {
        try sendPost(path, body, headers: headers)
        return try readResponse()
    }

    func sendPost(_ path: String, _ body: [UInt8], headers: [(name: String, value: String)] = []) throws {
        var head = "POST \(path) HTTP/1.1\r\nhost: hub\r\ncontent-type: application/json\r\n"
        for (name, value) in headers { head += "\(name): \(value)\r\n" }
        try send(Array((head + "content-length: \(body.count)\r\n\r\n").utf8) + body)
    }
}
