import Reactor
import Redis
import TestSupport
import Testing

@Suite(.enabled(if: RedisServer.isHere && OpenSSLTool.isHere, "needs redis-server and openssl"))
struct RedisTLSTests {
    /// Runs `body` with a server that speaks TLS only, and the authority that signed its certificate.
    private static func with(
        names: String, _ body: (RedisServer, _ authority: String) async throws -> Void
    ) async throws {
        try await withTemporaryFolder { folder in
            try OpenSSLTool.makeCertificate(names: names, in: folder)
            let options = [
                "--port", "0", "--tls-port", "PORT", "--tls-auth-clients", "no", "--tls-cert-file",
                "\(folder)/server.pem",
                "--tls-key-file", "\(folder)/server.key", "--tls-ca-cert-file", "\(folder)/authority.pem",
            ]
            try await RedisServer.with(options) { try await body($0, "\(folder)/authority.pem") }
        }
    }

    @Test(arguments: ["127.0.0.1", "localhost"])
    func `a server with a certificate of a trusted authority for its name is talked to`(host: String) async throws {
        try await Self.with(names: host == "localhost" ? "DNS:localhost" : "IP:127.0.0.1") {
            server, authority async throws in
            try await ClientFixture.with(
                server,
                {
                    $0.tls = try TLSClientContext(authorities: authority)
                    $0.address = RedisAddress(host: host, port: server.port)
                }
            ) { fixture async throws in
                let value = Array(repeating: UInt8(ascii: "v"), count: 1 << 20)
                _ = try await fixture.client.send(RedisCommand("SET", key: [1], value))
                #expect(try await fixture.client.send(RedisCommand("GET", key: [1])) == .bytes(value))
            }
        }
    }

    @Test func `a certificate for another name is refused`() async throws {
        try await Self.with(names: "DNS:other.test") { server, authority async throws in
            try await ClientFixture.with(server, { $0.tls = try TLSClientContext(authorities: authority) }) {
                fixture async throws in
                #expect(try await fixture.failure(of: "PING") == .unavailable)
            }
        }
    }

    @Test func `a certificate of an unknown authority is refused`() async throws {
        try await Self.with(names: "IP:127.0.0.1") { server, _ async throws in
            try await ClientFixture.with(server, { $0.tls = try TLSClientContext() }) { fixture async throws in
                #expect(try await fixture.failure(of: "PING") == .unavailable)
            }
        }
    }

    @Test func `a file without authorities is no context`() {
        #expect(throws: TLSContext.Failure.self) { try TLSClientContext(authorities: "/dev/null") }
    }
}
