import HTTPClient
import Reactor
import Testing

/// Each deadline against a peer that never does what is waited for.
struct DeadlineTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var expected: HTTPClientError
        var deadlines: HTTPDeadlines
        var sent: String
        var testDescription: String { "\(expected)" }
    }

    static let short = Duration.milliseconds(30)

    @Test(arguments: [
        Case(expected: .headTimeout, deadlines: HTTPDeadlines(head: short), sent: "HTTP/1.1 200 OK\r\n"),
        Case(expected: .firstByteTimeout, deadlines: HTTPDeadlines(firstByte: short), sent: "HTTP/1.1 200 OK\r\n\r\n"),
        Case(expected: .idleTimeout, deadlines: HTTPDeadlines(idle: short), sent: "HTTP/1.1 200 OK\r\n\r\nfirst"),
        Case(
            expected: .idleTimeout, deadlines: HTTPDeadlines(firstByte: nil, idle: short),
            sent: "HTTP/1.1 200 OK\r\n\r\n"),
        Case(expected: .totalTimeout, deadlines: HTTPDeadlines(total: short), sent: "HTTP/1.1 200 OK\r\n\r\nfirst"),
    ])
    func `a deadline closes the connection`(test: Case) async throws {
        let closed = Signal()
        try await withServer { peer in
            guard peer.readRequest() != nil else { return }
            peer.send(test.sent)
            peer.waitForEnd()
            closed.fire()
        } _: { client, server, _ in
            let request = try HTTPClientRequest.get(server.url(), deadlines: test.deadlines)
            let error = await failure { () async throws(HTTPClientError) in _ = try await client.send(request) }
            #expect(error == test.expected)
            await closed.wait()
        }
    }

    @Test(arguments: [
        Case(expected: .firstByteTimeout, deadlines: HTTPDeadlines(firstByte: short), sent: ""),
        Case(expected: .idleTimeout, deadlines: HTTPDeadlines(idle: short), sent: "first"),
    ])
    func `bytes that the receiver does not count put no deadline off`(test: Case) async throws {
        try await withServer { peer in
            guard peer.readRequest() != nil else { return }
            peer.send("HTTP/1.1 200 OK\r\n\r\n" + test.sent)
            while peer.send(".") {}
        } _: { client, server, _ in
            let request = try HTTPClientRequest.get(server.url(), deadlines: test.deadlines)
            let receiver = RecordingReceiver(counts: { $0.contains(UInt8(ascii: "t")) })
            let error = await failure { () async throws(HTTPClientError) in
                _ = try await client.stream(request, to: receiver)
            }
            #expect(error == test.expected)
            #expect(receiver.text.hasPrefix(test.sent + "."))
        }
    }

    @Test func `a TLS handshake nobody answers is a connect timeout`() async throws {
        try await withServer {
            $0.waitForEnd()
        } _: { client, server, _ in
            let request = try HTTPClientRequest.get(
                server.url(scheme: "https"), deadlines: HTTPDeadlines(connect: Self.short))
            let error = await failure { () async throws(HTTPClientError) in _ = try await client.send(request) }
            #expect(error == .connectTimeout)
        }
    }

    @Test(arguments: [
        HTTPDeadlines(head: short), HTTPDeadlines(firstByte: short), HTTPDeadlines(total: short),
    ])
    func `any deadline that passes before the request is sent is a connect timeout`(deadlines: HTTPDeadlines)
        async throws
    {
        try await withServer {
            $0.waitForEnd()
        } _: { client, server, _ in
            let request = try HTTPClientRequest.get(server.url(scheme: "https"), deadlines: deadlines)
            let error = await failure { () async throws(HTTPClientError) in _ = try await client.send(request) }
            #expect(error == .connectTimeout)
            #expect(error?.isUnsent == true)
        }
    }

    @Test func `a call that gets no connection reports the pool`() async throws {
        let asked = Signal()
        var configuration = HTTPClientConfiguration()
        configuration.maximumConnectionsPerHost = 1
        try await withServer(configuration: configuration) { peer in
            guard peer.readRequest() != nil else { return }
            asked.fire()
            peer.waitForEnd()
        } _: { client, server, _ in
            let hanging = try HTTPClientRequest.get(server.url())
            let call = Task {
                await failure { () async throws(HTTPClientError) in _ = try await client.send(hanging) }
            }
            await asked.wait()
            let second = try HTTPClientRequest.get(server.url(), deadlines: HTTPDeadlines(connect: Self.short))
            let error = await failure { () async throws(HTTPClientError) in _ = try await client.send(second) }
            #expect(error == .poolExhausted)
            call.cancel()
            _ = await call.value
        }
    }

    @Test func `a call waits for a connection that becomes free`() async throws {
        var configuration = HTTPClientConfiguration()
        configuration.maximumConnectionsPerHost = 1
        try await withServer(configuration: configuration) { peer in
            while peer.readRequest() != nil { peer.answer() }
        } _: { client, server, _ in
            let request = try HTTPClientRequest.get(server.url())
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<10 { group.addTask { try await client.send(request).status } }
                for try await status in group { #expect(status == 200) }
            }
            #expect(server.acceptedCount == 1)
        }
    }
}
