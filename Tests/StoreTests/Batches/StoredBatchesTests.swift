import Dialects
import HubCore
import TestSupport
import Testing

@testable import Store

struct StoredBatchesTests {
    private let clock = ManualClock()

    private var now: Int { Int(clock.wallNanoseconds / 1_000_000_000) }

    private func batch(_ id: String, tenant: String = "t") -> Batch {
        Batch(
            id: id, tenant: tenant, endpoint: .chat, inputFileID: "file-in", creator: Batch.Creator(), createdAt: now)
    }

    private func result(_ number: Int, isError: Bool = false) -> BatchResult {
        BatchResult(
            id: "r", customID: "line \(number)", status: isError ? 400 : 200, requestID: "req", body: Array("{}".utf8))
    }

    private func withStore(_ backend: Backend, _ body: (StoredBatches, Database) async throws -> Void) async throws {
        try await backend.withDatabase(clock: clock) { database in
            try await body(StoredBatches(database, keys: Keyring(try KeyFile.transient())), database)
        }
    }

    private func apply(_ event: Batch.Event, _ id: String, _ store: StoredBatches) async throws -> Batch? {
        try await store.update(id, tenant: "t") { $0.apply(event, at: 5) { ("file-out", "file-err") } }
    }

    @Test(arguments: Backend.all)
    func `a batch is kept as it is changed, for its tenant`(backend: Backend) async throws {
        try await withStore(backend) { store, _ in
            try await store.create(batch("batch_a"))
            #expect(try await store.batch("batch_a", tenant: "t") == batch("batch_a"))
            #expect(try await store.batch("batch_a", tenant: "u") == nil)
            let changed = try await apply(.accepted(lines: 7, upstream: nil), "batch_a", store)
            #expect(changed?.status == .inProgress && changed?.counts.total == 7)
            #expect(try await store.batch("batch_a", tenant: "t") == changed)
            // Too late: it is as it was.
            #expect(try await apply(.accepted(lines: 9, upstream: nil), "batch_a", store) == changed)
            #expect(try await apply(.cancelled, "batch_b", store) == nil)
        }
    }

    @Test(arguments: Backend.all)
    func `changes at the same time all count`(backend: Backend) async throws {
        try await withStore(backend) { store, _ in
            try await store.create(batch("batch_a"))
            try await withThrowingTaskGroup { group in
                for number in 0..<20 {
                    group.addTask {
                        _ = try await store.update("batch_a", tenant: "t") { batch in
                            batch.metadata["\(number)"] = "x"
                            return true
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.batch("batch_a", tenant: "t")?.metadata.count == 20)
        }
    }

    @Test(arguments: Backend.all)
    func `a batch is one hub's until it is silent, gives it back, or the batch is over`(backend: Backend) async throws {
        try await withStore(backend) { store, _ in
            let batch = batch("batch_a")
            try await store.create(batch)
            #expect(try await store.claim(owner: "one", limit: 5) == [batch])
            #expect(try await store.claim(owner: "two", limit: 5) == [])
            clock.advance(milliseconds: 14_000)
            #expect(try await store.renew(batch, owner: "one") == batch)
            clock.advance(milliseconds: 14_000)
            #expect(try await store.claim(owner: "two", limit: 5) == [])
            clock.advance(milliseconds: 1000)
            #expect(try await store.claim(owner: "two", limit: 5) == [batch])
            #expect(try await store.renew(batch, owner: "one") == nil)
            try await store.release(owner: "two")
            #expect(try await store.claim(owner: "one", limit: 5) == [batch])
            try await store.releaseAll()
            _ = try await apply(.refused([]), "batch_a", store)
            #expect(try await store.claim(owner: "one", limit: 5) == [])
        }
    }

    @Test(arguments: Backend.all)
    func `a line has one result, and is counted once`(backend: Backend) async throws {
        try await withStore(backend) { store, _ in
            let batch = batch("batch_a")
            try await store.create(batch)
            #expect(try await store.save(result(1), of: 1, in: batch))
            #expect(try await !store.save(result(1, isError: true), of: 1, in: batch))
            try await store.save(result(2, isError: true), of: 2, in: batch)
            let counts = try await store.batch("batch_a", tenant: "t")?.counts
            #expect(counts?.completed == 1 && counts?.failed == 1)
            #expect(try await store.finishedLines(of: batch) == [1, 2])
        }
    }

    @Test(arguments: Backend.all)
    func `results come in order, page by page, and go with the batch`(backend: Backend) async throws {
        try await withStore(backend) { store, database in
            let batch = batch("batch_a")
            try await store.create(batch)
            for number in (1...130).reversed() {
                try await store.save(result(number, isError: number % 10 == 0), of: number, in: batch)
            }
            var read: [Int] = []
            while true {
                let page = try await store.results(of: batch, areErrors: false, after: read.last ?? 0)
                if page.isEmpty { break }
                for (line, bytes) in page {
                    read.append(line)
                    #expect(bytes == result(line).line)
                }
            }
            #expect(read == (1...130).filter { $0 % 10 != 0 })
            let errors = try await store.results(of: batch, areErrors: true, after: 100)
            #expect(errors.map(\.line) == [110, 120, 130])
            _ = try await apply(.refused([]), "batch_a", store)
            try await store.sweep()
            #expect(try await store.finishedLines(of: batch) == [])
        }
    }

    @Test(arguments: Backend.all)
    func `a tenant has so many unfinished batches`(backend: Backend) async throws {
        try await withStore(backend) { store, _ in
            for number in 0..<StoredBatches.maximumUnfinished { try await store.create(batch("batch_\(number)")) }
            await #expect(throws: HubError.self) { try await store.create(batch("batch_more")) }
            try await store.create(batch("batch_more", tenant: "u"))
            _ = try await apply(.refused([]), "batch_0", store)
            try await store.create(batch("batch_more"))
        }
    }

    @Test(arguments: Backend.all)
    func `a list is the newest first and goes on behind a batch`(backend: Backend) async throws {
        try await withStore(backend) { store, _ in
            for id in ["batch_a", "batch_b", "batch_c"] { try await store.create(batch(id)) }
            #expect(try await store.list(tenant: "t", after: nil, limit: 2).map(\.id) == ["batch_c", "batch_b"])
            #expect(try await store.list(tenant: "t", after: "batch_b", limit: 2).map(\.id) == ["batch_a"])
            #expect(try await store.list(tenant: "u", after: nil, limit: 2).isEmpty)
        }
    }

    @Test(arguments: Backend.all)
    func `the input of a batch that is not over cannot be deleted`(backend: Backend) async throws {
        try await withStore(backend) { store, database in
            let bounds = StoredFiles.Bounds(maximumBytes: 1000, maximumFiles: 10)
            let files = StoredFiles(database, keys: store.keys, bounds: bounds)
            let file = StoredFile(
                id: "file-in", filename: "a", purpose: .batch, byteCount: 1, createdAt: now, expiresAt: now + 100)
            try await files.begin(file, tenant: "t")
            try await files.complete(file, tenant: "t")
            try await store.create(batch("batch_a"))
            await #expect(throws: HubError.self) { try await files.remove("file-in", tenant: "t") }
            _ = try await apply(.refused([]), "batch_a", store)
            #expect(try await files.remove("file-in", tenant: "t"))
        }
    }

    @Test(arguments: Backend.all)
    func `batches under another key keep no others from being done`(backend: Backend) async throws {
        try await withStore(backend) { store, database in
            for number in 0..<20 { try await store.create(batch("batch_\(number)")) }
            let other = StoredBatches(database, keys: Keyring(try KeyFile.transient()))
            clock.advance(milliseconds: 1000)
            try await other.create(batch("batch_mine"))
            #expect(try await other.claim(owner: "one", limit: 1).map(\.id) == ["batch_mine"])
            #expect(try await other.batch("batch_0", tenant: "t") == nil)
        }
    }

    @Test(arguments: Backend.all)
    func `what is damaged keeps nothing else from being done`(backend: Backend) async throws {
        try await withStore(backend) { store, database in
            let batch = batch("batch_a")
            for one in [batch, self.batch("batch_b")] { try await store.create(one) }
            for number in 1...3 { try await store.save(result(number), of: number, in: batch) }
            try await database.write { connection throws(StoreError) in
                // Of the row of another line, or batch, it cannot be opened here.
                _ = try connection.change(
                    """
                    UPDATE hub_batch_results SET sealed = (SELECT sealed FROM hub_batch_results WHERE line = 3)
                    WHERE line = 2
                    """, [])
                _ = try connection.change(
                    """
                    UPDATE hub_batches SET sealed = (SELECT sealed FROM hub_batches WHERE id = 'batch_a')
                    WHERE id = 'batch_b'
                    """, [])
            }
            #expect(try await store.claim(owner: "one", limit: 5).map(\.id) == ["batch_a"])
            #expect(try await store.list(tenant: "t", after: nil, limit: 5).map(\.id) == ["batch_a"])
            let results = try await store.results(of: batch, areErrors: false, after: 0)
            #expect(results.map(\.line) == [1, 2, 3])
            #expect(results.first?.bytes == result(1).line && results.last?.bytes == result(3).line)
            #expect(String(decoding: results[1].bytes, as: UTF8.self).contains("result_unreadable"))
        }
    }

    @Test(arguments: Backend.all)
    func `a hub changes the batches alone that it has`(backend: Backend) async throws {
        try await withStore(backend) { store, _ in
            let batch = batch("batch_a")
            try await store.create(batch)
            _ = try await store.claim(owner: "one", limit: 1)
            let kept = try await store.update("batch_a", tenant: "t", owner: "one") {
                $0.apply(.accepted(lines: 1, upstream: nil), at: 5) { ("", "") }
            }
            #expect(kept?.status == .inProgress && kept?.version == 2)
            clock.advance(milliseconds: 15_000)
            #expect(try await store.claim(owner: "two", limit: 1).map(\.version) == [2])
            let late = try await store.update("batch_a", tenant: "t", owner: "one") {
                $0.apply(.answered, at: 5) { ("file-out", "file-err") }
            }
            #expect(late == nil)
            #expect(try await store.batch("batch_a", tenant: "t") == kept)
            // Its caller changes it, whoever has it.
            #expect(try await apply(.cancelled, "batch_a", store)?.status == .cancelling)
        }
    }

    @Test(arguments: Backend.all)
    func `results take room until they are in files`(backend: Backend) async throws {
        try await withStore(backend) { store, database in
            let batch = batch("batch_a")
            try await store.create(batch)
            let bytes = result(1).line.count
            let bounds = StoredFiles.Bounds(maximumBytes: 2 * bytes, maximumFiles: 10)
            let files = StoredFiles(database, keys: store.keys, bounds: bounds)
            // Twice the same counts once.
            for _ in 1...2 { try await store.save(result(1), of: 1, in: batch) }
            try await files.checkRoom(for: bytes, tenant: "t")
            await #expect(throws: HubError.self) { try await files.checkRoom(for: bytes + 1, tenant: "t") }
            #expect(try await files.hasRoom(tenant: "t"))
            try await store.save(result(2), of: 2, in: batch)
            #expect(try await !files.hasRoom(tenant: "t"))
            #expect(try await files.hasRoom(tenant: "u"))
            _ = try await apply(.refused([]), "batch_a", store)
            try await files.checkRoom(for: 2 * bytes, tenant: "t")
        }
    }
}
