import HTTPServer
import TestSupport
import Testing
import Wire

/// Whole requests and whole answers.
@Suite struct RequestTests {
    @Test func `a connection serves one request after another`() async throws {
        try await withServer { server in
            let client = try server.connect()
            for number in 0..<3 {
                try client.send(request("POST", "/\(number)", body: "body \(number)"))
                let response = try client.readResponse()
                #expect(response.status == 200)
                #expect(response.text == "POST /\(number) body \(number)")
                #expect(response["connection"] == nil)
                #expect(response["date"]?.hasSuffix("GMT") == true)
            }
        }
    }

    @Test func `pipelined requests are answered in order although the first takes longest`() async throws {
        let isReleased = Gate()
        let handler = TestHandler { request, writer in
            if request.head.path == "/0" { await isReleased.opened() }
            writer.respond(.echo(request))
        }
        try await withServer(handler) { server in
            let client = try server.connect()
            try client.send((0..<20).map { request("POST", "/\($0)", body: "b\($0)") }.joined())
            isReleased.open()
            for number in 0..<20 { #expect(try client.readResponse().text == "POST /\(number) b\(number)") }
        }
    }

    @Test func `more pipelined requests than the server buffers are all answered`() async throws {
        let isReleased = Gate()
        let handler = TestHandler { request, writer in
            if request.head.path == "/0" { await isReleased.opened() }
            writer.respond(HTTPResponse(status: 200, text: request.head.path))
        }
        try await withServer(handler) { server in
            let client = try server.connect()
            let body = String(repeating: "x", count: 1000)
            // 300 kB: more than the 64 KiB the server takes ahead, less than the sockets hold.
            try client.send((0..<300).map { request("POST", "/\($0)", body: body) }.joined())
            isReleased.open()
            for number in 0..<300 { #expect(try client.readResponse().text == "/\(number)") }
        }
    }

    @Test func `a HEAD request gets the head alone`() async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send(request("HEAD", "/a") + request("GET", "/b"))
            let head = try client.readResponse(toHead: true)
            #expect(head["content-length"] == "8")
            #expect(try client.readResponse().text == "GET /b ")
        }
    }

    @Test func `a chunked body arrives whole`() async throws {
        try await withServer { server in
            let client = try server.connect()
            let chunks = "3\r\nabc\r\n4;note=1\r\ndefg\r\n0\r\nx-trailer: 1\r\n\r\n"
            try client.send(request("POST", "/c", fields: ["transfer-encoding: chunked"]) + chunks + request())
            #expect(try client.readResponse().text == "POST /c abcdefg")
            #expect(try client.readResponse().text == "GET / ")
        }
    }

    @Test func `a large body arrives whole and is echoed whole`() async throws {
        var handler = TestHandler { request, writer in
            writer.respond(HTTPResponse(status: 200, contentType: "application/octet-stream", body: request.body))
        }
        handler.admission = { _ in .read(maximumBodyBytes: 8 << 20) }
        try await withServer(handler) { server in
            var random = SeededRandom(seed: 1)
            let body = (0..<(1 << 20)).flatMap { _ in withUnsafeBytes(of: random.next(), Array.init) }[..<(5 << 20)]
            let client = try server.connect()
            try client.send("POST / HTTP/1.1\r\nhost: test\r\ncontent-length: \(body.count)\r\n\r\n")
            try client.send(body)
            #expect(try client.readResponse().body == Array(body))
        }
    }

    @Test(arguments: [1, 2, 3, 7])
    func `requests cut into small pieces are read`(size: Int) async throws {
        try await withServer { server in
            let client = try server.connect()
            let chunked = request("POST", "/c", fields: ["transfer-encoding: chunked"]) + "2\r\nhi\r\n0\r\n\r\n"
            let bytes = Array((request("POST", "/a", body: "hello") + chunked + request()).utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                try client.send(bytes[start..<min(start + size, bytes.count)])
            }
            #expect(try client.readResponse().text == "POST /a hello")
            #expect(try client.readResponse().text == "POST /c hi")
            #expect(try client.readResponse().text == "GET / ")
        }
    }

    @Test func `a client that asks to close gets its answer and the end`() async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send(request(fields: ["connection: close"]) + request("GET", "/unread"))
            let response = try client.readResponse()
            #expect(response["connection"] == "close")
            #expect(try client.receiveToEnd().isEmpty)
        }
    }

    @Test func `HTTP 1 0 closes after the answer`() async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send("GET /old HTTP/1.0\r\n\r\n")
            let response = try client.readResponse()
            #expect(response.text == "GET /old ")
            #expect(response["connection"] == "close")
            #expect(try client.receiveToEnd().isEmpty)
        }
    }

    @Test func `HTTP 1 0 with keep-alive serves the next request`() async throws {
        try await withServer { server in
            let client = try server.connect()
            for _ in 0..<2 {
                try client.send("GET /old HTTP/1.0\r\nconnection: keep-alive\r\n\r\n")
                let response = try client.readResponse()
                #expect(response["connection"] == "keep-alive")
                #expect(response.text == "GET /old ")
            }
        }
    }

    @Test func `an answer without content carries neither body nor length`() async throws {
        let handler = TestHandler { request, writer in
            writer.respond(HTTPResponse(status: 204, text: "must not appear"))
        }
        try await withServer(handler) { server in
            let client = try server.connect()
            for _ in 0..<2 {
                try client.send(request())
                let response = try client.readResponse()
                #expect(response.status == 204)
                #expect(response["content-length"] == nil)
            }
        }
    }

    @Test func `a handler that returns without an answer gives 500`() async throws {
        try await withServer(TestHandler { _, _ in }) { server in
            let client = try server.connect()
            try client.send(request() + request())
            #expect(try client.readResponse().status == 500)
            #expect(try client.readResponse().status == 500)
        }
    }

    @Test func `answering twice sends the first answer alone`() async throws {
        let handler = TestHandler { request, writer in
            writer.respond(HTTPResponse(status: 200, text: "first"))
            writer.respond(HTTPResponse(status: 200, text: "second"))
            writer.startStream(streamHead())
            writer.write(Array("third".utf8))
            writer.finish()
        }
        try await withServer(handler) { server in
            let client = try server.connect()
            try client.send(request() + request(fields: ["connection: close"]))
            #expect(try client.readResponse().text == "first")
            #expect(try client.readResponse().text == "first")
            #expect(try client.receiveToEnd().isEmpty)
        }
    }

    private enum Values { @TaskLocal static var path = "none" }

    @Test func `a pipelined request does not inherit task values of the one before`() async throws {
        let handler = TestHandler { request, writer in
            let inherited = Values.path
            Values.$path.withValue(request.head.path) {
                writer.respond(HTTPResponse(status: 200, text: inherited))
            }
        }
        try await withServer(handler) { server in
            let client = try server.connect()
            try client.send(request("GET", "/a") + request("GET", "/b"))
            #expect(try client.readResponse().text == "none")
            #expect(try client.readResponse().text == "none")
        }
    }
}
