import Glibc
import HTTPServer
import Reactor
import TestSupport
import Testing
import Wire

/// Answers sent in pieces.
@Suite struct StreamTests {
    private static let pieces = TestHandler { _, writer in
        writer.startStream(streamHead())
        for piece in ["one,", "two,", "three"] {
            writer.write(Array(piece.utf8))
            await Task.yield()
        }
        writer.finish()
    }

    @Test func `a stream arrives in chunks and the connection goes on`() async throws {
        try await withServer(Self.pieces) { server in
            let client = try server.connect()
            for _ in 0..<3 {
                try client.send(request())
                let response = try client.readResponse()
                #expect(response["transfer-encoding"] == "chunked")
                #expect(response["content-length"] == nil)
                #expect(response.text == "one,two,three")
                #expect(response.isWhole)
            }
        }
    }

    @Test func `pipelined streams come one after another`() async throws {
        try await withServer(Self.pieces) { server in
            let client = try server.connect()
            try client.send(request() + request() + request())
            for _ in 0..<3 { #expect(try client.readResponse().text == "one,two,three") }
        }
    }

    @Test func `the head and the first bytes leave in one write`() async throws {
        let isRead = Gate()
        let handler = TestHandler { _, writer in
            writer.startStream(streamHead())
            writer.write(Array("first".utf8))
            await isRead.opened()
            writer.write(Array("second".utf8))
            writer.finish()
        }
        try await withServer(handler) { server in
            let client = try server.connect()
            try client.send(request())
            let first = String(decoding: try client.receive(), as: UTF8.self)
            #expect(first.hasPrefix("HTTP/1.1 200 OK\r\n"))
            #expect(first.hasSuffix("\r\n\r\n5\r\nfirst\r\n"))
            isRead.open()
            #expect(try client.readChunk() == Array("second".utf8))
            #expect(try client.readChunk() == [])
        }
    }

    @Test func `a HEAD request to a stream gets the head alone`() async throws {
        try await withServer(Self.pieces) { server in
            let client = try server.connect()
            try client.send(request("HEAD") + request("GET"))
            #expect(try client.readResponse(toHead: true)["transfer-encoding"] == "chunked")
            #expect(try client.readResponse().text == "one,two,three")
        }
    }

    @Test(arguments: ["", "connection: keep-alive\r\n"])
    func `an HTTP 1 0 client gets the stream without chunks and then the end`(field: String) async throws {
        try await withServer(Self.pieces) { server in
            let client = try server.connect()
            try client.send("GET / HTTP/1.0\r\n\(field)\r\n")
            let response = try client.readResponse()
            #expect(response["transfer-encoding"] == nil)
            #expect(response["connection"] == "close")
            #expect(response.text == "one,two,three")
        }
    }

    @Test func `a handler that returns inside a stream gives a cut stream`() async throws {
        let handler = TestHandler { _, writer in
            writer.startStream(streamHead())
            writer.write(Array("part".utf8))
        }
        try await withServer(handler) { server in
            let client = try server.connect()
            try client.send(request())
            let response = try client.readResponse()
            #expect(response.text == "part")
            #expect(!response.isWhole)
        }
    }

    @Test func `a stream that is aborted ends without its last chunk`() async throws {
        let handler = TestHandler { _, writer in
            writer.startStream(streamHead())
            writer.write(Array("part".utf8))
            writer.abort()
            writer.write(Array("lost".utf8))
            writer.finish()
        }
        try await withServer(handler) { server in
            let client = try server.connect()
            try client.send(request())
            let response = try client.readResponse()
            #expect(response.text == "part")
            #expect(!response.isWhole)
        }
    }

    @Test func `a cut stream to an HTTP 1 0 client ends in a reset`() async throws {
        let isRead = Gate()
        let handler = TestHandler { _, writer in
            writer.startStream(streamHead())
            writer.write(Array("part".utf8))
            await isRead.opened()
            writer.abort()
        }
        try await withServer(handler) { server in
            let client = try server.connect()
            try client.send("GET / HTTP/1.0\r\n\r\n")
            _ = try client.receive(until: "\r\n\r\npart")
            isRead.open()
            let failure = #expect(throws: SocketFailure.self) { try client.receiveToEnd() }
            #expect(failure?.code == ECONNRESET)
        }
    }

    @Test func `a quiet stream sends its keep-alive bytes`() async throws {
        let isReleased = Gate()
        let handler = TestHandler { _, writer in
            writer.startStream(streamHead(), keepAlive: ": ping\n\n")
            await isReleased.opened()
            writer.finish()
        }
        var configuration = HTTPServerConfiguration()
        configuration.streamKeepAlive = .milliseconds(20)
        try await withServer(handler, configuration: configuration) { server in
            let client = try server.connect()
            try client.send(request())
            #expect(try client.readHead().status == 200)
            for _ in 0..<3 { #expect(try client.readChunk() == Array(": ping\n\n".utf8)) }
            isReleased.open()
            while let chunk = try client.readChunk(), !chunk.isEmpty {}
            // The next request on the connection is not disturbed by a late ping.
            try client.send(request("HEAD"))
            #expect(try client.readResponse(toHead: true).status == 200)
        }
    }

    @Test func `a stream without keep-alive bytes stays quiet`() async throws {
        let handler = TestHandler { _, writer in
            writer.startStream(streamHead())
            writer.write(Array("a".utf8))
            try? await Reactor.current?.sleep(for: .milliseconds(100))
            writer.finish()
        }
        var configuration = HTTPServerConfiguration()
        configuration.streamKeepAlive = .milliseconds(5)
        try await withServer(handler, configuration: configuration) { server in
            let client = try server.connect()
            try client.send(request())
            #expect(try client.readResponse().text == "a")
        }
    }
}
