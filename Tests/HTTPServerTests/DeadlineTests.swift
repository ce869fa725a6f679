import HTTPServer
import Reactor
import TestSupport
import Testing

/// Runs a client whose pace matters on a thread of its own: the tests' threads may all be busy.
private func onOwnThread<Result: Sendable>(
    _ body: @escaping @Sendable (Reactor) async throws -> Result
) async throws -> Result {
    let reactor = try Reactor()
    defer { reactor.stop() }
    return try await Task(executorPreference: reactor) { try await body(reactor) }.value
}

/// Deadlines are short here and only ever awaited: nothing is asserted to happen soon.
@Suite struct DeadlineTests {
    private static func short(
        _ path: WritableKeyPath<HTTPServerConfiguration, Duration>, _ duration: Duration = .milliseconds(150)
    ) -> HTTPServerConfiguration {
        var configuration = HTTPServerConfiguration()
        configuration[keyPath: path] = duration
        return configuration
    }

    @Test func `a connection that never sends is closed at the idle deadline`() async throws {
        try await withServer(configuration: Self.short(\.idleDeadline)) { server in
            let start = MonotonicTime.now
            let client = try server.connect()
            #expect(try client.receiveToEnd().isEmpty)
            #expect(MonotonicTime.now.since(start) >= .milliseconds(150))
        }
    }

    @Test func `a connection that sends no second request is closed at the idle deadline`() async throws {
        try await withServer(configuration: Self.short(\.idleDeadline)) { server in
            let client = try server.connect()
            try client.send(request())
            let start = MonotonicTime.now
            #expect(try client.readResponse().status == 200)
            #expect(try client.receiveToEnd().isEmpty)
            #expect(MonotonicTime.now.since(start) >= .milliseconds(150))
        }
    }

    @Test func `a head that is not finished in time is answered 408`() async throws {
        try await withServer(configuration: Self.short(\.headDeadline)) { server in
            let client = try server.connect()
            try client.send("GET / HTTP/1.1\r\nhost: te")
            try expectRefusal(408, client)
        }
    }

    @Test func `a head that drips in gets no more time`() async throws {
        try await withServer(configuration: Self.short(\.headDeadline)) { server in
            let response = try await onOwnThread { thread in
                let client = try server.connect()
                // In time if every byte counted as progress: the head is complete in the end.
                try client.send("GET / HTTP/1.1\r\nhost: ")
                for _ in 0..<40 {
                    try client.send("t")
                    try await thread.sleep(for: .milliseconds(10))
                }
                try client.send("\r\n\r\n")
                return try client.readResponse()
            }
            #expect(response.status == 408)
            #expect(response["connection"] == "close")
        }
    }

    @Test func `a second head that is not finished in time is answered 408`() async throws {
        try await withServer(configuration: Self.short(\.headDeadline)) { server in
            let client = try server.connect()
            try client.send(request() + "GET / HT")
            #expect(try client.readResponse().status == 200)
            try expectRefusal(408, client)
        }
    }

    @Test(arguments: ["content-length: 10", "transfer-encoding: chunked"])
    func `a body that stops arriving is answered 408`(framing: String) async throws {
        try await withServer(configuration: Self.short(\.bodyDeadline)) { server in
            let client = try server.connect()
            try client.send(request("POST", fields: [framing]) + "3\r\n")
            try expectRefusal(408, client)
        }
    }

    @Test func `a slow body that keeps arriving is read`() async throws {
        try await withServer(configuration: Self.short(\.bodyDeadline, .milliseconds(400))) { server in
            let response = try await onOwnThread { thread in
                let client = try server.connect()
                try client.send(request("POST", "/slow", fields: ["content-length: 20"]))
                // Takes longer than the deadline in all, each pause far less.
                for _ in 0..<20 {
                    try client.send("b")
                    try await thread.sleep(for: .milliseconds(25))
                }
                return try client.readResponse()
            }
            #expect(response.text == "POST /slow " + String(repeating: "b", count: 20))
        }
    }

    @Test func `a client that takes nothing of a whole answer is closed at the write deadline`() async throws {
        let handler = TestHandler { _, writer in
            writer.respond(
                HTTPResponse(status: 200, contentType: "a/b", body: [UInt8](repeating: 1, count: 64 << 20)))
        }
        try await withServer(handler, configuration: Self.short(\.writeDeadline)) { server in
            let client = try SocketClient(connectingTo: server.address, receiveBufferBytes: 8 << 10)
            try client.send(request())
            #expect(try client.readHead().status == 200)
            try server.waitForConnections(0)
        }
    }

    @Test func `a client that does not close after the last answer is closed at the linger deadline`() async throws {
        try await withServer(configuration: Self.short(\.lingerDeadline)) { server in
            let client = try server.connect()
            try client.send(request(fields: ["connection: close"]))
            #expect(try client.readResponse().status == 200)
            #expect(try client.receiveToEnd().isEmpty)
            try server.waitForConnections(0)
            client.close()
        }
    }

    @Test func `no deadline runs while the handler works`() async throws {
        var configuration = HTTPServerConfiguration()
        configuration.idleDeadline = .milliseconds(20)
        configuration.headDeadline = .milliseconds(20)
        configuration.bodyDeadline = .milliseconds(20)
        configuration.writeDeadline = .milliseconds(20)
        let handler = TestHandler { request, writer in
            try? await Reactor.current?.sleep(for: .milliseconds(150))
            writer.respond(.echo(request))
        }
        try await withServer(handler, configuration: configuration) { server in
            let client = try server.connect()
            try client.send(request("POST", "/work", body: "b"))
            #expect(try client.readResponse().text == "POST /work b")
        }
    }
}
