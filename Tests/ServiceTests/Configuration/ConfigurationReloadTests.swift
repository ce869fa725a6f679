import Testing

@testable import Service

struct ConfigurationReloadTests {
    @Test func `live keys change and the others wait for a restart`() throws {
        let running = try ConfigurationFixture.file("port: 1\nrequest_timeout_ms: 1000\n").load()
        let reloaded = try ConfigurationFixture.file("port: 2\nrequest_timeout_ms: 2000\n").load(running: running)
        #expect(reloaded.changes == ConfigurationChanges(live: ["request_timeout_ms"], awaitingRestart: ["port"]))
        #expect(reloaded.configuration.timeouts.request == .seconds(2))
        #expect(reloaded.configuration.server.port == 1)
    }

    @Test func `a reload without a change has none`() throws {
        let fixture = ConfigurationFixture.file("port: 1\nhub_admin_key: hub_0123456789abcdef\n")
        #expect(try fixture.load(running: try fixture.load()).changes == ConfigurationChanges())
    }

    @Test func `a new secret is a change`() throws {
        let running = try ConfigurationFixture.file("hub_admin_key: hub_0123456789abcdef").load()
        let reloaded = try ConfigurationFixture.file("hub_admin_key: hub_fedcba9876543210").load(running: running)
        #expect(reloaded.changes.live == ["hub_admin_key"])
    }

    @Test func `authentication cannot be turned off under an open listener`() throws {
        let running = try ConfigurationFixture.file("host: 0.0.0.0\nhub_admin_key: hub_0123456789abcdef\n").load()
        let next = ConfigurationFixture.file("host: 127.0.0.1\nauth_enabled: false\n")
        #expect(throws: ConfigurationErrors.self) { try next.load(running: running) }
    }
}
