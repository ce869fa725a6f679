import HTTPClient
import Reactor
import Synchronization
import Testing

struct RequestTests {
    @Test func `status, headers and body of a response`() async throws {
        try await withServer { peer in
            while peer.readRequest() != nil { peer.answer("hello", status: "418 Teapot", headers: "X-Kind: black\r\n") }
        } _: { client, server, _ in
            let response = try await client.send(.get(server.url()))
            #expect(response.status == 418)
            #expect(response.headers["x-kind"] == "black")
            #expect(response.text == "hello")
            #expect(!response.usesHTTP2)
        }
    }

    @Test func `a request carries its headers and body and no framing surprises`() async throws {
        let seen = Mutex<Peer.Request?>(nil)
        try await withServer { peer in
            while let request = peer.readRequest() {
                seen.withLock { $0 = request }
                peer.answer()
            }
        } _: { client, server, _ in
            let endpoint = try HTTPEndpoint(
                method: "POST", url: server.url("/v1/chat?a=b"),
                headers: [("Authorization", "Bearer k"), ("Content-Type", "application/json"), ("X-Empty", "")])
            let body = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }
            _ = try await client.send(
                HTTPClientRequest(endpoint: endpoint, extraHeaders: [("traceparent", "00-1")], body: body))
            let request = try #require(seen.withLock { $0 })
            let lines = request.head.split(separator: "\r\n")
            #expect(lines.first == "POST /v1/chat?a=b HTTP/1.1")
            #expect(lines.contains("Authorization: Bearer k"))
            #expect(lines.contains("Content-Type: application/json"))
            #expect(lines.contains("X-Empty:"))
            #expect(lines.contains("traceparent: 00-1"))
            #expect(lines.contains("User-Agent: connector-hub"))
            #expect(!request.head.lowercased().contains("expect:"))
            #expect(request.body == body)
        }
    }

    @Test(arguments: ["GET", "HEAD", "POST", "PUT", "DELETE"])
    func `methods follow each other on one handle`(method: String) async throws {
        let seen = Mutex<[String]>([])
        try await withServer { peer in
            while let request = peer.readRequest() {
                seen.withLock { $0.append(String(request.head.prefix { $0 != " " }) + "\(request.body.count)") }
                peer.answer(request.head.hasPrefix("HEAD") ? "" : "ok")
            }
        } _: { client, server, _ in
            let endpoint = try HTTPEndpoint(method: method, url: server.url())
            let post = try HTTPEndpoint(method: "POST", url: server.url())
            _ = try await client.send(HTTPClientRequest(endpoint: post, body: [1, 2, 3]))
            _ = try await client.send(HTTPClientRequest(endpoint: endpoint))
            _ = try await client.send(HTTPClientRequest(endpoint: post, body: [1, 2]))
            #expect(seen.withLock { $0 } == ["POST3", "\(method)0", "POST2"])
            #expect(server.acceptedCount == 1)
        }
    }

    @Test func `extra headers are sent with their call only`() async throws {
        let heads = Mutex<[String]>([])
        try await withServer { peer in
            while let request = peer.readRequest() {
                heads.withLock { $0.append(request.head) }
                peer.answer()
            }
        } _: { client, server, _ in
            var request = try HTTPClientRequest.get(server.url())
            for extra in ["1", nil, "2"] {
                request.extraHeaders = extra.map { [("X-Call", $0)] } ?? []
                _ = try await client.send(request)
            }
            let calls = heads.withLock { $0 }.map { head in
                head.contains("X-Call: 1") ? 1 : head.contains("X-Call: 2") ? 2 : 0
            }
            #expect(calls == [1, 0, 2])
        }
    }

    @Test func `a header with a line break is refused before anything is sent`() async throws {
        try await withServer { peer in
            _ = peer.readRequest()
        } _: { client, server, _ in
            var request = try HTTPClientRequest.get(server.url())
            request.extraHeaders = [("X-Call", "1\r\nX-Smuggled: 2")]
            let error = await failure { () async throws(HTTPClientError) in _ = try await client.send(request) }
            #expect(kind(error) == "invalidRequest")
            #expect(server.acceptedCount == 0)
        }
    }

    @Test func `a connection is reused`() async throws {
        try await withServer { peer in
            while peer.readRequest() != nil { peer.answer() }
        } _: { client, server, _ in
            let request = try HTTPClientRequest.get(server.url())
            let first = try await client.send(request)
            for _ in 0..<20 {
                let response = try await client.send(request)
                #expect(response.timings.connect == .zero)
            }
            #expect(first.timings.connect > .zero)
            #expect(server.acceptedCount == 1)
        }
    }

    @Test func `parallel requests all get their own answer`() async throws {
        try await withServer { peer in
            while let request = peer.readRequest() { peer.answer(String(decoding: request.body, as: UTF8.self)) }
        } _: { client, server, reactor in
            let endpoint = try HTTPEndpoint(method: "POST", url: server.url())
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<50 {
                    group.addTask(executorPreference: number % 2 == 0 ? reactor : nil) {
                        let body = Array("call \(number)".utf8)
                        return try await client.send(HTTPClientRequest(endpoint: endpoint, body: body)).body == body
                    }
                }
                for try await isOwn in group { #expect(isOwn) }
            }
            #expect(server.acceptedCount <= 50)
        }
    }

    @Test func `a call from a reactor's task returns on that thread`() async throws {
        try await withServer { peer in
            while peer.readRequest() != nil { peer.answer() }
        } _: { client, server, reactor in
            let request = try HTTPClientRequest.get(server.url())
            let stayed = try await Task(executorPreference: reactor) {
                _ = try await client.send(request)
                return reactor.isCurrent
            }.value
            #expect(stayed)
        }
    }

    @Test func `redirects are answers`() async throws {
        try await withServer { peer in
            while peer.readRequest() != nil { peer.answer(status: "302 Found", headers: "Location: /elsewhere\r\n") }
        } _: { client, server, _ in
            let response = try await client.send(.get(server.url()))
            #expect(response.status == 302)
            #expect(server.acceptedCount == 1)
        }
    }

    @Test func `a proxy in the environment is ignored`() async throws {
        setEnvironment("http_proxy", "http://127.0.0.1:1")
        setEnvironment("all_proxy", "http://127.0.0.1:1")
        try await withServer { peer in
            while peer.readRequest() != nil { peer.answer() }
        } _: { client, server, _ in
            let response = try await client.send(.get(server.url()))
            #expect(response.text == "ok")
        }
    }

    @Test func `a configured proxy is used`() async throws {
        let proxy = try ScriptedServer { peer in
            while let request = peer.readRequest() { peer.answer(String(request.head.prefix { !$0.isNewline })) }
        }
        defer { proxy.stop() }
        var configuration = HTTPClientConfiguration()
        configuration.proxy = proxy.url("")
        try await withClient(configuration) { client, _ in
            let response = try await client.send(.get("http://provider.invalid/path"))
            #expect(response.text == "GET http://provider.invalid/path HTTP/1.1")
        }
    }

    @Test func `after shutting down calls are refused`() async throws {
        try await withServer { peer in
            while peer.readRequest() != nil { peer.answer() }
        } _: { client, server, _ in
            let request = try HTTPClientRequest.get(server.url())
            _ = try await client.send(request)
            await client.shutDown()
            let error = await failure { () async throws(HTTPClientError) in _ = try await client.send(request) }
            #expect(error == .cancelledUnsent)
        }
    }

    @Test func `idle connections are closed after their lifetime`() async throws {
        let closed = Signal()
        var configuration = HTTPClientConfiguration()
        configuration.idleConnectionLifetime = .milliseconds(20)
        try await withServer(configuration: configuration) { peer in
            if peer.readRequest() != nil { peer.answer() }
            peer.waitForEnd()
            closed.fire()
        } _: { client, server, _ in
            let request = try HTTPClientRequest.get(server.url())
            _ = try await client.send(request)
            await closed.wait()
            let first = server.acceptedCount
            _ = try await client.send(request)
            #expect(server.acceptedCount == first + 1)
        }
    }
}
