import HTTPClient
import Reactor
import Synchronization
import TestSupport
import Testing

struct ConnectionPoolTests {
    private static let brief = Duration.milliseconds(30)

    /// Answers each request when told to, one at a time.
    private final class Desk: Sendable {
        private let state = Mutex((arrived: 0, most: 0, present: 0))
        let asked = Gate()
        let release = Gate()

        var most: Int { state.withLock { $0.most } }

        func serve(_ peer: Peer) {
            while peer.readRequest() != nil {
                state.withLock { state in
                    state.present += 1
                    state.most = max(state.most, state.present)
                }
                asked.open()
                guard (try? release.wait()) != nil else { return }
                state.withLock { $0.present -= 1 }
                peer.answer()
            }
        }
    }

    private static func request(_ server: ScriptedServer, _ pool: ConnectionPool) throws -> HTTPClientRequest {
        var request = try HTTPClientRequest.get(server.url())
        request.pool = pool
        return request
    }

    @Test func `a call that gets no place in time is told so`() async throws {
        let desk = Desk()
        let pool = ConnectionPool(maximumConnections: 1, patience: Self.brief)
        try await withServer(script: desk.serve) { client, server, _ in
            let request = try Self.request(server, pool)
            async let first = client.send(request)
            await desk.asked.opened()
            let error = await failure { () async throws(HTTPClientError) in _ = try await client.send(request) }
            #expect(error == .poolExhausted)
            desk.release.open()
            #expect(try await first.status == 200)
            // The place is free again.
            #expect(try await client.send(request).status == 200)
            #expect(server.acceptedCount == 1)
        }
    }

    @Test(arguments: [1, 2])
    func `the bound holds over all reactors, and every call has its turn`(reactorCount: Int) async throws {
        let desk = Desk()
        desk.release.open()
        let server = try ScriptedServer(desk.serve)
        defer { server.stop() }
        let reactors = try ReactorGroup(count: reactorCount)
        let client = HTTPClient(reactors: reactors)
        let pool = ConnectionPool(maximumConnections: 3, patience: .seconds(20))
        let request = try Self.request(server, pool)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<200 {
                group.addTask(executorPreference: reactors.reactors[number % reactorCount]) {
                    try await client.send(request).status
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(statuses == [Int](repeating: 200, count: 200))
        #expect(desk.most <= 3)
        // Each reactor has connections of its own to use again.
        #expect(server.acceptedCount <= 3 * reactorCount)
        await client.shutDown()
        reactors.stop()
    }

    @Test func `a cancelled call leaves the queue`() async throws {
        let desk = Desk()
        let pool = ConnectionPool(maximumConnections: 1, patience: .seconds(20))
        try await withServer(script: desk.serve) { client, server, reactor in
            let request = try Self.request(server, pool)
            async let first = client.send(request)
            await desk.asked.opened()
            let second = Task(executorPreference: reactor) {
                await failure { () async throws(HTTPClientError) in _ = try await client.send(request) }
            }
            // The reactor's tasks run in turn: after this one the second waits.
            await Task(executorPreference: reactor) {}.value
            second.cancel()
            #expect(await second.value == .cancelledUnsent)
            desk.release.open()
            #expect(try await first.status == 200)
            #expect(try await client.send(request).status == 200)
        }
    }

    @Test func `a failed call gives its place back`() async throws {
        let pool = ConnectionPool(maximumConnections: 1, patience: Self.brief)
        try await withServer { peer in
            if peer.readRequest() != nil { peer.reset() }
        } _: { client, server, _ in
            let request = try Self.request(server, pool)
            for _ in 0..<3 {
                let error = await failure { () async throws(HTTPClientError) in _ = try await client.send(request) }
                #expect(kind(error) == "connectionClosed")
            }
        }
    }

    @Test func `shutting down ends waiting calls`() async throws {
        let desk = Desk()
        let pool = ConnectionPool(maximumConnections: 1, patience: .seconds(20))
        try await withServer(script: desk.serve) { client, server, _ in
            let request = try Self.request(server, pool)
            async let first = failure { () async throws(HTTPClientError) in _ = try await client.send(request) }
            await desk.asked.opened()
            async let second = failure { () async throws(HTTPClientError) in _ = try await client.send(request) }
            await client.shutDown()
            #expect(await first == .cancelled)
            #expect(await second == .cancelledUnsent)
            desk.release.open()
        }
    }

    @Test func `HTTP/2 lets more calls through`() async throws {
        let desk = Desk()
        let pool = ConnectionPool(maximumConnections: 1, patience: Self.brief)
        pool.noteHTTP2()
        try await withServer(script: desk.serve) { client, server, _ in
            let request = try Self.request(server, pool)
            async let first = client.send(request)
            async let second = client.send(request)
            await desk.asked.opened()
            desk.release.open()
            #expect(try await (first.status, second.status) == (200, 200))
        }
    }
}
