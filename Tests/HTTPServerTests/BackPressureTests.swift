import HTTPServer
import Reactor
import TestSupport
import Testing

/// Streams a fixed pattern as fast as the client takes it. Used on its reactor only.
private final class Source: @unchecked Sendable {
    private let writer: HTTPResponseWriter
    private let total: Int
    private let piece: [UInt8]
    private var continuation: CheckedContinuation<Void, Never>?
    private(set) var sent = 0
    private(set) var pauses = 0
    private(set) var resumptions = 0

    init(writer: HTTPResponseWriter, total: Int, pieceBytes: Int) {
        self.writer = writer
        self.total = total
        piece = (0..<pieceBytes).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    }

    func run() async {
        writer.startStream(streamHead())
        writer.onWritable = { [unowned self] in
            resumptions += 1
            pump()
        }
        await withCheckedContinuation {
            continuation = $0
            pump()
        }
        writer.finish()
    }

    private func pump() {
        while sent < total, writer.isOpen {
            if writer.isCongested {
                pauses += 1
                return
            }
            writer.write(piece)
            sent += piece.count
        }
        continuation?.resume()
        continuation = nil
    }
}

@Suite struct BackPressureTests {
    private static func small() -> HTTPServerConfiguration {
        var configuration = HTTPServerConfiguration()
        configuration.congestionBytes = 64 << 10
        return configuration
    }

    @Test func `a slow reader pauses the source and loses nothing`() async throws {
        let total = 8 << 20
        let isFinished = Gate()
        let handler = TestHandler { _, writer in
            let source = Source(writer: writer, total: total, pieceBytes: 10_000)
            await source.run()
            #expect(source.pauses > 0)
            #expect(source.resumptions == source.pauses)
            isFinished.open()
        }
        try await withServer(handler, configuration: Self.small()) { server in
            let client = try SocketClient(connectingTo: server.address, receiveBufferBytes: 8 << 10)
            try client.send(request())
            #expect(try client.readHead().status == 200)
            var position = 0
            while let chunk = try client.readChunk(), !chunk.isEmpty {
                #expect(chunk.enumerated().allSatisfy { $1 == UInt8(truncatingIfNeeded: $0 &* 31) })
                position += chunk.count
            }
            #expect(position >= total)
            try isFinished.wait()
        }
    }

    @Test func `a reader that stops holds a bounded amount and is closed at the write deadline`() async throws {
        let isFinished = Gate()
        let handler = TestHandler { _, writer in
            let source = Source(writer: writer, total: 1 << 30, pieceBytes: 10_000)
            await source.run()
            #expect(!writer.isOpen)
            // The sockets of the loopback hold some megabytes, the server its congestion limit and one piece.
            #expect(source.sent < 32 << 20)
            isFinished.open()
        }
        var configuration = Self.small()
        configuration.writeDeadline = .milliseconds(200)
        try await withServer(handler, configuration: configuration) { server in
            let client = try SocketClient(connectingTo: server.address, receiveBufferBytes: 8 << 10)
            try client.send(request())
            try isFinished.wait()
        }
    }

    @Test func `a trickling source gives a reader that stopped no more time`() async throws {
        let isFinished = Gate()
        let handler = TestHandler { _, writer in
            writer.startStream(streamHead())
            writer.write([UInt8](repeating: 1, count: 16 << 20))
            // Each write tries the socket again; none may count as progress.
            while writer.isOpen {
                writer.write([1])
                try? await Reactor.current?.sleep(for: .milliseconds(5))
            }
            isFinished.open()
        }
        var configuration = Self.small()
        configuration.writeDeadline = .milliseconds(200)
        try await withServer(handler, configuration: configuration) { server in
            let client = try SocketClient(connectingTo: server.address, receiveBufferBytes: 8 << 10)
            try client.send(request())
            try isFinished.wait()
        }
    }

    @Test func `a paused source hears that the client has gone`() async throws {
        let isPaused = Gate()
        let isFinished = Gate()
        let handler = TestHandler { _, writer in
            writer.startStream(streamHead())
            writer.write([UInt8](repeating: 1, count: 16 << 20))
            #expect(writer.isCongested)
            await withCheckedContinuation { continuation in
                writer.onWritable = { continuation.resume() }
                isPaused.open()
            }
            #expect(!writer.isOpen)
            #expect(!writer.isCongested)
            isFinished.open()
        }
        try await withServer(handler, configuration: Self.small()) { server in
            let client = try server.connect()
            try client.send(request())
            try isPaused.wait()
            client.reset()
            try isFinished.wait()
        }
    }

    @Test func `a finished answer does not call for more`() async throws {
        let handler = TestHandler { _, writer in
            writer.onWritable = { Issue.record("nothing was paused") }
            writer.startStream(streamHead())
            writer.write([1, 2, 3])
            writer.finish()
        }
        try await withServer(handler) { server in
            let client = try server.connect()
            try client.send(request())
            #expect(try client.readResponse().body == [1, 2, 3])
        }
    }

    @Test func `a client that reads no answers is not read on`() async throws {
        let body = [UInt8](repeating: 7, count: 100_000)
        let handler = TestHandler { _, writer in
            writer.respond(HTTPResponse(status: 200, contentType: "a/b", body: body))
        }
        try await withServer(handler, configuration: Self.small()) { server in
            let client = try SocketClient(connectingTo: server.address, receiveBufferBytes: 8 << 10)
            try client.send((0..<200).map { _ in request() }.joined())
            for _ in 0..<200 { #expect(try client.readResponse().body.count == body.count) }
        }
    }
}
