internal import Dialects
internal import HubCore
internal import Wire

/// Where a journal's rows go.
protocol LedgerSink: Sendable {
    /// How far a journal is in the table; nil if nothing of it is.
    func position(of journal: String) async throws(StoreError) -> JournalPosition?
    /// Adds rows and remembers how far the journal is with them, in one step: both or neither. Adds nothing where the journal
    /// is elsewhere than at `start`: then an earlier try got through though it seemed to fail.
    /// - Parameter start: nil: nothing of the journal is in the table yet.
    /// - Returns: how far the journal is now; nil if nothing is known of it, though it was at `start`.
    func append(
        _ rows: [LedgerRow], journal: String, from start: JournalPosition?, to end: JournalPosition
    ) async throws(StoreError) -> JournalPosition?
    /// Forgets the journals of a process, which are gone.
    func forget(process: String) async throws(StoreError)
    /// Of these calls, those that have no row.
    func missing(_ calls: [LedgerCall]) async throws(StoreError) -> [LedgerCall]
}

/// The ledger in the database: rows are added and never changed.
struct LedgerTable: LedgerSink {
    let database: Database

    // MARK: LedgerSink

    func position(of journal: String) async throws(StoreError) -> JournalPosition? {
        try await database.read { connection throws(StoreError) in try Self.position(of: journal, connection) }
    }

    func append(
        _ rows: [LedgerRow], journal: String, from start: JournalPosition?, to end: JournalPosition
    ) async throws(StoreError) -> JournalPosition? {
        try await database.write { connection throws(StoreError) in
            try connection.transaction { () throws(StoreError) in
                let isNext =
                    if let start {
                        try connection.change(
                            "UPDATE hub_ledger_journals SET position = $1 WHERE journal = $2 AND position = $3",
                            [.integer(end.stored), .text(journal), .integer(start.stored)]) == 1
                    } else {
                        try connection.change(
                            """
                            INSERT INTO hub_ledger_journals (journal, position) VALUES ($1, $2)
                            ON CONFLICT (journal) DO NOTHING
                            """, [.text(journal), .integer(end.stored)]) == 1
                    }
                guard isNext else { return try Self.position(of: journal, connection) }
                try Self.insert(rows, on: connection)
                if database.location == .memory { _ = try connection.change(Self.trimming, []) }
                return end
            }
        }
    }

    func forget(process: String) async throws(StoreError) {
        try await database.write { connection throws(StoreError) in
            _ = try connection.change("DELETE FROM hub_ledger_journals WHERE journal LIKE $1", [.text("\(process)-%")])
        }
    }

    func missing(_ calls: [LedgerCall]) async throws(StoreError) -> [LedgerCall] {
        try await database.read { connection throws(StoreError) in
            var missing: [LedgerCall] = []
            for call in calls {
                let rows = try connection.rows(
                    "SELECT 1 FROM hub_ledger WHERE started_at = $1 AND attempt_id = $2",
                    [.integer(Self.microseconds(call.startedAt)), .text(call.attemptID.text)])
                if rows.isEmpty { missing.append(call) }
            }
            return missing
        }
    }

    private static func position(
        of journal: String, _ connection: any SQLConnection
    ) throws(StoreError) -> JournalPosition? {
        let rows = try connection.rows(
            "SELECT position FROM hub_ledger_journals WHERE journal = $1", [.text(journal)])
        return try rows.first.map { row throws(StoreError) in JournalPosition(stored: try row.integer(0)) }
    }

    // MARK: Rows

    private static func microseconds(_ nanoseconds: UInt64) -> Int64 { Int64(clamping: nanoseconds / 1000) }

    /// PostgreSQL gets all in one statement: each would be a journey of its own.
    static func insert(_ rows: [LedgerRow], on connection: any SQLConnection) throws(StoreError) {
        guard !rows.isEmpty else { return }
        switch connection.dialect {
        case .sqlite: for row in rows { _ = try connection.change(insertion, values(row)) }
        case .postgres: _ = try connection.change(manyInsertion, [.text(document(rows))])
        }
    }

    private static let insertion: StaticString = """
        INSERT INTO hub_ledger (
            attempt_id, request_id, seq, trace_id, key_id, user_id, team_id, project_id, environment, tags, provider,
            model, served_model, operation, stream, started_at, first_token_at, ended_at, outcome, status, error_code,
            input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens, usage_source,
            price_id, cost_nano, cost_code, reserved_nano)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
            $23, $24, $25, $26, $27, $28, $29, $30, $31)
        """

    /// What is in memory alone has to end somewhere: the last rows stay.
    private static let trimming: StaticString = """
        DELETE FROM hub_ledger WHERE id <= (SELECT max(id) FROM hub_ledger) - 500
        """

    private static let manyInsertion: StaticString = """
        INSERT INTO hub_ledger (
            attempt_id, request_id, seq, trace_id, key_id, user_id, team_id, project_id, environment, tags, provider,
            model, served_model, operation, stream, started_at, first_token_at, ended_at, outcome, status, error_code,
            input_tokens, cache_read_tokens, cache_write_tokens, output_tokens, reasoning_tokens, usage_source,
            price_id, cost_nano, cost_code, reserved_nano)
        SELECT one->>0, one->>1, (one->>2)::bigint, one->>3, one->>4, one->>5, one->>6, one->>7, one->>8, one->>9,
            one->>10, one->>11, one->>12, one->>13, (one->>14)::bigint, (one->>15)::bigint, (one->>16)::bigint,
            (one->>17)::bigint, one->>18, (one->>19)::bigint, one->>20, (one->>21)::bigint, (one->>22)::bigint,
            (one->>23)::bigint, (one->>24)::bigint, (one->>25)::bigint, one->>26, one->>27, (one->>28)::bigint,
            one->>29, (one->>30)::bigint
        FROM json_array_elements($1::json) WITH ORDINALITY AS rows (one, place) ORDER BY place
        """

    private static func document(_ rows: [LedgerRow]) -> String {
        var writer = JSONWriter(reserving: rows.count * 512)
        writer.beginArray()
        for row in rows {
            writer.beginArray()
            for value in values(row) {
                switch value {
                case .integer(let number): writer.int(Int(number))
                case .text(let text): writer.string(text)
                case .null, .blob: writer.null()
                }
            }
            writer.endArray()
        }
        writer.endArray()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// In the order of the columns.
    private static func values(_ row: LedgerRow) -> [SQLValue] {
        let (call, result) = (row.call, row.result)
        let end = call.startedAt &+ result.endedAfter
        let usage = result.usage
        return [
            text(call.attemptID.text), text(call.requestID.text), .integer(Int64(call.sequence)),
            .text(call.traceID.text), text(call.keyID), text(call.user), text(call.team), text(call.project),
            text(call.environment), call.tags.isEmpty ? .null : text(tags(call.tags)), text(call.provider),
            text(call.model), text(result.servedModel), .text(call.operation.text.description),
            .integer(call.isStream ? 1 : 0), .integer(microseconds(call.startedAt)),
            result.firstTokenAfter.map { .integer(microseconds(call.startedAt &+ $0)) } ?? .null,
            result.outcome == .lost ? .null : .integer(microseconds(end)), .text(result.outcome.text.description),
            result.status == 0 ? .null : .integer(Int64(result.status)), text(result.errorCode?.rawValue),
            .integer(Int64(usage.input + usage.audioInput)), .integer(Int64(usage.cacheRead)),
            .integer(Int64(usage.cacheWriteTotal)), .integer(Int64(usage.output + usage.audioOutput)),
            .integer(Int64(usage.reasoning)), .text(result.isEstimated ? "estimated" : "provider"),
            text(result.price?.id(provider: call.provider, model: call.model)),
            result.costNanoDollars.map { .integer(Int64($0)) } ?? .null,
            result.costNanoDollars == nil ? .text("unpriced") : .null, .integer(Int64(call.reservedNanoDollars)),
        ]
    }

    /// PostgreSQL holds no NUL.
    private static func text(_ text: String?) -> SQLValue {
        guard let text else { return .null }
        guard text.contains(byte: 0) else { return .text(text) }
        return .text(String(text.unicodeScalars.map { $0 == "\0" ? "\u{FFFD}" : Character($0) }))
    }

    private static func tags(_ tags: [String]) -> String {
        var writer = JSONWriter(reserving: 128)
        writer.beginArray()
        for tag in tags { writer.string(tag) }
        writer.endArray()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
