import Dialects
import HubCore
import TestSupport
import Testing

@testable import Store

struct StoredFilesTests {
    private let clock = ManualClock()

    private var now: Int { Int(clock.wallNanoseconds / 1_000_000_000) }

    private func file(_ id: String, bytes: Int = 6, lifetime: Int = 100) -> StoredFile {
        StoredFile(
            id: id, filename: "the wombats.jsonl", purpose: .batch, byteCount: bytes, createdAt: now,
            expiresAt: now + lifetime)
    }

    private func withStore(
        _ backend: Backend, maximumBytes: Int = 1000, maximumFiles: Int = 10,
        _ body: (StoredFiles, Database) async throws -> Void
    ) async throws {
        try await backend.withDatabase(clock: clock) { database in
            let bounds = StoredFiles.Bounds(maximumBytes: maximumBytes, maximumFiles: maximumFiles)
            try await body(StoredFiles(database, keys: Keyring(try KeyFile.transient()), bounds: bounds), database)
        }
    }

    private func save(_ file: StoredFile, _ store: StoredFiles, tenant: String = "t") async throws {
        try await store.begin(file, tenant: tenant)
        try await store.append([1, 2, 3], at: 0, to: file.id, tenant: tenant)
        try await store.append([4, 5, 6], at: 1, to: file.id, tenant: tenant)
        try await store.complete(file, tenant: tenant)
    }

    @Test(arguments: Backend.all)
    func `a file is there with its pieces once it is complete`(backend: Backend) async throws {
        try await withStore(backend) { store, _ in
            let file = file("file-a")
            try await store.begin(file, tenant: "t")
            try await store.append([9], at: 0, to: "file-a", tenant: "t")
            #expect(try await store.file("file-a", tenant: "t") == nil)
            // Begun anew, nothing is left of the first try.
            try await save(file, store)
            #expect(try await store.file("file-a", tenant: "t") == file)
            #expect(try await store.piece(0, of: "file-a", tenant: "t") == [1, 2, 3])
            #expect(try await store.piece(1, of: "file-a", tenant: "t") == [4, 5, 6])
            #expect(try await store.piece(2, of: "file-a", tenant: "t") == nil)
        }
    }

    @Test(arguments: Backend.all)
    func `another tenant sees nothing and deletes nothing`(backend: Backend) async throws {
        try await withStore(backend) { store, _ in
            try await save(file("file-a"), store)
            #expect(try await store.file("file-a", tenant: "u") == nil)
            #expect(try await store.piece(0, of: "file-a", tenant: "u") == nil)
            #expect(try await !store.remove("file-a", tenant: "u"))
            #expect(try await store.list(tenant: "u", purpose: nil, after: nil, isAscending: true, limit: 9).isEmpty)
            #expect(try await store.remove("file-a", tenant: "t"))
            #expect(try await store.piece(0, of: "file-a", tenant: "t") == nil)
        }
    }

    @Test(arguments: Backend.all)
    func `a list goes on behind a file, in either order`(backend: Backend) async throws {
        try await withStore(backend) { store, _ in
            for id in ["file-a", "file-b", "file-c"] { try await save(file(id), store) }
            func ids(_ after: String?, _ isAscending: Bool, _ purpose: StoredFile.Purpose? = nil) async throws
                -> [String]
            {
                try await store.list(
                    tenant: "t", purpose: purpose, after: after, isAscending: isAscending, limit: 2
                ).map(\.id)
            }
            #expect(try await ids(nil, true) == ["file-a", "file-b"])
            #expect(try await ids(nil, false) == ["file-c", "file-b"])
            #expect(try await ids("file-b", false) == ["file-a"])
            #expect(try await ids(nil, true, .batchOutput) == [])
            #expect(try await ids("'; DROP TABLE hub_files", true) == [])
        }
    }

    @Test(arguments: Backend.all)
    func `what has expired, and what was never completed, is deleted`(backend: Backend) async throws {
        try await withStore(backend) { store, _ in
            try await save(file("file-a"), store)
            try await store.keep("file-a", tenant: "t", until: now + 200)
            try await store.begin(file("file-b"), tenant: "t")
            clock.advance(milliseconds: 199_000)
            #expect(try await store.file("file-a", tenant: "t") != nil)
            clock.advance(milliseconds: 1000)
            #expect(try await store.file("file-a", tenant: "t") == nil)
            #expect(try await store.deleteExpired() == 1)
            #expect(try await store.piece(0, of: "file-a", tenant: "t") == nil)
            clock.advance(milliseconds: 3_600_000)
            #expect(try await store.deleteExpired() == 1)
        }
    }

    @Test(arguments: Backend.all)
    func `a tenant has room for so many files and bytes`(backend: Backend) async throws {
        try await withStore(backend, maximumBytes: 12, maximumFiles: 2) { store, _ in
            try await save(file("file-a"), store)
            try await store.checkRoom(for: 6, tenant: "t")
            await #expect(throws: HubError.self) { try await store.checkRoom(for: 7, tenant: "t") }
            try await save(file("file-b"), store)
            await #expect(throws: HubError.self) { try await store.checkRoom(for: 0, tenant: "t") }
            try await store.checkRoom(for: 12, tenant: "u")
        }
    }

    @Test(arguments: Backend.all)
    func `neither name nor content can be read in the database, nor moved in it`(backend: Backend) async throws {
        try await withStore(backend) { store, database in
            try await save(file("file-a"), store)
            let names = try await database.read { connection throws(StoreError) in
                try connection.rows("SELECT sealed FROM hub_files", [])
            }
            #expect(!String(decoding: try names[0].blob(0), as: UTF8.self).contains("wombats"))
            try await database.write { connection throws(StoreError) in
                _ = try connection.change("UPDATE hub_file_pieces SET position = position + 5", [])
            }
            await #expect(throws: HubError.self) { try await store.piece(5, of: "file-a", tenant: "t") }
        }
    }

    @Test(arguments: Backend.all)
    func `a file with a piece under another key does not pass for a shorter one`(backend: Backend) async throws {
        try await withStore(backend) { store, database in
            try await save(file("file-a"), store)
            try await database.write { connection throws(StoreError) in
                _ = try connection.change("UPDATE hub_file_pieces SET key_id = 'gone' WHERE position = 1", [])
            }
            #expect(try await store.piece(0, of: "file-a", tenant: "t") == [1, 2, 3])
            await #expect(throws: HubError.self) { try await store.piece(1, of: "file-a", tenant: "t") }
        }
    }

    @Test(arguments: Backend.all)
    func `a file of many pieces is gone with all of them`(backend: Backend) async throws {
        try await withStore(backend) { store, database in
            for id in ["file-a", "file-b"] {
                try await store.begin(file(id), tenant: "t")
                for position in 0..<45 { try await store.append([1], at: position, to: id, tenant: "t") }
                try await store.complete(file(id), tenant: "t")
            }
            #expect(try await store.remove("file-a", tenant: "t"))
            #expect(try await !store.remove("file-a", tenant: "t"))
            clock.advance(milliseconds: 200_000)
            #expect(try await store.deleteExpired() == 1)
            let left = try await database.read { connection throws(StoreError) in
                try connection.rows("SELECT tenant FROM hub_file_pieces", []).count
                    + connection.rows("SELECT tenant FROM hub_files", []).count
            }
            #expect(left == 0)
        }
    }
}
