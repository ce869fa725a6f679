public import Dialects
public import HubCore

/// What a hub does that answers batches.
extension StoredBatches {
    private static let resultTable = "hub_batch_results"
    /// Batches that cannot be read and keep no others from being found.
    private static let unreadable = 200
    /// Rows that one statement reads or deletes.
    private static let page = 100

    /// Takes batches that are to do and belong to nobody, or to one who has been silent: the oldest first.
    /// - Parameter owner: the hub's name, unique to its process.
    public func claim(owner: String, limit: Int) async throws(HubError) -> [Batch] {
        let now = now
        let keys = keys
        return try await write { connection throws(StoreError) in
            let rows = try connection.rows(
                """
                SELECT tenant, id, version, total, completed, failed, key_id, sealed, owner FROM hub_batches
                WHERE is_final = 0 AND owned_until <= $1 ORDER BY created_at, id LIMIT $2
                """, [.integer(now), .integer(Int64(limit + Self.unreadable))])
            var claimed: [Batch] = []
            for row in rows where claimed.count < limit {
                guard let batch = try? Self.batch(row, keys) else { continue }
                let isTaken = try connection.change(
                    """
                    UPDATE hub_batches SET owner = $1, owned_until = $2
                    WHERE tenant = $3 AND id = $4 AND is_final = 0 AND owned_until <= $5
                    """,
                    [
                        .text(owner), .integer(now + Int64(Self.leaseSeconds)), .text(batch.tenant), .text(batch.id),
                        .integer(now),
                    ])
                if isTaken == 1 { claimed.append(batch) }
            }
            return claimed
        }
    }

    /// Keeps a batch. Nil if it is another's by now.
    public func renew(_ batch: Batch, owner: String) async throws(HubError) -> Batch? {
        let until = now + Int64(Self.leaseSeconds)
        let keys = keys
        return try await write { connection throws(StoreError) in
            let isKept = try connection.change(
                "UPDATE hub_batches SET owned_until = $1 WHERE tenant = $2 AND id = $3 AND owner = $4",
                [.integer(until), .text(batch.tenant), .text(batch.id), .text(owner)])
            guard isKept == 1, let row = try Self.row(batch.id, batch.tenant, on: connection) else { return nil }
            return try Self.batch(row, keys)
        }
    }

    /// Gives back what is not over, so that another need not wait.
    public func release(owner: String) async throws(HubError) {
        try await write { connection throws(StoreError) in
            _ = try connection.change(
                "UPDATE hub_batches SET owner = NULL, owned_until = 0 WHERE owner = $1 AND is_final = 0", [.text(owner)]
            )
        }
    }

    /// For a database that is one hub's alone: whoever had batches before is gone.
    public func releaseAll() async throws(HubError) {
        try await write { connection throws(StoreError) in
            _ = try connection.change(
                "UPDATE hub_batches SET owner = NULL, owned_until = 0 WHERE is_final = 0", [])
        }
    }

    // MARK: Results

    /// Keeps the result of a line and counts it, with its row of the ledger. False: there is one already.
    @discardableResult
    public func save(_ result: BatchResult, of line: Int, in batch: Batch) async throws(HubError) -> Bool {
        let key = keys.sealing
        return try await write { connection throws(StoreError) in
            let sealed = key.seal(result.line, table: Self.resultTable, batch.tenant, batch.id, "\(line)")
            return try connection.transaction { () throws(StoreError) in
                let isNew = try connection.change(
                    """
                    INSERT INTO hub_batch_results (tenant, batch_id, line, is_error, key_id, sealed)
                    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant, batch_id, line) DO NOTHING
                    """,
                    [
                        .text(batch.tenant), .text(batch.id), .integer(Int64(line)), .integer(result.isError ? 1 : 0),
                        .text(key.id), .blob(sealed),
                    ])
                guard isNew == 1 else { return false }
                if let row = result.ledgerRow { try LedgerTable.insert([row], on: connection) }
                _ = try connection.change(
                    """
                    UPDATE hub_batches
                    SET completed = completed + $1, failed = failed + $2, result_bytes = result_bytes + $3
                    WHERE tenant = $4 AND id = $5 AND is_final = 0
                    """,
                    [
                        .integer(result.isError ? 0 : 1), .integer(result.isError ? 1 : 0),
                        .integer(Int64(result.line.count)), .text(batch.tenant), .text(batch.id),
                    ])
                return true
            }
        }
    }

    /// The lines that have results.
    public func finishedLines(of batch: Batch) async throws(HubError) -> Set<Int> {
        try await read { connection throws(StoreError) in
            var lines: Set<Int> = []
            let rows = try connection.rows(
                "SELECT line FROM hub_batch_results WHERE tenant = $1 AND batch_id = $2",
                [.text(batch.tenant), .text(batch.id)])
            for row in rows { lines.insert(Int(try row.integer(0))) }
            return lines
        }
    }

    /// The next results behind a line, in order: about as many bytes as a piece of a file has. Empty at the end. In place of one
    /// that cannot be read stands a line that says so.
    public func results(
        of batch: Batch, areErrors: Bool, after line: Int
    ) async throws(HubError) -> [(line: Int, bytes: [UInt8])] {
        let keys = keys
        return try await read { connection throws(StoreError) in
            var found: [(line: Int, bytes: [UInt8])] = []
            var size = 0
            while size < StoredFiles.pieceBytes {
                // One at a time where they are large.
                let count = found.isEmpty || size / found.count > StoredFiles.pieceBytes / 10 ? 1 : 20
                let rows = try connection.rows(
                    """
                    SELECT line, key_id, sealed FROM hub_batch_results
                    WHERE tenant = $1 AND batch_id = $2 AND is_error = $3 AND line > $4 ORDER BY line LIMIT $5
                    """,
                    [
                        .text(batch.tenant), .text(batch.id), .integer(areErrors ? 1 : 0),
                        .integer(Int64(found.last?.line ?? line)), .integer(Int64(count)),
                    ])
                for row in rows {
                    let number = Int(try row.integer(0))
                    let key = keys.key(try row.text(1))
                    let opened = try? key?.open(
                        row.blob(2), table: Self.resultTable, batch.tenant, batch.id, "\(number)")
                    let bytes = opened ?? Self.unreadable(number).line
                    size += bytes.count
                    found.append((number, bytes))
                }
                if rows.count < count { break }
            }
            return found
        }
    }

    /// Of a result that is damaged, or sealed with a key that is gone: the others are the caller's all the same.
    private static func unreadable(_ line: Int) -> BatchResult {
        BatchResult(
            id: "batch_req_line_\(line)", customID: "", code: "result_unreadable",
            message: "The result of line \(line) of the input cannot be read any more.")
    }

    /// They are in the batch's files by now.
    public func deleteResults(of batch: Batch) async throws(HubError) {
        var deleted = Self.page
        while deleted == Self.page {
            deleted = try await write { connection throws(StoreError) in
                try connection.change(
                    """
                    DELETE FROM hub_batch_results WHERE (tenant, batch_id, line) IN (
                        SELECT tenant, batch_id, line FROM hub_batch_results
                        WHERE tenant = $1 AND batch_id = $2 LIMIT $3)
                    """, [.text(batch.tenant), .text(batch.id), .integer(Int64(Self.page))])
            }
        }
    }

    // MARK: Upkeep

    /// Deletes batches that are long past their time, and results that a hub left behind that ended before it could delete them.
    public func sweep() async throws(StoreError) {
        let old = now - Int64(Batch.outputLifetimeSeconds + Batch.windowSeconds)
        try await database.write { connection throws(StoreError) in
            _ = try connection.change(
                "DELETE FROM hub_batches WHERE created_at <= $1", [.integer(old)])
            _ = try connection.change(
                """
                DELETE FROM hub_batch_results WHERE (tenant, batch_id, line) IN (
                    SELECT result.tenant, result.batch_id, result.line FROM hub_batch_results result
                    WHERE NOT EXISTS (
                        SELECT 1 FROM hub_batches batch
                        WHERE batch.tenant = result.tenant AND batch.id = result.batch_id AND batch.is_final = 0)
                    LIMIT $1)
                """, [.integer(1000)])
        }
    }
}
