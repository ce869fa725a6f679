import Glibc
import HTTPServer
import Reactor
import Synchronization
import TestSupport
import Testing
import Wire

/// Clients that finish their direction, and clients that go away.
@Suite struct EndOfConnectionTests {
    /// Waits in the handler until the task is cancelled.
    private static func waitForCancellation(_ isCancelled: Gate) async {
        do {
            try await Reactor.current?.sleep(for: .seconds(60))
        } catch {
            isCancelled.open()
        }
    }

    private static func echo(after gate: Gate) -> TestHandler {
        TestHandler { request, writer in
            await gate.opened()
            writer.respond(.echo(request))
        }
    }

    @Test func `a client that has finished sending gets its whole answer`() async throws {
        let mayAnswer = Gate()
        try await withServer(Self.echo(after: mayAnswer)) { server in
            let client = try server.connect()
            try client.send(request("POST", "/h", body: "half"))
            client.finishSending()
            // The server has seen the end: it probes with an interim response.
            #expect(try client.readHead().status == 100)
            mayAnswer.open()
            #expect(try client.readResponse().text == "POST /h half")
            #expect(try client.receiveToEnd().isEmpty)
        }
    }

    @Test func `a client that has finished sending gets all its pipelined answers`() async throws {
        var handler = TestHandler { request, writer in
            await Task.yield()
            writer.respond(.echo(request))
        }
        handler.admission = { head in
            head.path == "/refused"
                ? .refuse(HTTPResponse(status: 404, text: "no")) : .read(maximumBodyBytes: 100)
        }
        try await withServer(handler) { server in
            let client = try server.connect()
            try client.send(request("GET", "/a") + request("GET", "/refused") + request("GET", "/b") + "GET /unfini")
            client.finishSending()
            #expect(try client.readResponse().text == "GET /a ")
            #expect(try client.readResponse().status == 404)
            #expect(try client.readResponse().text == "GET /b ")
            #expect(try client.receiveToEnd().isEmpty)
        }
    }

    @Test func `a client that has finished sending gets its whole stream`() async throws {
        let maySend = Gate()
        let handler = TestHandler { _, writer in
            writer.startStream(streamHead(), keepAlive: ": ping\n\n")
            writer.write(Array("one".utf8))
            await maySend.opened()
            writer.write(Array("two".utf8))
            writer.finish()
        }
        try await withServer(handler) { server in
            let client = try server.connect()
            try client.send(request())
            client.finishSending()
            #expect([100, 200].contains(try client.readHead().status))
            _ = try client.receive(until: "one\r\n")
            maySend.open()
            #expect(String(decoding: try client.receiveToEnd(), as: UTF8.self).hasSuffix("3\r\ntwo\r\n0\r\n\r\n"))
        }
    }

    @Test func `a slow reader that finishes sending after the answer gets the rest of it`() async throws {
        let body = [UInt8](repeating: 7, count: 16 << 20)
        let handler = TestHandler { _, writer in
            writer.respond(HTTPResponse(status: 200, contentType: "a/b", body: body))
        }
        try await withServer(handler) { server in
            let client = try SocketClient(connectingTo: server.address, receiveBufferBytes: 8 << 10)
            try client.send(request())
            let head = try client.readHead()
            #expect(head["content-length"] == "\(body.count)")
            client.finishSending()
            #expect(try client.receiveToEnd().count == body.count)
        }
    }

    @Test func `a client that finishes sending after much it sent ahead does not occupy the reactor`() async throws {
        let isAnswering = Gate()
        let mayAnswer = Gate()
        let handler = TestHandler { request, writer in
            isAnswering.open()
            if request.head.path == "/slow" { await mayAnswer.opened() }
            writer.respond(HTTPResponse(status: 200, text: request.head.path))
        }
        try await withServer(handler) { server in
            let client = try server.connect()
            let ahead = request("POST", "/ahead", body: String(repeating: "x", count: 1000))
            try client.send(request("GET", "/slow") + (0..<150).map { _ in ahead }.joined())
            client.finishSending()
            try isAnswering.wait()
            let used = try await server.reactor.processorTime(during: .milliseconds(200))
            #expect(used < .milliseconds(100))
            mayAnswer.open()
            #expect(try client.readResponse().text == "/slow")
            for _ in 0..<150 { #expect(try client.readResponse().text == "/ahead") }
        }
    }

    @Test(arguments: [true, false], [[], ["connection: close"]])
    func `a client that closes or resets before its answer cancels the handler`(
        resets: Bool, fields: [String]
    ) async throws {
        let isCalled = Gate()
        let isCancelled = Gate()
        let handler = TestHandler { _, writer in
            isCalled.open()
            await Self.waitForCancellation(isCancelled)
            #expect(!writer.isOpen)
        }
        try await withServer(handler) { server in
            let client = try server.connect()
            try client.send(request(fields: fields))
            try isCalled.wait()
            if resets { client.reset() } else { client.close() }
            try isCancelled.wait()
        }
    }

    @Test func `a client of HTTP 1.0 that resets before its answer cancels the handler`() async throws {
        let isCalled = Gate()
        let isCancelled = Gate()
        let handler = TestHandler { _, _ in
            isCalled.open()
            await Self.waitForCancellation(isCancelled)
        }
        try await withServer(handler) { server in
            let client = try server.connect()
            try client.send(request(version: "1.0"))
            try isCalled.wait()
            client.reset()
            try isCancelled.wait()
        }
    }

    /// Its end of sending is all that is seen of one that went away, too: nothing may be sent to it before its answer.
    @Test func `a client of HTTP 1.0 that has finished sending gets its whole answer`() async throws {
        let mayAnswer = Gate()
        try await withServer(Self.echo(after: mayAnswer)) { server in
            let client = try server.connect()
            try client.send(request("POST", "/h", version: "1.0", body: "half"))
            client.finishSending()
            // Two turns: what has arrived is read in the second at the latest.
            for _ in 0..<2 { try server.reactor.waitForTurn() }
            mayAnswer.open()
            #expect(try client.readResponse().text == "POST /h half")
            #expect(try client.receiveToEnd().isEmpty)
        }
    }

    @Test(arguments: [true, false])
    func `a client that closes or resets inside a stream cancels the handler`(resets: Bool) async throws {
        let isCancelled = Gate()
        let handler = TestHandler { _, writer in
            writer.startStream(streamHead(), keepAlive: ": ping\n\n")
            await Self.waitForCancellation(isCancelled)
        }
        try await withServer(handler) { server in
            let client = try server.connect()
            try client.send(request())
            #expect(try client.readHead().status == 200)
            if resets { client.reset() } else { client.close() }
            try isCancelled.wait()
        }
    }

    @Test func `a client that goes away does not disturb the others`() async throws {
        let handler = TestHandler { request, writer in
            writer.startStream(streamHead())
            writer.write([UInt8](repeating: 1, count: 1 << 20))
            await Task.yield()
            writer.write([UInt8](repeating: 1, count: 1 << 20))
            writer.finish()
        }
        try await withServer(handler) { server in
            let steady = try server.connect()
            for number in 0..<50 {
                let client = try server.connect()
                try client.send(request())
                if number.isMultiple(of: 3) { _ = try client.receive(count: 1000) }
                if number.isMultiple(of: 2) { client.reset() } else { client.close() }
            }
            try steady.send(request())
            #expect(try steady.readResponse().body.count == 2 << 20)
        }
    }

    @Test func `a handler that asks to hear of room after the client has gone does not keep the writer`() async throws {
        let held = Mutex<WeakWriter?>(nil)
        let isCalled = Gate()
        let isDone = Gate()
        let handler = TestHandler { _, writer in
            held.withLock { $0 = WeakWriter(writer) }
            isCalled.open()
            await Self.waitForCancellation(Gate())
            writer.onWritable = { _ = writer.isOpen }
            isDone.open()
        }
        try await withServer(handler) { server in
            let client = try server.connect()
            try client.send(request())
            try isCalled.wait()
            client.reset()
            try isDone.wait()
            await server.server.drain(within: .zero)
            for reactor in server.reactors.reactors { try reactor.waitForTurn() }
            #expect(held.withLock { $0?.writer == nil })
        }
    }

    @Test func `connections that end release everything they held`() async throws {
        let held = Mutex<[WeakWriter]>([])
        let handler = TestHandler { request, writer in
            held.withLock { $0.append(WeakWriter(writer)) }
            writer.onWritable = { _ = writer.isOpen }
            if request.head.path == "/hang" { try? await Reactor.current?.sleep(for: .seconds(60)) }
            writer.respond(.echo(request))
        }
        try await withServer(handler, reactors: 2) { server in
            for number in 0..<200 {
                let client = try server.connect()
                switch number % 4 {
                case 0: try client.send(request())
                case 1: try client.send("GET / HT")
                case 2: try client.send(request("GET", "/hang"))
                default: break
                }
                if number % 4 == 0 { #expect(try client.readResponse().status == 200) }
                if number % 8 < 4 { client.reset() }
            }
            await server.server.drain(within: .zero)
            #expect(server.server.connectionCount == 0)
            // Handlers that were cancelled return in the turns after; how many that takes is theirs.
            for _ in 0..<10_000 where held.withLock({ $0.contains { $0.writer != nil } }) {
                for reactor in server.reactors.reactors { try reactor.waitForTurn() }
            }
            #expect(held.withLock { $0.allSatisfy { $0.writer == nil } })
        }
    }
}

private struct WeakWriter: @unchecked Sendable {
    weak var writer: HTTPResponseWriter?

    init(_ writer: HTTPResponseWriter) {
        self.writer = writer
    }
}

extension Reactor {
    /// Processor time that the reactor's thread uses while it has nothing of ours to do.
    func processorTime(during pause: Duration) async throws -> Duration {
        try await Task(executorPreference: self) {
            let start = Self.threadTime()
            try await self.sleep(for: pause)
            return Self.threadTime() - start
        }.value
    }

    private static func threadTime() -> Duration {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
    }

    /// Blocks until the loop's next turn.
    func waitForTurn() throws {
        let hasTurned = Gate()
        submit { hasTurned.open() }
        try hasTurned.wait()
    }
}
