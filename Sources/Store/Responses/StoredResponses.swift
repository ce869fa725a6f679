public import Dialects
public import HubCore
internal import Synchronization

/// Answers of /v1/responses in the database, encrypted, for a number of days.
public final class StoredResponses: ResponseStore {
    /// Ids that clients send are longer than any that the hub makes.
    private static let maximumIDBytes = 256
    /// Rows that one statement deletes, so that none holds others up for long.
    private static let batch = 200
    private static let secondsBetweenSweeps: UInt64 = 60

    private let database: Database
    private let keys: Keyring
    private let lifetimeSeconds: Int64
    private let maximumBytes: Int64
    private let pace: Mutex<Pace>

    private struct Pace {
        var nextSweep: UInt64
        var bytesSince: Int64 = 0
    }

    /// - Parameters:
    ///   - lifetime: from the moment an answer was stored.
    ///   - maximumBytes: of all answers together, as they are stored. The oldest make room, soon after it is exceeded.
    public init(
        _ database: Database, keys: Keyring, lifetime: Duration = .seconds(30 * 86_400), maximumBytes: Int
    ) {
        self.database = database
        self.keys = keys
        lifetimeSeconds = lifetime.components.seconds
        self.maximumBytes = Int64(maximumBytes)
        pace = Mutex(Pace(nextSweep: database.clock.monotonicNanoseconds))
    }

    private var now: Int64 { Int64(database.clock.wallNanoseconds / 1_000_000_000) }

    // MARK: ResponseStore

    /// An answer that is larger than all may be together is not kept.
    public func save(_ response: StoredResponse, tenant: String) async throws(HubError) {
        let size = Int64(response.body.count + response.input.count)
        guard size <= maximumBytes, Self.isID(response.id) else { return }
        let key = keys.sealing
        let expires = now + lifetimeSeconds
        try await throwing { () throws(StoreError) in
            try await database.write { connection throws(StoreError) in
                let sealed = SealedResponse.seal(response, tenant: tenant, key: key)
                _ = try connection.change(
                    """
                    INSERT INTO hub_responses (tenant, id, expires_at, key_id, sealed, byte_count)
                    VALUES ($1, $2, $3, $4, $5, $6)
                    ON CONFLICT (tenant, id) DO UPDATE SET expires_at = excluded.expires_at,
                    key_id = excluded.key_id, sealed = excluded.sealed, byte_count = excluded.byte_count
                    """,
                    [
                        .text(tenant), .text(response.id), .integer(expires), .text(key.id), .blob(sealed),
                        .integer(Int64(sealed.count)),
                    ])
            }
        }
        pace.withLock { $0.bytesSince += size }
    }

    public func response(_ id: String, tenant: String) async throws(HubError) -> StoredResponse? {
        guard Self.isID(id) else { return nil }
        let now = now
        let keys = keys
        return try await throwing { () throws(StoreError) in
            try await database.read { connection throws(StoreError) in
                let rows = try connection.rows(
                    "SELECT key_id, sealed FROM hub_responses WHERE tenant = $1 AND id = $2 AND expires_at > $3",
                    [.text(tenant), .text(id), .integer(now)])
                // Nobody has the key of a row that was sealed with another: it is as if it were not there.
                guard let row = rows.first, let key = keys.key(try row.text(0)) else { return nil }
                guard let response = SealedResponse.open(try row.blob(1), id: id, tenant: tenant, key: key) else {
                    throw .refused("a stored response was changed after it was sealed")
                }
                return response
            }
        }
    }

    public func delete(_ id: String, tenant: String) async throws(HubError) -> Bool {
        guard Self.isID(id) else { return false }
        let now = now
        return try await throwing { () throws(StoreError) in
            try await database.write { connection throws(StoreError) in
                try connection.change(
                    "DELETE FROM hub_responses WHERE tenant = $1 AND id = $2 AND expires_at > $3",
                    [.text(tenant), .text(id), .integer(now)]) > 0
            }
        }
    }

    // MARK: Upkeep

    /// How many answers are stored under keys that this hub does not have. They cannot be read.
    public func unreadableCount() async throws(StoreError) -> Int {
        let keys = keys
        return try await database.read { connection throws(StoreError) in
            var count = 0
            for row in try connection.rows("SELECT key_id, COUNT(*) FROM hub_responses GROUP BY key_id", []) {
                if keys.key(try row.text(0)) == nil { count += Int(try row.integer(1)) }
            }
            return count
        }
    }

    /// Deletes, if it is time, what has expired and the oldest of what is too much.
    public func sweepIfDue() async throws(StoreError) {
        let now = database.clock.monotonicNanoseconds
        let isDue = pace.withLock { pace in
            // What was stored since the last time may exceed the bound by this.
            guard now >= pace.nextSweep || pace.bytesSince > maximumBytes / 20 else { return false }
            pace = Pace(nextSweep: now &+ Self.secondsBetweenSweeps * 1_000_000_000)
            return true
        }
        if isDue { try await sweep() }
    }

    func sweep() async throws(StoreError) {
        while try await deleteExpired() == Self.batch {}
        while try await deleteOldest() == Self.batch {}
    }

    private func deleteExpired() async throws(StoreError) -> Int {
        let now = now
        return try await database.write { connection throws(StoreError) in
            try connection.change(
                """
                DELETE FROM hub_responses WHERE (tenant, id) IN (
                    SELECT tenant, id FROM hub_responses WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)
                """,
                [.integer(now), .integer(Int64(Self.batch))])
        }
    }

    /// How many it deleted: a batch, or as many as were too much.
    private func deleteOldest() async throws(StoreError) -> Int {
        let maximum = maximumBytes
        return try await database.write { connection throws(StoreError) in
            let sum = try connection.rows(
                "SELECT CAST(COALESCE(SUM(byte_count), 0) AS BIGINT) FROM hub_responses", [])
            var excess = try (sum.first?.integer(0) ?? 0) - maximum
            guard excess > 0 else { return 0 }
            let oldest = try connection.rows(
                "SELECT tenant, id, byte_count FROM hub_responses ORDER BY expires_at LIMIT $1",
                [.integer(Int64(Self.batch))])
            return try connection.transaction { () throws(StoreError) in
                var count = 0
                for row in oldest where excess > 0 {
                    excess -= try row.integer(2)
                    count += try connection.change(
                        "DELETE FROM hub_responses WHERE tenant = $1 AND id = $2",
                        [.text(row.text(0)), .text(row.text(1))])
                }
                return count
            }
        }
    }

    /// What is stored now, in bytes.
    func byteCount() async throws(StoreError) -> Int {
        try await database.read { connection throws(StoreError) in
            let sum = try connection.rows(
                "SELECT CAST(COALESCE(SUM(byte_count), 0) AS BIGINT) FROM hub_responses", [])
            return Int(try sum.first?.integer(0) ?? 0)
        }
    }

    private static func isID(_ id: String) -> Bool {
        !id.isEmpty && id.utf8.count <= maximumIDBytes && !id.utf8.contains(0)
    }

    private func throwing<Value>(
        _ body: () async throws(StoreError) -> Value
    ) async throws(HubError) -> Value {
        do throws(StoreError) { return try await body() } catch { throw error.hubError }
    }
}
