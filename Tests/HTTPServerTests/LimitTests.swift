import HTTPServer
import Reactor
import TestSupport
import Testing

/// What is refused for its size or number.
@Suite struct LimitTests {
    @Test func `a head of 32 KiB is read and a larger one is answered 431`() async throws {
        try await withServer { server in
            let line = "x-filler: "
            let overhead = request(fields: [line]).utf8.count
            let fits = request(fields: [line + String(repeating: "f", count: 32 * 1024 - overhead)])
            let client = try server.connect()
            try client.send(fits)
            #expect(try client.readResponse().status == 200)
            try client.send(request(fields: [line + String(repeating: "f", count: 32 * 1024 - overhead + 1)]))
            try expectRefusal(431, client)
        }
    }

    @Test func `a target of 8 KiB is read and a longer one is answered 414`() async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send(request("GET", "/" + String(repeating: "p", count: 8191)))
            #expect(try client.readResponse().status == 200)
            try client.send(request("GET", "/" + String(repeating: "p", count: 8192)))
            try expectRefusal(414, client)
        }
    }

    @Test func `100 fields are read and 101 are answered 431`() async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send(request(fields: (1..<100).map { "x-\($0): v" }))
            #expect(try client.readResponse().status == 200)
            try client.send(request(fields: (1...100).map { "x-\($0): v" }))
            try expectRefusal(431, client)
        }
    }

    @Test func `a body announced over the limit is answered 413 and not read`() async throws {
        let handler = TestHandler { _, _ in Issue.record("the handler must not be called") }
        try await withServer(handler) { server in
            let client = try server.connect()
            try client.send(request("POST", fields: ["content-length: 1000000000"]))
            try expectRefusal(413, client)
        }
    }

    @Test func `a client that goes on sending a refused body is cut off`() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.lingerDeadline = .milliseconds(100)
        try await withServer(configuration: configuration) { server in
            let client = try server.connect()
            try client.send(request("POST", fields: ["content-length: 1000000000000"]))
            #expect(try client.readResponse().status == 413)
            let piece = [UInt8](repeating: 1, count: 64 << 10)
            #expect(throws: SocketFailure.self) {
                while true { try client.send(piece) }
            }
        }
    }

    @Test func `a chunked body over the limit is answered 413`() async throws {
        var handler = TestHandler.echo
        handler.admission = { _ in .read(maximumBodyBytes: 10) }
        try await withServer(handler) { server in
            let client = try server.connect()
            try client.send(request("POST", fields: ["transfer-encoding: chunked"]) + "6\r\nabcdef\r\n5\r\n")
            try expectRefusal(413, client)
        }
    }

    @Test func `a body of exactly the limit is read`() async throws {
        var handler = TestHandler.echo
        handler.admission = { _ in .read(maximumBodyBytes: 10) }
        try await withServer(handler) { server in
            let client = try server.connect()
            try client.send(request("POST", "/", body: "0123456789"))
            #expect(try client.readResponse().text == "POST / 0123456789")
            try client.send(
                request("POST", fields: ["transfer-encoding: chunked"]) + "a\r\n0123456789\r\n0\r\n\r\n")
            #expect(try client.readResponse().text == "POST / 0123456789")
        }
    }

    @Test func `one connection over the limit is answered 503`() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.maximumConnections = 2
        try await withServer(configuration: configuration) { server in
            let first = try server.connect()
            let second = try server.connect()
            for client in [first, second] {
                try client.send(request())
                #expect(try client.readResponse().status == 200)
            }
            let third = try server.connect()
            try third.send(request() + request())
            try expectRefusal(503, third)
            try first.send(request())
            #expect(try first.readResponse().status == 200)
            third.close()
            second.close()
            try server.waitForConnections(1)
            let fourth = try server.connect()
            try fourth.send(request())
            #expect(try fourth.readResponse().status == 200)
        }
    }

    @Test func `connections far over the limit are closed without a word`() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.maximumConnections = 1
        try await withServer(configuration: configuration) { server in
            let clients = try (0..<40).map { _ in try server.connect() }
            for client in clients.dropFirst(17) { try client.waitForEnd() }
            #expect(server.server.connectionCount == 17)
        }
    }

    @Test func `the limit per address holds for that address alone`() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.maximumConnectionsPerAddress = 1
        let other = try #require(SocketAddress(literal: "127.0.0.2", port: 0))
        try await withServer(configuration: configuration, reactors: 2) { server in
            let first = try server.connect()
            try first.send(request())
            #expect(try first.readResponse().status == 200)
            let second = try server.connect()
            try second.send(request())
            try expectRefusal(503, second)
            let elsewhere = try SocketClient(connectingTo: server.address, from: other)
            try elsewhere.send(request())
            #expect(try elsewhere.readResponse().status == 200)
        }
    }

    @Test func `a large body over the number is answered 503 until one before it is over`() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.maximumLargeBodies = 1
        var handler = TestHandler.echo
        handler.admission = { _ in .readLarge(maximumBodyBytes: 100) }
        try await withServer(handler, configuration: configuration) { server in
            let head = request("POST", "/", fields: ["content-length: 4", "expect: 100-continue"])
            for isAbandoned in [false, true] {
                let first = try server.connect()
                try first.send(head)
                _ = try first.receive(until: "100 Continue\r\n\r\n")
                let second = try server.connect()
                try second.send(request())
                #expect(try second.readResponse().status == 200)
                try second.send(head)
                try expectRefusal(503, second)
                if isAbandoned {
                    first.reset()
                } else {
                    try first.send("body")
                    #expect(try first.readResponse().status == 200)
                }
                // A reset is seen when the reactor comes to it.
                var status = 503
                while status == 503 {
                    let third = try server.connect()
                    try third.send(request("POST", "/", body: "body"))
                    status = try third.readResponse().status
                }
                #expect(status == 200)
            }
        }
    }
}

/// The client gets this status, `connection: close` and the end.
func expectRefusal(_ status: Int, _ client: SocketClient, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let response = try client.readResponse()
    #expect(response.status == status, sourceLocation: sourceLocation)
    #expect(response["connection"] == "close", sourceLocation: sourceLocation)
    #expect(try client.receiveToEnd().isEmpty, sourceLocation: sourceLocation)
}

extension ServerFixture {
    /// Waits until so many connections are left: each look costs every reactor a turn.
    func waitForConnections(_ count: Int) throws {
        let deadline = MonotonicTime.now + .seconds(20)
        while server.connectionCount != count {
            try #require(MonotonicTime.now < deadline)
            for reactor in reactors.reactors { try reactor.waitForTurn() }
        }
    }
}
