import HTTPServer
import TestSupport
import Testing

/// `Expect: 100-continue` (RFC 9110 §10.1.1).
@Suite struct ContinueTests {
    private let expecting = request("POST", "/e", fields: ["expect: 100-continue", "content-length: 4"])

    @Test func `a client that waits for it gets 100 and then the answer`() async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send(expecting)
            #expect(try client.readHead().status == 100)
            try client.send("body")
            let response = try client.readResponse()
            #expect(response.text == "POST /e body")
            #expect(response.interim.isEmpty)
        }
    }

    @Test func `a client that has begun to send the body gets the answer alone`() async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send(expecting + "body")
            let response = try client.readResponse()
            #expect(response.text == "POST /e body")
            #expect(response.interim.isEmpty)
        }
    }

    @Test func `a refused request gets its answer without 100`() async throws {
        var handler = TestHandler.echo
        handler.admission = { _ in .refuse(HTTPResponse(status: 401, text: "no")) }
        try await withServer(handler) { server in
            let client = try server.connect()
            try client.send(expecting)
            let response = try client.readResponse()
            #expect(response.status == 401)
            #expect(response.interim.isEmpty)
            #expect(response["connection"] == "close")
            #expect(try client.receiveToEnd().isEmpty)
        }
    }

    @Test func `a body over the limit is refused with 413 without 100`() async throws {
        var handler = TestHandler.echo
        handler.admission = { _ in .read(maximumBodyBytes: 3) }
        try await withServer(handler) { server in
            let client = try server.connect()
            try client.send(expecting)
            let response = try client.readResponse()
            #expect(response.status == 413)
            #expect(response.interim.isEmpty)
        }
    }

    @Test func `an HTTP 1 0 client is not sent 100`() async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send("POST /e HTTP/1.0\r\nexpect: 100-continue\r\ncontent-length: 4\r\n\r\n")
            try client.send("body")
            let response = try client.readResponse()
            #expect(response.text == "POST /e body")
            #expect(response.interim.isEmpty)
        }
    }
}
