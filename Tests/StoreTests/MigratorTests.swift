import TestSupport
import Testing

@testable import Store

struct MigratorTests {
    private static let released = Migration.all.map(\.number)
    private static let next = Int64(released.count + 1)
    private static let second = Migration(
        number: next, sqlite: "CREATE TABLE hub_second (a INTEGER)", postgres: "CREATE TABLE hub_second (a BIGINT)")
    private static let broken = Migration(
        number: next, sqlite: "CREATE TABLE hub_third (a INTEGER); CREATE NONSENSE",
        postgres: "CREATE TABLE hub_third (a BIGINT); CREATE NONSENSE")

    private static func versions(_ database: Database) async throws -> [Int64] {
        try await database.read { connection throws(StoreError) in
            var versions: [Int64] = []
            for row in try connection.rows("SELECT number FROM hub_migrations ORDER BY number", []) {
                versions.append(try row.integer(0))
            }
            return versions
        }
    }

    private static func open(
        _ location: DatabaseLocation, _ migrations: [Migration] = Migration.all
    ) throws(StoreError) -> Database {
        try Database(location, clock: ManualClock(), migrations: migrations)
    }

    @Test(arguments: Backend.lasting)
    func `a database is brought up to date once`(backend: Backend) async throws {
        try await backend.withLocation { location in
            try Self.open(location).close()
            try Self.open(location, Migration.all + [Self.second]).close()
            let database = try Self.open(location, Migration.all + [Self.second])
            defer { database.close() }
            #expect(try await Self.versions(database) == Self.released + [Self.next])
        }
    }

    @Test(arguments: Backend.lasting)
    func `the schema of a newer hub is refused and left alone`(backend: Backend) async throws {
        try await backend.withLocation { location in
            try Self.open(location, Migration.all + [Self.second]).close()
            let failure = #expect(throws: StoreError.self) { try Self.open(location) }
            #expect(failure?.message.contains("version \(Self.next) and this hub knows \(Self.next - 1)") == true)
            let database = try Self.open(location, Migration.all + [Self.second])
            defer { database.close() }
            #expect(try await Self.versions(database) == Self.released + [Self.next])
        }
    }

    @Test(arguments: Backend.lasting)
    func `a migration that fails leaves nothing behind`(backend: Backend) async throws {
        try await backend.withLocation { location in
            try Self.open(location).close()
            #expect(throws: StoreError.self) { try Self.open(location, Migration.all + [Self.broken]) }
            let database = try Self.open(location)
            defer { database.close() }
            #expect(try await Self.versions(database) == Self.released)
            await #expect(throws: StoreError.self) {
                try await database.read { connection throws(StoreError) in
                    try connection.rows("SELECT * FROM hub_third", [])
                }
            }
        }
    }

    @Test(arguments: Backend.lasting)
    func `hubs that start at once migrate once`(backend: Backend) async throws {
        try await backend.withLocation { location in
            try await withThrowingTaskGroup { group in
                for _ in 0..<4 { group.addTask { try Self.open(location).close() } }
                try await group.waitForAll()
            }
            let database = try Self.open(location)
            defer { database.close() }
            #expect(try await Self.versions(database) == Self.released)
        }
    }

    @Test
    func `a file that is no database is refused by name`() throws {
        try withTemporaryFolder { folder in
            let path = "\(folder)/hub.db"
            try TestFile.write(Array(repeating: 65, count: 4096), to: path)
            let failure = #expect(throws: StoreError.self) { try Self.open(.file(path)) }
            #expect(failure?.message.contains("not a database") == true)
            let missing = #expect(throws: StoreError.self) { try Self.open(.file("\(folder)/none/hub.db")) }
            #expect(missing?.message.contains("none/hub.db") == true)
        }
    }
}
