public import Dialects
public import HubCore

/// Batches in the database, encrypted, with the results of those that are not over: contract 2.11.
///
/// A batch that is to do belongs to one hub at a time, for as long as that hub keeps saying so: another takes it over when it
/// has been silent. Every change is made to the version that was read, or made again.
public final class StoredBatches: Sendable {
    /// Of one tenant that are not over.
    static let maximumUnfinished = 100
    /// A hub that has been silent for so long has lost its batches.
    public static let leaseSeconds = 15
    static let table = "hub_batches"

    let database: Database
    let keys: Keyring

    public init(_ database: Database, keys: Keyring) {
        self.database = database
        self.keys = keys
    }

    var now: Int64 { Int64(database.clock.wallNanoseconds / 1_000_000_000) }

    // MARK: Callers

    public func create(_ batch: Batch) async throws(HubError) {
        let key = keys.sealing
        let unfinished = try await write { connection throws(StoreError) -> Int64 in
            let count =
                try connection.rows(
                    "SELECT COUNT(*) FROM hub_batches WHERE tenant = $1 AND is_final = 0", [.text(batch.tenant)]
                ).first?.integer(0) ?? 0
            guard count < Self.maximumUnfinished else { return count }
            _ = try connection.change(
                """
                INSERT INTO hub_batches
                (tenant, id, status, is_final, version, input_file_id, created_at, owned_until, total, completed, failed,
                result_bytes, key_id, sealed)
                VALUES ($1, $2, $3, 0, 1, $4, $5, 0, 0, 0, 0, 0, $6, $7)
                """,
                [
                    .text(batch.tenant), .text(batch.id), .text(batch.status.rawValue), .text(batch.inputFileID),
                    .integer(Int64(batch.createdAt)), .text(key.id),
                    .blob(key.seal(batch.record(), table: Self.table, batch.tenant, batch.id)),
                ])
            return count
        }
        guard unfinished < Self.maximumUnfinished else {
            var error = HubError(.quotaExceeded, "\(unfinished) batches are under way already, as many as may be")
            error.retryAfter = 60
            throw error
        }
    }

    public func batch(_ id: String, tenant: String) async throws(HubError) -> Batch? {
        guard StoredIdentifier.isValid(id) else { return nil }
        let keys = keys
        return try await read { connection throws(StoreError) in
            guard let row = try Self.row(id, tenant, on: connection) else { return nil }
            return try Self.batch(row, keys)
        }
    }

    /// The newest first, without those that cannot be read.
    /// - Parameter after: the id of a batch; those that come after it.
    public func list(tenant: String, after: String?, limit: Int) async throws(HubError) -> [Batch] {
        guard after.map(StoredIdentifier.isValid) ?? true else { return [] }
        let keys = keys
        return try await read { connection throws(StoreError) in
            let rows = try connection.rows(
                """
                SELECT tenant, id, version, total, completed, failed, key_id, sealed, owner FROM hub_batches
                WHERE tenant = $1 AND id < $2 ORDER BY id DESC LIMIT $3
                """, [.text(tenant), .text(after ?? StoredIdentifier.last), .integer(Int64(limit))])
            var batches: [Batch] = []
            for row in rows { if let batch = try? Self.batch(row, keys) { batches.append(batch) } }
            return batches
        }
    }

    /// The batch as it is after the change, which may be made several times; as it is if the change was none. Nil if there is no such
    /// batch, or it is another's.
    /// - Parameter owner: the hub whose batch it must be; nil: a caller changes it, whoever has it.
    public func update(
        _ id: String, tenant: String, owner: String? = nil, _ change: @escaping @Sendable (inout Batch) -> Bool
    ) async throws(HubError) -> Batch? {
        guard StoredIdentifier.isValid(id) else { return nil }
        let keys = keys
        return try await write { connection throws(StoreError) in
            while true {
                guard let row = try Self.row(id, tenant, on: connection), var batch = try Self.batch(row, keys) else {
                    return nil
                }
                if let owner, row.values[8] != .text(owner) { return nil }
                guard change(&batch) else { return batch }
                if try Self.save(batch, of: owner, keys.sealing, on: connection) {
                    batch.version += 1
                    return batch
                }
            }
        }
    }

    /// False: it has changed, or changed hands, since it was read.
    private static func save(
        _ batch: Batch, of owner: String?, _ key: EncryptionKey, on connection: any SQLConnection
    ) throws(StoreError) -> Bool {
        try connection.change(
            """
            UPDATE hub_batches SET status = $1, is_final = $2, version = version + 1, total = $3, key_id = $4, sealed = $5
            WHERE tenant = $6 AND id = $7 AND version = $8 AND ($9 = '' OR owner = $9)
            """,
            [
                .text(batch.status.rawValue), .integer(batch.status.isFinal ? 1 : 0),
                .integer(Int64(batch.counts.total)), .text(key.id),
                .blob(key.seal(batch.record(), table: table, batch.tenant, batch.id)), .text(batch.tenant),
                .text(batch.id), .integer(batch.version), .text(owner ?? ""),
            ]) == 1
    }

    static func row(
        _ id: String, _ tenant: String, on connection: any SQLConnection
    ) throws(StoreError) -> SQLRow? {
        try connection.rows(
            """
            SELECT tenant, id, version, total, completed, failed, key_id, sealed, owner FROM hub_batches
            WHERE tenant = $1 AND id = $2
            """, [.text(tenant), .text(id)]
        ).first
    }

    /// Nobody has the key of a row that was sealed with another: it is as if it were not there.
    static func batch(_ row: SQLRow, _ keys: Keyring) throws(StoreError) -> Batch? {
        guard let key = keys.key(try row.text(6)) else { return nil }
        let (tenant, id) = (try row.text(0), try row.text(1))
        var counts = Batch.Counts()
        counts.total = Int(try row.integer(3))
        counts.completed = Int(try row.integer(4))
        counts.failed = Int(try row.integer(5))
        let record = try key.open(row.blob(7), table: table, tenant, id)
        guard var batch = Batch(record: record, id: id, tenant: tenant, counts: counts) else { return nil }
        batch.version = try row.integer(2)
        return batch
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value
    ) async throws(HubError) -> Value {
        do throws(StoreError) { return try await database.read(body) } catch { throw error.hubError }
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value
    ) async throws(HubError) -> Value {
        do throws(StoreError) { return try await database.write(body) } catch { throw error.hubError }
    }
}
