public import Dialects
public import HubCore
internal import Synchronization
internal import Wire

/// Files of callers and batches in the database, encrypted and in pieces: contract 2.11.
///
/// A file is there for its readers when it is complete. What its writer left behind unfinished goes after an hour.
public final class StoredFiles: Sendable {
    /// What a tenant may keep.
    public struct Bounds: Sendable {
        public var maximumBytes: Int
        public var maximumFiles: Int

        public init(maximumBytes: Int, maximumFiles: Int) {
            self.maximumBytes = maximumBytes
            self.maximumFiles = maximumFiles
        }
    }

    /// Of a piece: what is read and written at once.
    public static let pieceBytes = 256 << 10
    private static let unfinishedSeconds = 3600
    /// Files that are looked for at once, and pieces that one statement deletes.
    private static let batch = 20
    private static let table = "hub_files"
    private static let pieceTable = "hub_file_pieces"

    let database: Database
    private let keys: Keyring
    private let bounds: Bounds
    private let nextSweep: Mutex<UInt64>

    public init(_ database: Database, keys: Keyring, bounds: Bounds) {
        self.database = database
        self.keys = keys
        self.bounds = bounds
        nextSweep = Mutex(database.clock.monotonicNanoseconds)
    }

    private var now: Int { Int(database.clock.wallNanoseconds / 1_000_000_000) }

    // MARK: Writing

    /// Whether there is room for another file of so many bytes. Throws what the caller is to be told.
    public func checkRoom(for byteCount: Int, tenant: String) async throws(HubError) {
        let (count, bytes) = try await used(by: tenant)
        guard count < bounds.maximumFiles else {
            throw HubError(
                .validationFailed, "there are \(count) files already, as many as may be; delete some", parameter: "file"
            )
        }
        guard byteCount <= bounds.maximumBytes - bytes else {
            throw HubError(
                .validationFailed,
                "the files, with the results of batches that are not over, would have more than "
                    + "\(bounds.maximumBytes) bytes together; delete some", parameter: "file")
        }
    }

    /// Whether the results of batches may become more.
    public func hasRoom(tenant: String) async throws(HubError) -> Bool {
        try await used(by: tenant).bytes < bounds.maximumBytes
    }

    /// By the files that are there or begun, and by results that are in no file yet.
    private func used(by tenant: String) async throws(HubError) -> (count: Int, bytes: Int) {
        let now = now
        return try await read { connection throws(StoreError) in
            let files = try connection.rows(
                """
                SELECT COUNT(*), CAST(COALESCE(SUM(byte_count), 0) AS BIGINT) FROM hub_files
                WHERE tenant = $1 AND expires_at > $2
                """, [.text(tenant), .integer(Int64(now))]
            ).first
            let results = try connection.rows(
                """
                SELECT CAST(COALESCE(SUM(result_bytes), 0) AS BIGINT) FROM hub_batches
                WHERE tenant = $1 AND is_final = 0
                """, [.text(tenant)]
            ).first
            guard let files, let results else { return (0, 0) }
            return (Int(try files.integer(0)), Int(try files.integer(1) + results.integer(0)))
        }
    }

    /// Begins a file, in place of one that was begun under this id before. Then come its pieces, then `complete`.
    public func begin(_ file: StoredFile, tenant: String) async throws(HubError) {
        let key = keys.sealing
        let expires = now + Self.unfinishedSeconds
        do throws(StoreError) { try await deletePieces(file.id, tenant: tenant) } catch { throw error.hubError }
        try await write { connection throws(StoreError) in
            let sealed = key.seal(Array(file.filename.utf8), table: Self.table, tenant, file.id)
            try connection.transaction { () throws(StoreError) in
                _ = try connection.change(
                    "DELETE FROM hub_files WHERE tenant = $1 AND id = $2", [.text(tenant), .text(file.id)])
                _ = try connection.change(
                    """
                    INSERT INTO hub_files
                    (tenant, id, is_ready, purpose, created_at, expires_at, byte_count, key_id, sealed)
                    VALUES ($1, $2, 0, $3, $4, $5, $6, $7, $8)
                    """,
                    [
                        .text(tenant), .text(file.id), .text(file.purpose.rawValue), .integer(Int64(file.createdAt)),
                        .integer(Int64(expires)), .integer(Int64(file.byteCount)), .text(key.id), .blob(sealed),
                    ])
            }
        }
    }

    /// - Parameter position: from 0, one after the other.
    public func append(
        _ piece: [UInt8], at position: Int, to id: String, tenant: String
    ) async throws(HubError) {
        let key = keys.sealing
        try await write { connection throws(StoreError) in
            _ = try connection.change(
                """
                INSERT INTO hub_file_pieces (tenant, file_id, position, key_id, sealed)
                VALUES ($1, $2, $3, $4, $5)
                """,
                [
                    .text(tenant), .text(id), .integer(Int64(position)), .text(key.id),
                    .blob(key.seal(piece, table: Self.pieceTable, tenant, id, "\(position)")),
                ])
        }
    }

    public func complete(_ file: StoredFile, tenant: String) async throws(HubError) {
        try await write { connection throws(StoreError) in
            _ = try connection.change(
                "UPDATE hub_files SET is_ready = 1, byte_count = $1, expires_at = $2 WHERE tenant = $3 AND id = $4",
                [
                    .integer(Int64(file.byteCount)), .integer(Int64(file.expiresAt)), .text(tenant), .text(file.id),
                ])
        }
    }

    /// Lets a file be there for so long at least; seconds since 1970.
    public func keep(_ id: String, tenant: String, until expires: Int) async throws(HubError) {
        let now = now
        try await write { connection throws(StoreError) in
            _ = try connection.change(
                """
                UPDATE hub_files SET expires_at = $1
                WHERE tenant = $2 AND id = $3 AND expires_at < $1 AND expires_at > $4
                """,
                [.integer(Int64(expires)), .text(tenant), .text(id), .integer(Int64(now))])
        }
    }

    /// Whether there was one. Throws for the input of a batch that is not over.
    public func remove(_ id: String, tenant: String) async throws(HubError) -> Bool {
        let reader = try await write { connection throws(StoreError) -> String? in
            try connection.rows(
                "SELECT id FROM hub_batches WHERE tenant = $1 AND input_file_id = $2 AND is_final = 0 LIMIT 1",
                [.text(tenant), .text(id)]
            ).first?.text(0)
        }
        if let reader {
            throw HubError(
                .invalidRequest, "the file is the input of \(reader), which is not over: cancel it first",
                parameter: "file_id")
        }
        let now = now
        // Gone for its readers at once; a sweep ends what ends here.
        let wasThere = try await write { connection throws(StoreError) in
            try connection.change(
                """
                UPDATE hub_files SET is_ready = 0, expires_at = 0
                WHERE tenant = $1 AND id = $2 AND is_ready = 1 AND expires_at > $3
                """, [.text(tenant), .text(id), .integer(Int64(now))]) == 1
        }
        guard wasThere else { return false }
        do throws(StoreError) { try await delete(id, tenant: tenant) } catch { throw error.hubError }
        return true
    }

    /// Of a file whose time is over.
    private func delete(_ id: String, tenant: String) async throws(StoreError) {
        try await deletePieces(id, tenant: tenant)
        let now = now
        try await database.write { connection throws(StoreError) in
            _ = try connection.change(
                "DELETE FROM hub_files WHERE tenant = $1 AND id = $2 AND expires_at <= $3",
                [.text(tenant), .text(id), .integer(Int64(now))])
        }
    }

    /// A few at a time: others write in between.
    private func deletePieces(_ id: String, tenant: String) async throws(StoreError) {
        var deleted = Self.batch
        while deleted == Self.batch {
            deleted = try await database.write { connection throws(StoreError) in
                try connection.change(
                    """
                    DELETE FROM hub_file_pieces WHERE (tenant, file_id, position) IN (
                        SELECT tenant, file_id, position FROM hub_file_pieces
                        WHERE tenant = $1 AND file_id = $2 LIMIT $3)
                    """, [.text(tenant), .text(id), .integer(Int64(Self.batch))])
            }
        }
    }

    // MARK: Reading

    public func file(_ id: String, tenant: String) async throws(HubError) -> StoredFile? {
        guard StoredIdentifier.isValid(id) else { return nil }
        let now = now
        let keys = keys
        return try await read { connection throws(StoreError) in
            let rows = try connection.rows(
                """
                SELECT id, purpose, created_at, expires_at, byte_count, key_id, sealed FROM hub_files
                WHERE tenant = $1 AND id = $2 AND is_ready = 1 AND expires_at > $3
                """, [.text(tenant), .text(id), .integer(Int64(now))])
            guard let row = rows.first else { return nil }
            return try Self.file(row, tenant, keys)
        }
    }

    /// In the order of their making.
    /// - Parameters:
    ///   - after: the id of a file; those that come after it.
    ///   - limit: at most so many; one more tells that there are more.
    public func list(
        tenant: String, purpose: StoredFile.Purpose?, after: String?, isAscending: Bool, limit: Int
    ) async throws(HubError) -> [StoredFile] {
        let start = after ?? (isAscending ? "" : StoredIdentifier.last)
        guard after.map(StoredIdentifier.isValid) ?? true else { return [] }
        let values: [SQLValue] = [
            .text(tenant), .integer(Int64(now)), .text(purpose?.rawValue ?? ""), .text(start), .integer(Int64(limit)),
        ]
        let keys = keys
        return try await read { connection throws(StoreError) in
            let rows =
                isAscending
                ? try connection.rows(
                    """
                    SELECT id, purpose, created_at, expires_at, byte_count, key_id, sealed FROM hub_files
                    WHERE tenant = $1 AND expires_at > $2 AND ($3 = '' OR purpose = $3) AND id > $4 AND is_ready = 1
                    ORDER BY id LIMIT $5
                    """, values)
                : try connection.rows(
                    """
                    SELECT id, purpose, created_at, expires_at, byte_count, key_id, sealed FROM hub_files
                    WHERE tenant = $1 AND expires_at > $2 AND ($3 = '' OR purpose = $3) AND id < $4 AND is_ready = 1
                    ORDER BY id DESC LIMIT $5
                    """, values)
            var files: [StoredFile] = []
            for row in rows { if let file = try Self.file(row, tenant, keys) { files.append(file) } }
            return files
        }
    }

    /// Nil behind the last one, or if the file is not there any more. Throws for a piece that cannot be read: the file would pass
    /// for a shorter one.
    public func piece(_ position: Int, of id: String, tenant: String) async throws(HubError) -> [UInt8]? {
        let keys = keys
        return try await read { connection throws(StoreError) in
            let rows = try connection.rows(
                "SELECT key_id, sealed FROM hub_file_pieces WHERE tenant = $1 AND file_id = $2 AND position = $3",
                [.text(tenant), .text(id), .integer(Int64(position))])
            guard let row = rows.first else { return nil }
            guard let key = keys.key(try row.text(0)) else {
                throw .refused("a piece of a file was stored under another encryption_key")
            }
            return try key.open(row.blob(1), table: Self.pieceTable, tenant, id, "\(position)")
        }
    }

    /// Nobody has the key of a row that was sealed with another: it is as if it were not there.
    private static func file(_ row: SQLRow, _ tenant: String, _ keys: Keyring) throws(StoreError) -> StoredFile? {
        let id = try row.text(0)
        guard let purpose = StoredFile.Purpose(rawValue: try row.text(1)), let key = keys.key(try row.text(5)) else {
            return nil
        }
        let name = try key.open(row.blob(6), table: table, tenant, id)
        return StoredFile(
            id: id, filename: String(decoding: name, as: UTF8.self), purpose: purpose,
            byteCount: Int(try row.integer(4)), createdAt: Int(try row.integer(2)), expiresAt: Int(try row.integer(3)))
    }

    // MARK: Upkeep

    /// Deletes, once a minute, what has expired. False if it was not time.
    public func sweepIfDue() async throws(StoreError) -> Bool {
        let moment = database.clock.monotonicNanoseconds
        let isDue = nextSweep.withLock { next in
            guard moment >= next else { return false }
            next = moment &+ 60_000_000_000
            return true
        }
        guard isDue else { return false }
        while try await deleteExpired() == Self.batch {}
        return true
    }

    func deleteExpired() async throws(StoreError) -> Int {
        let now = now
        let rows = try await database.read { connection throws(StoreError) in
            try connection.rows(
                "SELECT tenant, id FROM hub_files WHERE expires_at <= $1 LIMIT $2",
                [.integer(Int64(now)), .integer(Int64(Self.batch))])
        }
        for row in rows { try await delete(row.text(1), tenant: row.text(0)) }
        return rows.count
    }

    private func read<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value
    ) async throws(HubError) -> Value {
        do throws(StoreError) { return try await database.read(body) } catch { throw error.hubError }
    }

    private func write<Value: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection) throws(StoreError) -> Value
    ) async throws(HubError) -> Value {
        do throws(StoreError) { return try await database.write(body) } catch { throw error.hubError }
    }
}
