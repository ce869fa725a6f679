import HTTPClient
import Reactor

/// Runs a test against a scripted server with a client of its own on one reactor.
func withServer(
    configuration: HTTPClientConfiguration = HTTPClientConfiguration(),
    script: @escaping @Sendable (Peer) -> Void,
    _ test: (HTTPClient, ScriptedServer, Reactor) async throws -> Void
) async throws {
    let server = try ScriptedServer(script)
    defer { server.stop() }
    try await withClient(configuration) { client, reactor in try await test(client, server, reactor) }
}

func withClient(
    _ configuration: HTTPClientConfiguration = HTTPClientConfiguration(),
    _ test: (HTTPClient, Reactor) async throws -> Void
) async throws {
    let reactors = try ReactorGroup(count: 1)
    let client = HTTPClient(reactors: reactors, configuration: configuration)
    var failure: (any Error)?
    do { try await test(client, reactors.reactors[0]) } catch { failure = error }
    await client.shutDown()
    reactors.stop()
    if let failure { throw failure }
}

/// The error of a call, nil when it succeeded.
func failure(of call: () async throws(HTTPClientError) -> Void) async -> HTTPClientError? {
    do throws(HTTPClientError) {
        try await call()
        return nil
    } catch {
        return error
    }
}

extension HTTPClientRequest {
    static func get(_ url: String, deadlines: HTTPDeadlines = HTTPDeadlines()) throws -> HTTPClientRequest {
        HTTPClientRequest(endpoint: try HTTPEndpoint(method: "GET", url: url), deadlines: deadlines)
    }
}

extension HTTPClientResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
}

/// Ignores case and text of an error: which kind it is.
func kind(_ error: HTTPClientError?) -> String {
    error.map { String("\($0)".prefix { $0 != "(" }) } ?? "none"
}
