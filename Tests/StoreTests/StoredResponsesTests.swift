import Dialects
import HubCore
import TestSupport
import Testing

@testable import Store

struct StoredResponsesTests {
    private let clock = ManualClock()
    private static let secret = "the wombats meet at midnight"

    private static func response(_ id: String, after previous: String? = nil, bytes: Int = 0) -> StoredResponse {
        StoredResponse(
            id: id, previousID: previous,
            body: Array(#"{"text":"\#(secret)"}"#.utf8) + Array(repeating: 32, count: bytes),
            input: Array(#"["\#(secret)"]"#.utf8))
    }

    private static func newKeys() throws -> Keyring { Keyring(try KeyFile.transient()) }

    private func withStore(
        _ backend: Backend, lifetime: Duration = .seconds(10), maximumBytes: Int = 1 << 20,
        _ body: (StoredResponses) async throws -> Void
    ) async throws {
        try await backend.withDatabase(clock: clock) { database in
            try await body(
                StoredResponses(database, keys: Self.newKeys(), lifetime: lifetime, maximumBytes: maximumBytes))
        }
    }

    @Test(arguments: Backend.all)
    func `what was saved is there until it is deleted`(backend: Backend) async throws {
        try await withStore(backend) { store in
            try await store.save(Self.response("a", after: "before"), tenant: "t")
            #expect(try await store.response("a", tenant: "t") == Self.response("a", after: "before"))
            #expect(try await store.delete("a", tenant: "t"))
            #expect(try await store.response("a", tenant: "t") == nil)
            #expect(try await !store.delete("a", tenant: "t"))
        }
    }

    @Test(arguments: Backend.all)
    func `another tenant sees nothing and deletes nothing`(backend: Backend) async throws {
        try await withStore(backend) { store in
            try await store.save(Self.response("a"), tenant: "t")
            #expect(try await store.response("a", tenant: "u") == nil)
            #expect(try await !store.delete("a", tenant: "u"))
            #expect(try await store.response("a", tenant: "t") != nil)
        }
    }

    @Test(arguments: Backend.all)
    func `an answer is gone when its time is over`(backend: Backend) async throws {
        try await withStore(backend) { store in
            try await store.save(Self.response("a"), tenant: "t")
            clock.advance(milliseconds: 9999)
            #expect(try await store.response("a", tenant: "t") != nil)
            clock.advance(milliseconds: 1001)
            #expect(try await store.response("a", tenant: "t") == nil)
            #expect(try await !store.delete("a", tenant: "t"))
        }
    }

    @Test(arguments: Backend.all)
    func `saving the same id replaces the answer`(backend: Backend) async throws {
        try await withStore(backend) { store in
            try await store.save(Self.response("a"), tenant: "t")
            try await store.save(Self.response("a", bytes: 20), tenant: "t")
            #expect(try await store.response("a", tenant: "t") == Self.response("a", bytes: 20))
        }
    }

    @Test(arguments: Backend.all, ["", "a\0b", String(repeating: "x", count: 1000), "' OR '1'='1"])
    func `ids that no answer can have are not there`(backend: Backend, id: String) async throws {
        try await withStore(backend) { store async throws in
            #expect(try await store.response(id, tenant: "t") == nil)
            #expect(try await !store.delete(id, tenant: "t"))
        }
    }

    @Test(arguments: Backend.all)
    func `a sweep deletes what has expired, however much it is`(backend: Backend) async throws {
        try await withStore(backend) { store in
            for number in 0..<450 { try await store.save(Self.response("old\(number)"), tenant: "t") }
            clock.advance(milliseconds: 5000)
            try await store.save(Self.response("young"), tenant: "t")
            clock.advance(milliseconds: 5000)
            try await store.sweep()
            let one = try await store.byteCount()
            #expect(one > 0 && one < 200)
            #expect(try await store.response("young", tenant: "t") != nil)
        }
    }

    @Test(arguments: Backend.all)
    func `the oldest answers make room, and no more of them than must`(backend: Backend) async throws {
        try await withStore(backend, maximumBytes: 2500) { store in
            for id in ["a", "b", "c", "d"] {
                try await store.save(Self.response(id, bytes: 700), tenant: "t")
                clock.advance(milliseconds: 1000)
            }
            try await store.sweep()
            #expect(try await store.response("a", tenant: "t") == nil)
            #expect(try await store.response("b", tenant: "t") != nil)
            #expect(try await store.byteCount() <= 2500)
        }
    }

    @Test
    func `an answer larger than all may be is not kept`() async throws {
        try await withStore(.memory, maximumBytes: 1000) { store in
            try await store.save(Self.response("a", bytes: 2000), tenant: "t")
            #expect(try await store.response("a", tenant: "t") == nil)
        }
    }

    @Test
    func `sweeps come once a minute, and earlier when much was stored`() async throws {
        try await withStore(.memory, maximumBytes: 2000) { store in
            try await store.sweepIfDue()
            for id in ["a", "b", "c"] {
                try await store.save(Self.response(id, bytes: 900), tenant: "t")
                clock.advance(milliseconds: 1000)
            }
            try await store.sweepIfDue()
            #expect(try await store.byteCount() <= 2000)
            clock.advance(milliseconds: 10_000)
            try await store.sweepIfDue()
            #expect(try await store.byteCount() > 0)
            clock.advance(milliseconds: 60_000)
            try await store.sweepIfDue()
            #expect(try await store.byteCount() == 0)
        }
    }

    @Test(arguments: Backend.lasting)
    func `answers outlive the hub that stored them`(backend: Backend) async throws {
        let keys = try Self.newKeys()
        try await backend.withLocation { location in
            let first = try Database(location, clock: clock)
            try await StoredResponses(first, keys: keys, maximumBytes: 1 << 20).save(Self.response("a"), tenant: "t")
            first.close()
            let second = try Database(location, clock: clock)
            defer { second.close() }
            let store = StoredResponses(second, keys: keys, maximumBytes: 1 << 20)
            #expect(try await store.response("a", tenant: "t") == Self.response("a"))
        }
    }

    @Test(arguments: Backend.all)
    func `what another key sealed is counted and not there`(backend: Backend) async throws {
        try await backend.withDatabase(clock: clock) { database in
            let old = try KeyFile.transient()
            let store = StoredResponses(database, keys: Keyring(old), maximumBytes: 1 << 20)
            try await store.save(Self.response("a"), tenant: "t")
            #expect(try await store.unreadableCount() == 0)
            let other = StoredResponses(database, keys: try Self.newKeys(), maximumBytes: 1 << 20)
            #expect(try await other.unreadableCount() == 1)
            #expect(try await other.response("a", tenant: "t") == nil)
            let both = Keyring(try KeyFile.transient(), others: [old])
            let rotated = StoredResponses(database, keys: both, maximumBytes: 1 << 20)
            #expect(try await rotated.response("a", tenant: "t") == Self.response("a"))
        }
    }

    @Test(arguments: Backend.all)
    func `a row that was moved to another tenant is refused`(backend: Backend) async throws {
        try await backend.withDatabase(clock: clock) { database in
            let store = StoredResponses(database, keys: try Self.newKeys(), maximumBytes: 1 << 20)
            try await store.save(Self.response("a"), tenant: "t")
            _ = try await database.write { connection throws(StoreError) in
                try connection.change("UPDATE hub_responses SET tenant = $1", [.text("u")])
            }
            await #expect(throws: HubError(.internalError, "the hub's database refused an operation")) {
                try await store.response("a", tenant: "u")
            }
        }
    }

    @Test
    func `no file holds what was said, and the database is for its owner only`() async throws {
        try await withTemporaryFolder { folder in
            let database = try Database(.file("\(folder)/hub.db"), clock: clock)
            let store = StoredResponses(database, keys: try Self.newKeys(), maximumBytes: 1 << 20)
            for number in 0..<20 { try await store.save(Self.response("id\(number)"), tenant: "t") }
            for isClosed in [false, true] {
                if isClosed { database.close() }
                let names = TestFile.names(in: folder)
                #expect(names.contains("hub.db"))
                for name in names {
                    #expect(!TestFile.read("\(folder)/\(name)").contains(Array("wombats".utf8)))
                    #expect(TestFile.mode("\(folder)/\(name)") == 0o600)
                }
            }
        }
    }
}
