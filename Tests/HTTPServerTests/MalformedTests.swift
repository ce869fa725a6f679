import HTTPServer
import TestSupport
import Testing
import Wire

/// What cannot be read as a request: the right status, the end of that connection and of no other.
@Suite struct MalformedTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var bytes: String
        var status: Int

        var testDescription: String { "\(status) for \(bytes.prefix(60).debugDescription)" }
    }

    static let cases: [Case] = [
        Case(bytes: "GET / HTTP/1.1\r\n\r\n", status: 400),
        Case(bytes: "GET  / HTTP/1.1\r\nhost: a\r\n\r\n", status: 400),
        Case(bytes: "GET / HTTP/1.1\nhost: a\n\n", status: 400),
        Case(bytes: "G\u{0}T / HTTP/1.1\r\nhost: a\r\n\r\n", status: 400),
        Case(bytes: "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", status: 400),
        Case(bytes: "GET / HTTP/1.1\r\nhost: a\r\nx : y\r\n\r\n", status: 400),
        Case(bytes: "GET / HTTP/1.1\r\nhost: a\r\n folded\r\n\r\n", status: 400),
        Case(bytes: "GET / HTTP/2.0\r\nhost: a\r\n\r\n", status: 505),
        Case(bytes: "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1, 1\r\n\r\n", status: 400),
        Case(bytes: "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n", status: 400),
        Case(
            bytes: "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n", status: 400),
        Case(bytes: "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip\r\n\r\n", status: 501),
        Case(bytes: "POST / HTTP/1.1\r\nhost: a\r\nexpect: tea\r\n\r\n", status: 417),
        Case(bytes: "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n", status: 400),
        Case(bytes: "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc", status: 400),
        Case(bytes: "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}", status: 400),
    ]

    @Test(arguments: cases)
    func `a malformed request is refused and its connection closed`(malformed: Case) async throws {
        let handler = TestHandler { _, _ in Issue.record("the handler must not be called") }
        try await withServer(handler) { server in
            let client = try server.connect()
            try client.send(malformed.bytes)
            try expectRefusal(malformed.status, client)
        }
    }

    @Test(arguments: cases)
    func `a malformed request after a good one is refused after the answer`(malformed: Case) async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send(request("POST", "/good", body: "b") + malformed.bytes)
            #expect(try client.readResponse().text == "POST /good b")
            try expectRefusal(malformed.status, client)
            let next = try server.connect()
            try next.send(request())
            #expect(try next.readResponse().status == 200)
        }
    }

    @Test func `what follows a malformed request is not read`() async throws {
        let handler = TestHandler { _, _ in Issue.record("the handler must not be called") }
        try await withServer(handler) { server in
            let client = try server.connect()
            try client.send("BAD\r\n\r\n" + request("GET", "/smuggled"))
            try expectRefusal(400, client)
        }
    }

    @Test func `an answer to a refused request without a body leaves the connection open`() async throws {
        var handler = TestHandler.echo
        handler.admission = { head in
            head.has("x-refuse")
                ? .refuse(HTTPResponse(status: 404, text: "no")) : .read(maximumBodyBytes: 100)
        }
        try await withServer(handler) { server in
            let client = try server.connect()
            let refused = request(fields: ["x-refuse: 1"])
            try client.send(refused + refused + request("HEAD", fields: ["x-refuse: 1"]) + request())
            #expect(try client.readResponse().status == 404)
            #expect(try client.readResponse().status == 404)
            #expect(try client.readResponse(toHead: true).status == 404)
            #expect(try client.readResponse().status == 200)
        }
    }
}
