import Dialects
import HubCore
import TestSupport
import Testing

@testable import Store

struct LedgerTableTests {
    /// Every column, in the order of the contract, as text.
    private static func rows(_ database: Database) async throws -> [[String: String]] {
        try await database.read { connection throws(StoreError) in
            try connection.rows(
                """
                SELECT attempt_id, request_id, seq, trace_id, key_id, user_id, team_id, project_id, environment, tags,
                    provider, model, served_model, operation, stream, started_at, first_token_at, ended_at, outcome,
                    status, error_code, input_tokens, cache_read_tokens, cache_write_tokens, output_tokens,
                    reasoning_tokens, usage_source, price_id, cost_nano, cost_code, reserved_nano
                FROM hub_ledger ORDER BY id
                """, []
            ).map { row in Dictionary(uniqueKeysWithValues: zip(columns, row.values.map(Self.text))) }
        }
    }

    private static let columns = [
        "attempt_id", "request_id", "seq", "trace_id", "key_id", "user_id", "team_id", "project_id", "environment",
        "tags", "provider", "model", "served_model", "operation", "stream", "started_at", "first_token_at", "ended_at",
        "outcome", "status", "error_code", "input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens",
        "reasoning_tokens", "usage_source", "price_id", "cost_nano", "cost_code", "reserved_nano",
    ]

    private static func text(_ value: SQLValue) -> String {
        switch value {
        case .null: "null"
        case .integer(let number): "\(number)"
        case .text(let text): text
        case .blob: "bytes"
        }
    }

    @Test(arguments: Backend.all)
    func `a row has every field of the contract`(backend: Backend) async throws {
        try await backend.withDatabase { database in
            let table = LedgerTable(database: database)
            _ = try await table.append(
                [LedgerSamples.full], journal: "a-0", from: nil, to: JournalPosition(segment: 1, offset: 8))
            let row = try #require(try await Self.rows(database).first)
            let start = LedgerSamples.full.call.startedAt / 1000
            let expected = [
                "attempt_id": "att_3", "request_id": "req_3", "seq": "1",
                "trace_id": "ffffffffffffffff0000000000000001", "key_id": "key", "user_id": "üser", "team_id": "team",
                "project_id": "project", "environment": "production", "tags": #"["a","b \"c\""]"#, "provider": "acme",
                "model": "m", "served_model": "m-2026", "operation": "embeddings", "stream": "0",
                "started_at": "\(start)", "first_token_at": "\(start + 2000)", "ended_at": "\(start + 7000)",
                "outcome": "timeout", "status": "504", "error_code": "provider_timeout", "input_tokens": "1",
                "cache_read_tokens": "2", "cache_write_tokens": "3", "output_tokens": "4", "reasoning_tokens": "5",
                "usage_source": "estimated", "price_id": "acme/m@2026-01-31#priority", "cost_nano": "123",
                "cost_code": "null", "reserved_nano": "99",
            ]
            #expect(row == expected)
        }
    }

    @Test(arguments: Backend.all)
    func `what is not known is null, a cost with its reason, and NUL is none in a text`(backend: Backend) async throws {
        try await backend.withDatabase { database in
            var row = LedgerRow(lost: LedgerSamples.call(1))
            row.call.user = "a\0b"
            let table = LedgerTable(database: database)
            _ = try await table.append([row], journal: "a-0", from: nil, to: .finished)
            let read = try #require(try await Self.rows(database).first)
            let absent = ["key_id", "environment", "tags", "served_model", "first_token_at", "ended_at", "status"]
            #expect(absent.allSatisfy { read[$0] == "null" })
            #expect(["cost_nano", "cost_code", "outcome"].map { read[$0] } == ["null", "unpriced", "lost"])
            #expect(read["user_id"] == "a\u{FFFD}b")
        }
    }

    @Test(arguments: Backend.all)
    func `rows and their journal's position are kept together, and never twice`(backend: Backend) async throws {
        try await backend.withDatabase { database in
            let table = LedgerTable(database: database)
            let places = (1...3).map { JournalPosition(segment: 1, offset: UInt32($0 * 8)) }
            let rows = (0..<400).map { LedgerRow(call: LedgerSamples.call($0), result: LedgerSamples.result($0)) }
            #expect(try await table.position(of: "a-0") == nil)
            #expect(try await table.append(rows, journal: "a-0", from: nil, to: places[0]) == places[0])
            // The same again, as after an answer that was lost.
            #expect(try await table.append(rows, journal: "a-0", from: nil, to: places[1]) == places[0])
            #expect(try await table.append(rows, journal: "a-0", from: places[1], to: places[2]) == places[0])
            #expect(try await table.append([rows[0]], journal: "a-0", from: places[0], to: places[2]) == places[2])
            #expect(try await table.position(of: "a-0") == places[2])
            let read = try await Self.rows(database).map { $0["attempt_id"] }
            #expect(read == (0..<400).map { "att_\($0)" } + ["att_0"])
            try await table.forget(process: "a")
            #expect(try await table.position(of: "a-0") == nil)
        }
    }

    @Test(arguments: Backend.all)
    func `a database in memory keeps the last 500 rows, any other all`(backend: Backend) async throws {
        try await backend.withDatabase { database in
            let table = LedgerTable(database: database)
            let rows = (0..<1200).map { LedgerRow(call: LedgerSamples.call($0), result: LedgerSamples.result($0)) }
            let middle = JournalPosition(segment: 1, offset: 8)
            _ = try await table.append(Array(rows[..<600]), journal: "a-0", from: nil, to: middle)
            _ = try await table.append(Array(rows[600...]), journal: "a-0", from: middle, to: .finished)
            let kept = try await Self.rows(database).map { $0["attempt_id"] }
            #expect(kept == (backend == .memory ? 700..<1200 : 0..<1200).map { "att_\($0)" })
        }
    }

    @Test(arguments: Backend.all)
    func `calls that have no row are told from those that have`(backend: Backend) async throws {
        try await backend.withDatabase { database in
            let table = LedgerTable(database: database)
            let row = LedgerRow(call: LedgerSamples.call(1), result: LedgerSamples.result())
            _ = try await table.append([row], journal: "a-0", from: nil, to: .finished)
            let missing = try await table.missing([LedgerSamples.call(1), LedgerSamples.call(2)])
            #expect(missing.map(\.attemptID.text) == ["att_2"])
        }
    }

    @Test(arguments: Backend.lasting)
    func `a killed hub's rows are in the database once the next one is up`(backend: Backend) async throws {
        try await backend.withDatabase { database in
            try await withTemporaryFolder { folder in
                let table = LedgerTable(database: database)
                let killed = try JournaledLedger.make(table, folder: folder, seed: 1)
                for number in 0..<3 {
                    killed.end(killed.begin(LedgerSamples.call(number), shard: 0), LedgerSamples.result())
                    if number == 1 { await killed.flush() }
                }
                _ = killed.begin(LedgerSamples.call(3), shard: 0)
                killed.abandon()
                let next = try JournaledLedger.make(table, folder: folder, seed: 2)
                await next.recover()
                let read = try await Self.rows(database).map { "\($0["attempt_id"] ?? "") \($0["outcome"] ?? "")" }
                #expect(read == ["att_0 success", "att_1 success", "att_2 success", "att_3 lost"])
            }
        }
    }

    @Test(arguments: Backend.all)
    func `the row of a batch's line is kept with its result, and once`(backend: Backend) async throws {
        try await backend.withDatabase { database in
            let batches = StoredBatches(database, keys: Keyring(try KeyFile.transient()))
            let batch = Batch(
                id: "batch_1", tenant: "", endpoint: .chat, inputFileID: "file-1", creator: Batch.Creator(),
                createdAt: 1)
            try await batches.create(batch)
            var result = BatchResult(id: "batch_req_1", customID: "a", status: 200, requestID: "r", body: [123, 125])
            result.ledgerRow = LedgerSamples.full
            for _ in 0..<2 { try await batches.save(result, of: 0, in: batch) }
            #expect(try await Self.rows(database).count == 1)
        }
    }
}
