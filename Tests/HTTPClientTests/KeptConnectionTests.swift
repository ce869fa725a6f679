import Dispatch
import HTTPClient
import Synchronization
import Testing

/// What becomes of a call whose kept connection the server closes, as servers do with idle ones, when the request is
/// already on its way.
struct KeptConnectionTests {
    /// Answers the first request of each connection; what a second one gets is up to the test.
    private final class Script: Sendable {
        private let count = Mutex(0)
        var requests: Int { count.withLock { $0 } }

        func run(_ peer: Peer, first: (Peer) -> Void = { $0.answer() }, second: (Peer) -> Void = { _ in }) {
            guard receive(peer) else { return }
            first(peer)
            if receive(peer) { second(peer) }
        }

        @discardableResult
        func receive(_ peer: Peer) -> Bool {
            guard peer.readRequest() != nil else { return false }
            count.withLock { $0 += 1 }
            return true
        }
    }

    @Test(arguments: [false, true])
    func `a request that finds its connection closed is sent once more`(isReset: Bool) async throws {
        let script = Script()
        try await withServer { peer in
            script.run(peer, second: { if isReset { $0.reset() } })
        } _: { client, server, _ in
            // libcurl alone gives up after five such calls: it counts over all calls of a handle.
            for number in 1...20 {
                let response = try await client.send(.get(server.url()))
                #expect(response.text == "ok", "call \(number)")
            }
            #expect(server.acceptedCount == 20)
            #expect(script.requests == 39)
        }
    }

    @Test func `of several closed connections one is tried`() async throws {
        let script = Script()
        let isFull = DispatchSemaphore(value: 0)
        let arrived = Mutex(0)
        try await withServer { peer in
            script.run(
                peer,
                first: { peer in
                    // Answered when all calls are there, so that each has a connection of its own.
                    let number = arrived.withLock { number in
                        number += 1
                        return number
                    }
                    if number == 6 { for _ in 1..<6 { isFull.signal() } }
                    if number < 6 { isFull.wait() }
                    peer.answer()
                })
        } _: { client, server, _ in
            let url = server.url()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 1...6 { group.addTask { _ = try await client.send(.get(url)) } }
                try await group.waitForAll()
            }
            let response = try await client.send(.get(url))
            #expect(response.text == "ok")
            #expect(script.requests == 8)
            #expect(server.acceptedCount == 7)
        }
    }

    @Test func `a new connection that closes is not tried again`() async throws {
        let script = Script()
        try await withServer { peer in
            script.receive(peer)
        } _: { client, server, _ in
            let request = try HTTPClientRequest.get(server.url())
            let error = await failure { () async throws(HTTPClientError) in _ = try await client.send(request) }
            #expect(kind(error) == "connectionClosed")
            #expect(script.requests == 1)
        }
    }

    @Test func `nothing is sent again once a byte of an answer has come`() async throws {
        let script = Script()
        try await withServer { peer in
            script.run(peer, second: { $0.send("HTTP/1.1 200 OK\r\nContent-") })
        } _: { client, server, _ in
            _ = try await client.send(.get(server.url()))
            let request = try HTTPClientRequest.get(server.url())
            let error = await failure { () async throws(HTTPClientError) in _ = try await client.send(request) }
            #expect(kind(error) == "connectionClosed")
            #expect(script.requests == 2)
        }
    }

    @Test func `a large body is sent again whole`() async throws {
        let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0) }
        let received = Mutex<[Bool]>([])
        try await withServer { peer in
            // The second request of a connection is not even read.
            guard let request = peer.readRequest() else { return }
            received.withLock { $0.append(request.body == body) }
            peer.answer()
        } _: { client, server, _ in
            let endpoint = try HTTPEndpoint(method: "POST", url: server.url())
            for _ in 1...8 { _ = try await client.send(HTTPClientRequest(endpoint: endpoint, body: body)) }
            #expect(received.withLock { $0 } == Array(repeating: true, count: 8))
        }
    }
}
