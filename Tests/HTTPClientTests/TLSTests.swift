import Foundation
import HTTPClient
import Reactor
import TestSupport
import Testing

@Suite(.enabled(if: TestTools.openssl != nil, "needs the openssl command"))
struct TLSTests {
    @Test func `a certificate nobody vouches for is refused`() async throws {
        try await TLSServer.with { server in
            try await withClient { client, _ in
                let request = try HTTPClientRequest.get(server.url(host: "127.0.0.1"))
                let error = await failure { () async throws(HTTPClientError) in _ = try await client.send(request) }
                #expect(kind(error) == "tlsFailed")
            }
        }
    }

    @Test func `a configured authority is trusted`() async throws {
        try await TLSServer.with { server in
            var configuration = HTTPClientConfiguration()
            configuration.caFile = server.certificate
            try await withClient(configuration) { client, _ in
                let response = try await client.send(.get(server.url(host: "127.0.0.1")))
                #expect(response.status == 200)
            }
        }
    }

    @Test func `a certificate for another host is refused`() async throws {
        try await TLSServer.with { server in
            var configuration = HTTPClientConfiguration()
            configuration.caFile = server.certificate
            try await withClient(configuration) { client, _ in
                let request = try HTTPClientRequest.get(server.url(host: "localhost"))
                let error = await failure { () async throws(HTTPClientError) in _ = try await client.send(request) }
                #expect(kind(error) == "tlsFailed")
            }
        }
    }
}

@Suite(
    .enabled(if: TestTools.openssl != nil, "needs the openssl command"),
    .enabled(if: TestTools.nginx != nil, "needs nginx with HTTP/2"))
struct HTTP2Tests {
    @Test func `HTTP/2 is negotiated and one connection carries parallel calls`() async throws {
        try await NginxServer.with { server in
            var configuration = HTTPClientConfiguration()
            configuration.caFile = server.certificate
            try await withClient(configuration) { client, _ in
                let request = try HTTPClientRequest.get(server.url("/"))
                let first = try await client.send(request)
                #expect(first.usesHTTP2)
                #expect(first.text == "ok")
                try await withThrowingTaskGroup(of: Duration.self) { group in
                    for _ in 0..<30 { group.addTask { try await client.send(request).timings.connect } }
                    for try await connect in group { #expect(connect == .zero) }
                }
            }
        }
    }

    @Test func `HTTP/1.1 is spoken where HTTP/2 is not allowed`() async throws {
        try await NginxServer.with { server in
            var configuration = HTTPClientConfiguration()
            configuration.caFile = server.certificate
            configuration.allowsHTTP2 = false
            try await withClient(configuration) { client, _ in
                let response = try await client.send(.get(server.url("/")))
                #expect(!response.usesHTTP2)
            }
        }
    }

    @Test func `an HTTP/2 stream pauses, resumes and cancels without hurting its neighbours`() async throws {
        try await NginxServer.with { server in
            var configuration = HTTPClientConfiguration()
            configuration.caFile = server.certificate
            try await withClient(configuration) { client, reactor in
                let paused = Signal()
                let receiver = RecordingReceiver(onHead: { transfer in
                    transfer.pause()
                    paused.fire()
                })
                let large = try HTTPClientRequest.get(server.url("/large"))
                async let end = client.stream(large, to: receiver)
                await paused.wait()
                let response = try await client.send(.get(server.url("/")))
                #expect(response.text == "ok")
                let cancelled = RecordingReceiver(onBody: { transfer in transfer.cancel() })
                let error = await failure { () async throws(HTTPClientError) in
                    _ = try await client.stream(large, to: cancelled)
                }
                #expect(error == .cancelled)
                let transfer = try #require(receiver.transfer)
                reactor.submit { transfer.resume() }
                #expect(try await end.bodyBytes == NginxServer.largeBytes)
            }
        }
    }
}
