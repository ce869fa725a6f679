import HTTPServer
import Reactor
import TestSupport
import Testing
import Wire

/// A handler made of closures; by default it reads bodies up to 1 MiB and answers refusals with their reason.
struct TestHandler: HTTPHandler {
    typealias Answer = @Sendable (HTTPRequest, HTTPResponseWriter) async -> Void

    var admission: @Sendable (HTTP1RequestHead) -> HTTPAdmission = { _ in .read(maximumBodyBytes: 1 << 20) }
    var answer: Answer

    init(_ answer: @escaping Answer) {
        self.answer = answer
    }

    /// Answers with `<method> <path> <body>`.
    static let echo = TestHandler { request, writer in writer.respond(.echo(request)) }

    func admit(_ head: HTTP1RequestHead) -> HTTPAdmission { admission(head) }

    func respond(to request: HTTPRequest, with writer: HTTPResponseWriter) async { await answer(request, writer) }

    func refusal(_ error: HTTP1Error, head: HTTP1RequestHead?) -> HTTPResponse {
        HTTPResponse(status: error.status, text: error.reason)
    }
}

extension HTTPResponse {
    static func echo(_ request: HTTPRequest) -> HTTPResponse {
        HTTPResponse(
            status: 200,
            text: "\(request.head.methodText) \(request.head.path) \(String(decoding: request.body, as: UTF8.self))")
    }
}

/// A server on reactors of its own and a free port of the loopback address.
///
/// Tests block their thread in sockets and gates; what they wait for runs on reactors alone, so it always comes.
struct ServerFixture: Sendable {
    let server: HTTPServer
    let reactors: ReactorGroup
    let address: SocketAddress

    var reactor: Reactor { reactors.reactors[0] }

    func connect() throws -> SocketClient {
        try SocketClient(connectingTo: address)
    }

    /// Begins to drain on the reactor's own thread: tests may block theirs meanwhile.
    func startDraining(within limit: Duration = .seconds(600)) -> Task<Void, Never> {
        Task(executorPreference: reactor) { await server.drain(within: limit) }
    }
}

/// Runs `body` against a server that is stopped afterwards, and checks that no connection is left.
func withServer(
    _ handler: TestHandler = .echo, configuration: HTTPServerConfiguration = HTTPServerConfiguration(),
    reactors count: Int = 1, tls: TLSContext? = nil, _ body: (ServerFixture) async throws -> Void
) async throws {
    let reactors = try ReactorGroup(count: count)
    defer { reactors.stop() }
    let server = HTTPServer(reactors: reactors, configuration: configuration, tls: tls, handler: handler)
    let loopback = try #require(SocketAddress(literal: "127.0.0.1", port: 0))
    let address = try server.listen(on: loopback)
    do {
        try await body(ServerFixture(server: server, reactors: reactors, address: address))
    } catch {
        await server.drain(within: .zero)
        throw error
    }
    await server.drain(within: .zero)
    #expect(server.connectionCount == 0)
}

/// The text of a request; a body brings its content-length.
func request(
    _ method: String = "GET", _ path: String = "/", version: String = "1.1", fields: [String] = [], body: String? = nil
) -> String {
    var lines = ["\(method) \(path) HTTP/\(version)", "host: test"] + fields
    if let body { lines.append("content-length: \(body.utf8.count)") }
    return lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
}

func streamHead() -> HTTPResponseHead {
    var head = HTTPResponseHead(status: 200)
    head.add("content-type", "text/event-stream" as StaticString)
    return head
}
