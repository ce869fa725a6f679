import TestSupport

@testable import Service

/// A hub in this process, for tests that speak to it over a socket.
final class ServedHub: Sendable {
    private let service: HubService

    /// - Parameter configuration: YAML lines beside those every test wants.
    init(_ configuration: String = "", streamKeepAlive: Duration = .seconds(20)) throws {
        let common = """
            port: 0
            metrics_port: 0
            auth_enabled: false
            log_level: error
            log_access: false
            reactors: 1
            database_url: "sqlite::memory:"

            """
        service = try HubService(
            try ConfigurationFixture.file(common + configuration).load(), streamKeepAlive: streamKeepAlive)
    }

    /// Whatever comes of the body, the hub ends.
    static func run(
        _ configuration: String = "", streamKeepAlive: Duration = .seconds(20),
        _ body: (ServedHub) async throws -> Void
    ) async throws {
        let hub = try ServedHub(configuration, streamKeepAlive: streamKeepAlive)
        var failure: (any Error)?
        do { try await body(hub) } catch { failure = error }
        await hub.service.shutDown()
        hub.service.stopReactors()
        if let failure { throw failure }
    }

    func connect() throws -> SocketClient {
        try SocketClient(connectingTo: service.addresses.main)
    }
}

extension SocketClient {
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
