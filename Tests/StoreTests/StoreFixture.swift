import HubCore
import TestSupport
import Testing

@testable import Store

/// Where a test's database is.
enum Backend: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case memory, file, postgres

    /// Those that are here.
    static let all = allCases.filter { $0 != .postgres || PostgresServer.isHere }
    /// Those that outlive a connection.
    static let lasting = all.filter { $0 != .memory }

    var testDescription: String { rawValue }

    /// Runs `body` with the location of an empty database.
    func withLocation<Value>(_ body: (DatabaseLocation) async throws -> Value) async throws -> Value {
        switch self {
        case .memory: try await body(.memory)
        case .file: try await withTemporaryFolder { try await body(.file("\($0)/hub.db")) }
        case .postgres: try await body(.postgres(url: try PostgresServer.shared.get().newDatabase()))
        }
    }

    /// Runs `body` with an open database.
    func withDatabase<Value>(
        clock: any TimeSource = ManualClock(), _ body: (Database) async throws -> Value
    ) async throws -> Value {
        try await withLocation { location in
            let database = try Database(location, clock: clock)
            defer { database.close() }
            return try await body(database)
        }
    }
}
