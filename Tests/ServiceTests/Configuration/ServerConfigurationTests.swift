import HTTPServer
import Testing

@testable import Service

struct ServerConfigurationTests {
    @Test func `each limit and deadline of the file is the server's`() throws {
        let file = """
            max_connections: 101
            max_connections_per_address: 7
            head_timeout_ms: 1001
            body_timeout_ms: 1002
            idle_timeout_ms: 1003
            write_timeout_ms: 1004
            """
        let server = HTTPServerConfiguration(try ConfigurationFixture.file(file).load().configuration.server)
        #expect(server.maximumConnections == 101)
        #expect(server.maximumConnectionsPerAddress == 7)
        #expect(server.headDeadline == .milliseconds(1001))
        #expect(server.bodyDeadline == .milliseconds(1002))
        #expect(server.idleDeadline == .milliseconds(1003))
        #expect(server.writeDeadline == .milliseconds(1004))
    }
}
