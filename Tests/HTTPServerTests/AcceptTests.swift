import HTTPServer
import Reactor
import Synchronization
import TestSupport
import Testing

@Suite struct AcceptTests {
    @Test func `a crowd at the door does not keep who is in from being served`() async throws {
        let connectionsSeen = Mutex<[Int]>([])
        let count = Mutex<@Sendable () -> Int>({ 0 })
        let handler = TestHandler { request, writer in
            connectionsSeen.withLock { $0.append(count.withLock { $0 }()) }
            writer.respond(.echo(request))
        }
        try await withServer(handler) { server in
            let hub = server.server
            count.withLock { $0 = { hub.connectionCount } }
            let first = try server.connect()
            try first.send(request())
            #expect(try first.readResponse().status == 200)
            // Holds the reactor while a crowd comes; then the request comes, behind it.
            let (isHeld, isReleased) = (Gate(), Gate())
            server.reactor.submit {
                isHeld.open()
                try? isReleased.wait()
            }
            try isHeld.wait()
            let crowd = try (0..<300).map { _ in try server.connect() }
            try first.send(request())
            isReleased.open()
            #expect(try first.readResponse().status == 200)
            let seen = connectionsSeen.withLock { $0 }
            #expect(seen.count == 2 && seen[1] <= 1 + 64)
            // And all of the crowd are let in.
            for client in crowd {
                try client.send(request())
                #expect(try client.readResponse().status == 200)
            }
        }
    }
}
