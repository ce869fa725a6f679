import TestSupport
import Testing

@testable import Store

/// Both databases hold the same values and behave in the same way.
struct SQLConnectionTests {
    private static let values: [SQLValue] = [
        .null, .integer(0), .integer(-1), .integer(.max), .integer(.min), .text(""), .text("naïve 🦡 'quoted' $1 -- "),
        .blob([]), .blob([0, 255, 39, 92]), .blob(Array(repeating: 7, count: 3 << 20)),
    ]

    @Test(arguments: Backend.all)
    func `every value comes back as it was`(backend: Backend) async throws {
        try await backend.withDatabase { database in
            try await database.write { connection throws(StoreError) in
                try connection.script(
                    connection.dialect == .sqlite
                        ? "CREATE TABLE v (n INTEGER, i INTEGER, t TEXT, b BLOB) STRICT"
                        : "CREATE TABLE v (n BIGINT, i BIGINT, t TEXT, b BYTEA)")
            }
            for (number, value) in Self.values.enumerated() {
                let row = try await database.write { connection throws(StoreError) in
                    var columns: [SQLValue] = [.integer(Int64(number)), .null, .null, .null]
                    let column =
                        switch value {
                        case .null, .integer: 1
                        case .text: 2
                        case .blob: 3
                        }
                    columns[column] = value
                    _ = try connection.change("INSERT INTO v (n, i, t, b) VALUES ($1, $2, $3, $4)", columns)
                    let rows = try connection.rows("SELECT i, t, b FROM v WHERE n = $1", [.integer(Int64(number))])
                    return rows.first?.values[column - 1]
                }
                #expect(row == value)
            }
        }
    }

    @Test(arguments: Backend.all)
    func `a transaction that fails changes nothing`(backend: Backend) async throws {
        try await backend.withDatabase { database in
            await #expect(throws: StoreError.refused("enough")) {
                try await database.write { connection throws(StoreError) in
                    try connection.transaction { () throws(StoreError) in
                        _ = try connection.change("DELETE FROM hub_migrations", [])
                        throw .refused("enough")
                    }
                }
            }
            let count = try await database.read { connection throws(StoreError) in
                try connection.rows("SELECT COUNT(*) FROM hub_migrations", []).first?.integer(0)
            }
            #expect(count == Int64(Migration.all.count))
        }
    }

    @Test(arguments: Backend.all)
    func `a statement that is refused leaves the database up`(backend: Backend) async throws {
        try await backend.withDatabase { database in
            let failure = await #expect(throws: StoreError.self) {
                try await database.write { connection throws(StoreError) in
                    try connection.change(
                        "INSERT INTO hub_migrations (number, applied_at) VALUES ($1, $2)",
                        [.integer(1), .integer(1)])
                }
            }
            #expect(failure?.kind == .refused)
            #expect(database.health.isUp)
        }
    }

    @Test
    func `readers of a file cannot write`() async throws {
        try await Backend.file.withDatabase { database in
            _ = await #expect(throws: StoreError.self) {
                try await database.read { connection throws(StoreError) in
                    try connection.change("DELETE FROM hub_migrations", [])
                }
            }
        }
    }
}
