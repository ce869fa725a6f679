import HTTPServer
import Reactor
import TestSupport
import Testing
import Wire

/// The end of a server's life. An idle connection that closes shows that draining has begun.
@Suite struct DrainTests {
    @Test(arguments: [1, 2]) func `idle connections close at once and new ones are refused`(reactors: Int) async throws
    {
        try await withServer(reactors: reactors) { server in
            let fresh = try server.connect()
            let used = try server.connect()
            try used.send(request())
            #expect(try used.readResponse().status == 200)
            await server.server.drain(within: .seconds(20))
            #expect(try fresh.receiveToEnd().isEmpty)
            #expect(try used.receiveToEnd().isEmpty)
            #expect(throws: SocketFailure.self) { try server.connect() }
            #expect(server.server.connectionCount == 0)
        }
    }

    @Test func `a request under way is answered with connection close`() async throws {
        let mayAnswer = Gate()
        let isCalled = Gate()
        let handler = TestHandler { request, writer in
            isCalled.open()
            await mayAnswer.opened()
            writer.respond(.echo(request))
        }
        try await withServer(handler) { server in
            let idle = try server.connect()
            let client = try server.connect()
            try client.send(request("POST", "/d", body: "b"))
            try isCalled.wait()
            let draining = server.startDraining()
            #expect(try idle.receiveToEnd().isEmpty)
            mayAnswer.open()
            let response = try client.readResponse()
            #expect(response.text == "POST /d b")
            #expect(response["connection"] == "close")
            #expect(try client.receiveToEnd().isEmpty)
            client.close()
            await draining.value
        }
    }

    @Test func `a stream under way is sent to its end and then closed`() async throws {
        let maySend = Gate()
        let handler = TestHandler { _, writer in
            writer.startStream(streamHead())
            writer.write(Array("one".utf8))
            await maySend.opened()
            writer.write(Array("two".utf8))
            writer.finish()
        }
        try await withServer(handler) { server in
            let idle = try server.connect()
            let client = try server.connect()
            try client.send(request())
            #expect(try client.readHead()["connection"] == nil)
            #expect(try client.readChunk() == Array("one".utf8))
            let draining = server.startDraining()
            #expect(try idle.receiveToEnd().isEmpty)
            maySend.open()
            #expect(try client.readChunk() == Array("two".utf8))
            #expect(try client.readChunk() == [])
            #expect(try client.receiveToEnd().isEmpty)
            client.close()
            await draining.value
        }
    }

    @Test func `an answer that a slow reader is still taking is sent to its end`() async throws {
        let body = [UInt8](repeating: 7, count: 16 << 20)
        let handler = TestHandler { _, writer in
            writer.respond(HTTPResponse(status: 200, contentType: "a/b", body: body))
        }
        try await withServer(handler) { server in
            let idle = try server.connect()
            let client = try SocketClient(connectingTo: server.address, receiveBufferBytes: 8 << 10)
            try client.send(request())
            #expect(try client.readHead().status == 200)
            let draining = server.startDraining()
            #expect(try idle.receiveToEnd().isEmpty)
            #expect(try client.receiveToEnd().count == body.count)
            client.close()
            await draining.value
        }
    }

    @Test func `a request that is still arriving is read and answered`() async throws {
        let isAdmitted = Gate()
        var handler = TestHandler.echo
        handler.admission = { _ in
            isAdmitted.open()
            return .read(maximumBodyBytes: 100)
        }
        try await withServer(handler) { server in
            let idle = try server.connect()
            let client = try server.connect()
            try client.send(request("POST", "/late", fields: ["content-length: 4"]) + "bo")
            try isAdmitted.wait()
            let draining = server.startDraining()
            #expect(try idle.receiveToEnd().isEmpty)
            try client.send("dy")
            let response = try client.readResponse()
            #expect(response.text == "POST /late body")
            #expect(response["connection"] == "close")
            client.close()
            await draining.value
        }
    }

    @Test func `a request that arrived unseen before the drain is answered`() async throws {
        let isBlocked = Gate()
        let maySee = Gate()
        try await withServer { server in
            let client = try server.connect()
            try client.send(request())
            #expect(try client.readResponse().status == 200)
            // While the reactor is held up, a request arrives and the drain is asked for.
            server.reactor.submit {
                isBlocked.open()
                try? maySee.wait()
            }
            try isBlocked.wait()
            let unaccepted = try server.connect()
            try unaccepted.send(request("GET", "/unaccepted"))
            try client.send(request("GET", "/unread"))
            let draining = server.startDraining()
            maySee.open()
            #expect(try client.readResponse().text == "GET /unread ")
            #expect(try unaccepted.readResponse().text == "GET /unaccepted ")
            for connection in [client, unaccepted] {
                #expect(try connection.receiveToEnd().isEmpty)
                connection.close()
            }
            await draining.value
        }
    }

    @Test func `the deadline ends what is left and cancels its handlers`() async throws {
        let isCalled = Gate()
        let isCancelled = Gate()
        let handler = TestHandler { _, writer in
            writer.startStream(streamHead())
            isCalled.open()
            do {
                try await Reactor.current?.sleep(for: .seconds(60))
            } catch {
                isCancelled.open()
            }
        }
        try await withServer(handler) { server in
            let client = try server.connect()
            try client.send(request())
            try isCalled.wait()
            await server.server.drain(within: .milliseconds(100))
            try isCancelled.wait()
            #expect(server.server.connectionCount == 0)
            #expect(try !client.readResponse().isWhole)
        }
    }

    @Test func `draining twice at the same time ends both`() async throws {
        try await withServer { server in
            let client = try server.connect()
            try client.send("GET / HT")
            try server.waitForConnections(1)
            let first = server.startDraining()
            let second = server.startDraining()
            try client.send("TP/1.1\r\nhost: test\r\n\r\n")
            _ = try? client.readResponse()
            client.close()
            await first.value
            await second.value
        }
    }
}
