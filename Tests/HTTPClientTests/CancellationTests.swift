import HTTPClient
import Reactor
import Testing

struct CancellationTests {
    @Test(arguments: [true, false])
    func `cancelling the task closes the connection`(onReactor: Bool) async throws {
        let (asked, closed) = (Signal(), Signal())
        try await withServer { peer in
            guard peer.readRequest() != nil else { return }
            asked.fire()
            peer.waitForEnd()
            closed.fire()
        } _: { client, server, reactor in
            let request = try HTTPClientRequest.get(server.url())
            let call = Task(executorPreference: onReactor ? reactor : nil) {
                await failure { () async throws(HTTPClientError) in _ = try await client.send(request) }
            }
            await asked.wait()
            if onReactor { reactor.submit { call.cancel() } } else { call.cancel() }
            #expect(await call.value == .cancelled)
            await closed.wait()
        }
    }

    @Test func `a task cancelled before it starts sends nothing`() async throws {
        try await withServer { peer in
            _ = peer.readRequest()
        } _: { client, server, _ in
            let request = try HTTPClientRequest.get(server.url())
            let cancelled = Signal()
            let call = Task {
                await cancelled.wait()
                return await failure { () async throws(HTTPClientError) in _ = try await client.send(request) }
            }
            call.cancel()
            cancelled.fire()
            #expect(await call.value == .cancelledUnsent)
            #expect(server.acceptedCount == 0)
        }
    }

    @Test func `shutting down ends running calls`() async throws {
        let asked = Signal()
        try await withServer { peer in
            guard peer.readRequest() != nil else { return }
            asked.fire()
            peer.waitForEnd()
        } _: { client, server, _ in
            let request = try HTTPClientRequest.get(server.url())
            async let error = failure { () async throws(HTTPClientError) in _ = try await client.send(request) }
            await asked.wait()
            await client.shutDown()
            #expect(await error == .cancelled)
        }
    }

    @Test func `a handle is fit for use after a cancelled call`() async throws {
        let asked = Signal()
        try await withServer { peer in
            while let request = peer.readRequest() {
                if request.head.contains("/hang") {
                    asked.fire()
                    peer.waitForEnd()
                } else {
                    peer.answer()
                }
            }
        } _: { client, server, _ in
            let hanging = try HTTPClientRequest.get(server.url("/hang"))
            let call = Task {
                await failure { () async throws(HTTPClientError) in _ = try await client.send(hanging) }
            }
            await asked.wait()
            call.cancel()
            _ = await call.value
            let response = try await client.send(.get(server.url()))
            #expect(response.text == "ok")
        }
    }
}
