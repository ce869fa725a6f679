import HTTPServer
import TestSupport
import Testing
import Wire

/// What becomes of a connection whose request was answered before its body came.
@Suite struct RefusedBodyTests {
    /// Refuses what is sent to /no, and reads at most 100 bytes elsewhere.
    private static var handler: TestHandler {
        var handler = TestHandler.echo
        handler.admission = { head in
            head.path == "/no"
                ? .refuse(HTTPResponse(status: 404, text: "no")) : .read(maximumBodyBytes: 100)
        }
        return handler
    }

    private static func with(
        _ change: (inout HTTPServerConfiguration) -> Void
    ) -> HTTPServerConfiguration {
        var configuration = HTTPServerConfiguration()
        change(&configuration)
        return configuration
    }

    private static let chunked = ["transfer-encoding: chunked"]

    /// The bodies could be read as requests, were they not bodies.
    private static let bodies = [
        request("POST", "/no", body: request("GET", "/smuggled")),
        request("POST", "/no", fields: chunked) + "1b\r\nGET / HTTP/1.1\r\nhost: x\r\n\r\n\r\n"
            + "1;a=b\r\nx\r\n0\r\nx-trailer: 1\r\n\r\n",
        request("POST", "/too-large", body: String(repeating: "GET / HTTP/1.1\r\nhost: x\r\n\r\n", count: 20)),
    ]

    @Test(arguments: [1, 3, 50, 100_000])
    func `a small body that nobody wants is passed over, and the requests behind it are answered in order`(
        size: Int
    ) async throws {
        try await withServer(Self.handler) { server in
            let client = try server.connect()
            let text = Self.bodies.map { $0 + request("POST", "/next", body: "hello") }.joined()
            let bytes = Array(text.utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                try client.send(bytes[start..<min(start + size, bytes.count)])
            }
            for status in [404, 404, 413] {
                let refused = try client.readResponse()
                #expect(refused.status == status)
                #expect(refused["connection"] == nil)
                #expect(try client.readResponse().text == "POST /next hello")
            }
        }
    }

    @Test func `the answer does not wait for the body`() async throws {
        try await withServer(Self.handler) { server in
            let client = try server.connect()
            try client.send(request("POST", "/no", fields: ["content-length: 4"]))
            #expect(try client.readResponse().status == 404)
            try client.send("body" + request("GET", "/next"))
            #expect(try client.readResponse().text == "GET /next ")
        }
    }

    @Test func `a body of the bound is passed over and one byte more ends the connection`() async throws {
        try await withServer(Self.handler, configuration: Self.with { $0.maximumDiscardedBytes = 10 }) { server in
            let client = try server.connect()
            try client.send(request("POST", "/no", body: "0123456789"))
            #expect(try client.readResponse().status == 404)
            try client.send(request("POST", "/no", body: "0123456789a") + request("GET", "/next"))
            try expectRefusal(404, client)
        }
    }

    @Test(arguments: ["3\r\nabc\r\n3\r\ndef\r\n", "ff\r\n", "zz\r\n", "1;extension=x\r\n"])
    func `chunks over the bound or that are none end the connection without a second answer`(
        chunks: String
    ) async throws {
        try await withServer(Self.handler, configuration: Self.with { $0.maximumDiscardedBytes = 12 }) { server in
            let client = try server.connect()
            try client.send(request("POST", "/no", fields: Self.chunked))
            #expect(try client.readResponse().status == 404)
            try client.send(chunks)
            #expect(try client.receiveToEnd().isEmpty)
        }
    }

    @Test(arguments: [["content-length: 4"], chunked])
    func `a client that waits for 100 is not waited for`(framing: [String]) async throws {
        try await withServer(Self.handler) { server in
            let client = try server.connect()
            try client.send(request("POST", "/no", fields: framing + ["expect: 100-continue"]))
            try expectRefusal(404, client)
        }
    }

    @Test func `a body that does not come in time ends the connection without a second answer`() async throws {
        let configuration = Self.with { $0.discardDeadline = .milliseconds(150) }
        try await withServer(Self.handler, configuration: configuration) { server in
            let client = try server.connect()
            try client.send(request("POST", "/no", fields: ["content-length: 4"]) + "bo")
            #expect(try client.readResponse().status == 404)
            #expect(try client.receiveToEnd().isEmpty)
        }
    }

    @Test func `a client that ends within the body is let go`() async throws {
        try await withServer(Self.handler) { server in
            let client = try server.connect()
            try client.send(request("POST", "/no", fields: ["content-length: 4"]) + "bo")
            client.finishSending()
            #expect(try client.readResponse().status == 404)
            #expect(try client.receiveToEnd().isEmpty)
        }
    }

    @Test func `a client that asked to close is closed`() async throws {
        try await withServer(Self.handler) { server in
            let client = try server.connect()
            try client.send(request("POST", "/no", fields: ["connection: close"], body: "body"))
            try expectRefusal(404, client)
        }
    }

    @Test func `a server that goes away does not wait for the body`() async throws {
        try await withServer(Self.handler) { server in
            let client = try server.connect()
            try client.send(request("POST", "/no", fields: ["content-length: 4"]) + "bo")
            #expect(try client.readResponse().status == 404)
            let draining = server.startDraining()
            #expect(try client.receiveToEnd().isEmpty)
            client.close()
            await draining.value
        }
    }
}
