public import HubCore
internal import Synchronization

/// The hub's database. What is asked of it blocks on lanes of its own, never on the caller's thread; the caller resumes where it
/// was.
///
/// While it is known to be down, every operation fails at once. Only `check` asks it then, so somebody has to call that
/// regularly.
public final class Database: Sendable {
    /// What the last check or operation found.
    public struct Health: Sendable {
        public var isUp = true
        /// Of the last check that succeeded.
        public var latencyMilliseconds: Double?
        /// For the log; nil while it is up.
        public var reason: String?
    }

    /// Connections to PostgreSQL, and readers of a SQLite file. Each takes a thread while it works.
    private static let laneCount = 4
    private static let migrationMilliseconds = 120_000

    public let location: DatabaseLocation
    let clock: any TimeSource
    private let readers: WorkLanes
    /// The same where connections are all alike; SQLite has one writer at a time, who waits here and not in SQLite.
    private let writers: WorkLanes
    private let current = Mutex(Health())
    private let report: @Sendable (StoreError) -> Void

    /// Opens the database and brings its schema up to date. Blocks.
    ///
    /// Throws if it cannot be reached, or belongs to a newer version of the hub.
    /// - Parameter report: is told of each operation that failed while the database was up.
    public convenience init(
        _ location: DatabaseLocation, clock: any TimeSource, report: @escaping @Sendable (StoreError) -> Void = { _ in }
    ) throws(StoreError) {
        try self.init(location, clock: clock, migrations: Migration.all, report: report)
    }

    init(
        _ location: DatabaseLocation, clock: any TimeSource, migrations: [Migration],
        report: @escaping @Sendable (StoreError) -> Void = { _ in }
    ) throws(StoreError) {
        self.report = report
        self.location = location
        self.clock = clock
        let now = Int64(clock.wallNanoseconds / 1_000_000_000)
        switch location {
        case .memory:
            let connection = try SQLiteConnection(path: nil)
            try Migrator.run(migrations, on: connection, now: now)
            writers = WorkLanes(count: 1, name: "store", clock: clock, first: connection) { () throws(StoreError) in
                throw .outage("a database in memory has one connection")
            }
            readers = writers
        case .file(let path):
            let connection = try SQLiteConnection(path: path)
            try Migrator.run(migrations, on: connection, now: now)
            writers = WorkLanes(count: 1, name: "store-writer", clock: clock, first: connection) {
                () throws(StoreError) in try SQLiteConnection(path: path)
            }
            readers = WorkLanes(count: Self.laneCount, name: "store-reader", clock: clock) { () throws(StoreError) in
                try SQLiteConnection(path: path, isReader: true)
            }
        case .postgres(let url):
            try Migrator.run(
                migrations,
                on: PostgresConnection(url: url, clock: clock, timeoutMilliseconds: Self.migrationMilliseconds),
                now: now)
            writers = WorkLanes(count: Self.laneCount, name: "store", clock: clock) { () throws(StoreError) in
                try PostgresConnection(url: url, clock: clock)
            }
            readers = writers
        }
    }

    public var health: Health { current.withLock { $0 } }

    /// Asks the database for nothing, and remembers whether it answered.
    public func check() async {
        let start = clock.monotonicNanoseconds
        do throws(StoreError) {
            try await perform(on: writers) { connection throws(StoreError) in
                _ = try connection.rows("SELECT COUNT(*) FROM hub_migrations", [])
            }
            let latency = Double((clock.monotonicNanoseconds &- start) / 1000) / 1000
            current.withLock { $0 = Health(isUp: true, latencyMilliseconds: latency) }
        } catch {
            markDown(error)
        }
    }

    /// Waits for the operations under way and closes every connection. Blocks.
    public func close() {
        readers.close()
        writers.close()
    }

    // MARK: Operations

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await performIfUp(on: readers, body)
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try await performIfUp(on: writers, body)
    }

    private func performIfUp<Value: Sendable>(
        on lanes: WorkLanes, _ body: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let health = health
        guard health.isUp else { throw .outage(health.reason ?? "the database is down") }
        do throws(StoreError) {
            return try await perform(on: lanes, body)
        } catch {
            if error.kind == .outage { markDown(error) }
            report(error)
            throw error
        }
    }

    private func perform<Value: Sendable>(
        on lanes: WorkLanes, _ body: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        let result: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            lanes.submit { connection in
                let result = connection.flatMap { connection in
                    Result { () throws(StoreError) in try body(connection) }
                }
                continuation.resume(returning: result)
            }
        }
        return try result.get()
    }

    private func markDown(_ error: StoreError) {
        current.withLock { $0 = Health(isUp: false, reason: error.message) }
    }
}
