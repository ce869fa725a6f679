import HTTPClient
import Testing

/// What a broken or hostile server may send, and the one error it leads to.
struct HostileServerTests {
    struct Answer: Sendable, CustomTestStringConvertible {
        var name: String
        var expected: String
        var script: @Sendable (Peer) -> Void
        var testDescription: String { name }
    }

    static let answers = [
        Answer(name: "closes without an answer", expected: "connectionClosed") { _ in },
        Answer(name: "resets", expected: "connectionClosed") { $0.reset() },
        Answer(name: "closes in the head", expected: "connectionClosed") { $0.send("HTTP/1.1 200 OK\r\nContent-") },
        Answer(name: "closes in a counted body", expected: "bodyCut") {
            $0.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345")
        },
        Answer(name: "closes in a chunked body", expected: "bodyCut") {
            $0.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n")
        },
        Answer(name: "sends a bad chunk size", expected: "bodyCut") {
            $0.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n12345\r\n")
        },
        Answer(name: "does not speak HTTP", expected: "malformedResponse") { $0.send("220 mail ready\r\n") },
        Answer(name: "sends an endless head", expected: "malformedResponse") { peer in
            peer.send("HTTP/1.1 200 OK\r\n")
            while peer.send("X-Filler: \(String(repeating: "x", count: 1000))\r\n") {}
        },
        Answer(name: "sends interim heads for ever", expected: "malformedResponse") { peer in
            while peer.send("HTTP/1.1 102 Processing\r\nX-Filler: \(String(repeating: "x", count: 1000))\r\n\r\n") {}
        },
        Answer(name: "announces too much", expected: "responseTooLarge") {
            $0.send("HTTP/1.1 200 OK\r\nContent-Length: 1000001\r\n\r\n1")
            $0.waitForEnd()
        },
        Answer(name: "sends too much unannounced", expected: "responseTooLarge") { peer in
            peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            while peer.send("3e8\r\n\(String(repeating: "x", count: 1000))\r\n") {}
        },
    ]

    @Test(arguments: answers)
    func `a server that`(answer: Answer) async throws {
        try await withServer { peer in
            if peer.readRequest() != nil { answer.script(peer) }
        } _: { client, server, _ in
            var request = try HTTPClientRequest.get(server.url())
            request.maximumResponseBytes = 1_000_000
            let limited = request
            let error = await failure { () async throws(HTTPClientError) in _ = try await client.send(limited) }
            #expect(kind(error) == answer.expected, "\(String(describing: error))")
        }
    }

    @Test func `a body of exactly the bound is accepted`() async throws {
        try await withServer { peer in
            while peer.readRequest() != nil { peer.answer("12345") }
        } _: { client, server, _ in
            var request = try HTTPClientRequest.get(server.url())
            request.maximumResponseBytes = 5
            let response = try await client.send(request)
            #expect(response.text == "12345")
        }
    }

    @Test func `a port nobody listens on`() async throws {
        try await withClient { client, _ in
            let request = try HTTPClientRequest.get("http://127.0.0.1:1/")
            let error = await failure { () async throws(HTTPClientError) in _ = try await client.send(request) }
            #expect(kind(error) == "connectFailed")
        }
    }

    @Test func `a host without an address`() async throws {
        try await withClient { client, _ in
            // A label longer than DNS allows: refused without a network.
            let host = String(repeating: "a", count: 70) + ".test"
            let request = try HTTPClientRequest.get("http://\(host)/")
            let error = await failure { () async throws(HTTPClientError) in _ = try await client.send(request) }
            #expect(kind(error) == "unresolvedHost")
        }
    }

    @Test func `a response is the same however its bytes are split`() async throws {
        let bytes = Array(
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
                .utf8)
        try await withServer { peer in
            var position = 0
            while peer.readRequest() != nil {
                peer.send(Array(bytes[..<position]))
                peer.send(Array(bytes[position...]))
                position += 1
            }
        } _: { client, server, _ in
            let request = try HTTPClientRequest.get(server.url())
            for _ in bytes.indices {
                let response = try await client.send(request)
                #expect(response.status == 200)
                #expect(response.headers["X-A"] == "1")
                #expect(response.text == "abcde")
            }
            #expect(server.acceptedCount == 1)
        }
    }
}
