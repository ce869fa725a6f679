import HTTPServer
import Reactor
import TestSupport
import Testing
import Wire

/// Large bodies are held whole: only so many at a time, for as long as their requests are with the handler.
@Suite struct LargeBodyTests {
    private static let upload = request("POST", "/", body: "body")

    /// A handler that tells of each `/slow` request, and answers it once `isReleased`.
    private static func handler(_ isHandling: Gate, _ isReleased: Gate) -> TestHandler {
        var handler = TestHandler { request, writer in
            if request.head.path == "/slow" {
                isHandling.open()
                await isReleased.opened()
            }
            writer.respond(.echo(request))
        }
        handler.admission = { _ in .readLarge(maximumBodyBytes: 100) }
        return handler
    }

    private static func configuration(_ maximum: Int) -> HTTPServerConfiguration {
        var configuration = HTTPServerConfiguration()
        configuration.maximumLargeBodies = maximum
        return configuration
    }

    /// Until there is room again: the reactor comes to it when it has run what ends.
    private func expectRoom(_ server: ServerFixture) throws {
        var status = 503
        let end = MonotonicTime.now + .seconds(20)
        while status == 503 {
            try #require(MonotonicTime.now < end)
            let client = try server.connect()
            try client.send(Self.upload)
            status = try client.readResponse().status
        }
        #expect(status == 200)
    }

    @Test func `a client that goes away leaves no room while its body is with the handler`() async throws {
        let (isHandling, isReleased) = (Gate(), Gate())
        let handler = Self.handler(isHandling, isReleased)
        try await withServer(handler, configuration: Self.configuration(1)) { server in
            defer { isReleased.open() }
            let first = try server.connect()
            try first.send(request("POST", "/slow", body: "body"))
            try isHandling.wait()
            first.reset()
            try server.waitForConnections(0)
            let second = try server.connect()
            try second.send(Self.upload)
            #expect(try second.readResponse().status == 503)
            isReleased.open()
            try expectRoom(server)
        }
    }

    @Test func `a pipelined request has room of its own`() async throws {
        let (isHandling, isReleased) = (Gate(), Gate())
        let handler = Self.handler(isHandling, isReleased)
        try await withServer(handler, configuration: Self.configuration(2)) { server in
            defer { isReleased.open() }
            let first = try server.connect()
            try first.send(Self.upload + request("POST", "/slow", body: "body"))
            #expect(try first.readResponse().status == 200)
            try isHandling.wait()
            let second = try server.connect()
            try second.send(request("POST", "/", fields: ["content-length: 4", "expect: 100-continue"]))
            _ = try second.receive(until: "100 Continue\r\n\r\n")
            let third = try server.connect()
            try third.send(Self.upload)
            #expect(try third.readResponse().status == 503)
            isReleased.open()
            #expect(try first.readResponse().status == 200)
            try expectRoom(server)
        }
    }

    @Test func `an answer at once gives its room back`() async throws {
        let handler = AtOnceHandler()
        let reactors = try ReactorGroup(count: 1)
        defer { reactors.stop() }
        let server = HTTPServer(
            reactors: reactors, configuration: Self.configuration(1), tls: nil, handler: handler)
        let address = try server.listen(on: try #require(SocketAddress(literal: "127.0.0.1", port: 0)))
        for _ in 0..<3 {
            let client = try SocketClient(connectingTo: address)
            try client.send(Self.upload)
            #expect(try client.readResponse().status == 200)
        }
        await server.drain(within: .zero)
    }
}

private struct AtOnceHandler: HTTPHandler {
    func admit(_ head: HTTP1RequestHead) -> HTTPAdmission { .readLarge(maximumBodyBytes: 100) }

    func answerAtOnce(_ request: HTTPRequest, with writer: HTTPResponseWriter) -> Bool {
        writer.respond(.echo(request))
        return true
    }

    func respond(to request: HTTPRequest, with writer: HTTPResponseWriter) async {}

    func refusal(_ error: HTTP1Error, head: HTTP1RequestHead?) -> HTTPResponse {
        HTTPResponse(status: error.status, text: error.reason)
    }
}
