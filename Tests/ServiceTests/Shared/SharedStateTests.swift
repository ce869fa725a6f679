import TestSupport
import Testing

@testable import Service

/// The hub beside a Redis of its own.
@Suite(.enabled(if: RedisServer.isHere, "\(RedisServer.isMissing)"))
struct SharedStateTests {
    private static let chat = Array(#"{"model":"sim-1","messages":[{"role":"user","content":"Hi"}]}"#.utf8)

    private static func health(_ client: SocketClient) throws -> (status: Int, body: String) {
        try client.send("GET /health HTTP/1.1\r\nhost: hub\r\n\r\n")
        let response = try client.readResponse()
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    @Test func `health tells whether redis answers, and the hub goes on without it`() async throws {
        try await RedisServer.with(["--requirepass", "secret"]) { server in
            let configuration = "redis_url: redis://127.0.0.1:\(server.port)/1\nredis_password: secret\n"
            try await ServedHub.run(configuration) { hub in
                let client = try hub.connect()
                try await eventually("redis is healthy") {
                    try Self.health(client).body.contains(#""l2_healthy":true,"l2_configured":true"#)
                }
                #expect(try Self.health(client).body.contains(#""status":"healthy""#))
                server.stop()
                try await eventually("redis is not healthy") {
                    try Self.health(client).body.contains(#""l2_healthy":false,"l2_configured":true"#)
                }
                let (status, body) = try Self.health(client)
                #expect(status == 200)
                #expect(body.contains(#""status":"degraded""#))
                #expect(try client.post("/v1/chat/completions", Self.chat).status == 200)
            }
        }
    }

    @Test func `the user of the URL and the password beside it go together`() async throws {
        let user = ["--user", "default", "off", "--user", "hub", "on", ">secret", "~*", "+@all"]
        try await RedisServer.with(user) { server in
            let configuration = "redis_url: redis://hub@127.0.0.1:\(server.port)\nredis_password: secret\n"
            try await ServedHub.run(configuration) { hub in
                let client = try hub.connect()
                try await eventually("redis is healthy") {
                    try Self.health(client).body.contains(#""l2_healthy":true"#)
                }
            }
        }
    }
}
