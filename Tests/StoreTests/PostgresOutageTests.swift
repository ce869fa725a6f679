import Dialects
import HubCore
import Providers
import TestSupport
import Testing

@testable import Store

@Suite(.enabled(if: PostgresServer.isHere, "PostgreSQL is not installed: Debian package postgresql"))
struct PostgresOutageTests {
    private static func url(_ database: Database) throws -> String {
        guard case .postgres(let url) = database.location else { throw StoreError.refused("not PostgreSQL") }
        return url
    }

    private static func count(_ database: Database) async throws(StoreError) -> Int64? {
        try await database.read { connection throws(StoreError) in
            try connection.rows("SELECT COUNT(*) FROM hub_migrations", []).first?.integer(0)
        }
    }

    @Test
    func `connections that the server ended are opened again unnoticed`() async throws {
        try await Backend.postgres.withDatabase { database in
            #expect(try await Self.count(database) == Int64(Migration.all.count))
            try PostgresServer.shared.get().endConnections(to: Self.url(database))
            #expect(try await Self.count(database) == Int64(Migration.all.count))
            #expect(database.health.isUp)
        }
    }

    @Test
    func `a server that stops answering costs a bounded time, and then none until it answers again`() async throws {
        let url = try PostgresServer.shared.get().newDatabase()
        let connection = try PostgresConnection(url: url, clock: MachineTime(), timeoutMilliseconds: 1)
        let process = try connection.rows("SELECT pg_backend_pid()", []).first?.integer(0)
        PostgresServer.whileStopped(Int32(try #require(process))) {
            let failure = #expect(throws: StoreError.self) { try connection.rows("SELECT 1", []) }
            #expect(failure?.kind == .outage)
        }
        #expect(!connection.isUsable)
    }

    @Test
    func `the server ends a statement that takes too long, and the connection stays`() throws {
        let url = try PostgresServer.shared.get().newDatabase()
        let connection = try PostgresConnection(url: url, clock: MachineTime(), timeoutMilliseconds: 20)
        let failure = #expect(throws: StoreError.self) { try connection.rows("SELECT pg_sleep(30)", []) }
        #expect(failure?.kind == .unavailable)
        let rows = try connection.rows("SELECT 1", [])
        #expect(rows.count == 1)
    }

    @Test
    func `without a server every operation fails at once until a check finds it`() async throws {
        try await Backend.postgres.withDatabase(clock: MachineTime()) { database in
            let server = try PostgresServer.shared.get()
            try await server.whileRefusing(Self.url(database)) {
                let failure = await #expect(throws: StoreError.self) { try await Self.count(database) }
                #expect(failure?.kind == .outage)
                #expect(failure?.hubError.code == .storeUnavailable)
                #expect(failure?.hubError.message.contains("postgres") == false)
                #expect(!database.health.isUp)
            }
            await #expect(throws: StoreError.self) { try await Self.count(database) }
            await database.check()
            #expect(try await Self.count(database) == Int64(Migration.all.count))
            #expect(database.health.latencyMilliseconds != nil)
        }
    }

    @Test
    func `a text with NUL is refused, not sent`() throws {
        let url = try PostgresServer.shared.get().newDatabase()
        let connection = try PostgresConnection(url: url, clock: MachineTime())
        let failure = #expect(throws: StoreError.self) { try connection.rows("SELECT $1", [.text("a\0b")]) }
        #expect(failure?.kind == .refused)
    }

    @Test
    func `a server that is not there is an outage that names no password`() {
        let url = "postgres://hub:hunter2@127.0.0.1:1/db"
        let failure = #expect(throws: StoreError.self) { try Database(.postgres(url: url), clock: MachineTime()) }
        #expect(failure?.kind == .outage)
        #expect(failure?.message.contains("hunter2") == false)
    }
}
