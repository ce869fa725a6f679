import Reactor
import Redis
import TestSupport
import Testing

@Suite(.enabled(if: RedisServer.isHere, "\(RedisServer.isMissing)"))
struct RedisAccessTests {
    @Test func `a password opens the server`() async throws {
        try await RedisServer.with(["--requirepass", "open sesame"]) { server async throws in
            try await ClientFixture.with(server, { $0.credentials = RedisCredentials(password: "open sesame") }) {
                fixture async throws in
                #expect(try await fixture.run("PING") == .status("PONG"))
            }
        }
    }

    @Test func `a user has what its rules allow`() async throws {
        let rules = ["--user", "default", "off", "--user", "hub", "on", ">secret", "~hub:*", "+get", "+set"]
        try await RedisServer.with(rules) { server async throws in
            let credentials = RedisCredentials(user: "hub", password: "secret")
            try await ClientFixture.with(server, { $0.credentials = credentials }) { fixture async throws in
                try await fixture.run("SET", "hub:a", "1")
                guard case .server(let error) = try await fixture.failure(of: "GET", "other") else {
                    Issue.record("there is no error")
                    return
                }
                #expect(error.code == "NOPERM")
                #expect(fixture.client.isHealthy)
            }
        }
    }

    @Test(arguments: [nil, RedisCredentials(password: "wrong"), RedisCredentials(user: "nobody", password: "wrong")])
    func `who is not let in is told so, and nothing is sent`(credentials: RedisCredentials?) async throws {
        try await RedisServer.with(["--requirepass", "secret"]) { server async throws in
            try await ClientFixture.with(server, { $0.credentials = credentials }) { fixture async throws in
                #expect(try await fixture.failure(of: "GET", "key") == .unavailable)
                try await eventually("an event") { !fixture.events.all.isEmpty }
                let events = fixture.events.all.compactMap { event -> String? in
                    if case .unavailable(_, let reason) = event { reason } else { nil }
                }
                #expect(events.count == 1)
                #expect(events.first?.hasPrefix(credentials == nil ? "NOAUTH" : "WRONGPASS") == true)
            }
        }
    }

    @Test func `commands go to the database that was asked for`() async throws {
        try await RedisServer.with { server async throws in
            try await ClientFixture.with(server, { $0.database = 5 }) { try await $0.run("SET", "key", "value") }
            try await ClientFixture.with(server) { fixture async throws in
                #expect(try await fixture.run("GET", "key") == .null)
            }
            #expect(try server.run("INFO", "keyspace").contains("db5:keys=1"))
        }
    }

    @Test func `a database that there is not is no connection`() async throws {
        try await RedisServer.with { server async throws in
            try await ClientFixture.with(server, { $0.database = 1000 }) { fixture async throws in
                #expect(try await fixture.failure(of: "PING") == .unavailable)
            }
        }
    }
}
