import Dialects
import TestSupport
import Testing
import Wire

@testable import HubCore

struct MemoryResponseStoreTests {
    private static func response(_ id: String, bytes: Int = 10) -> StoredResponse {
        StoredResponse(id: id, previousID: nil, body: Array(repeating: 32, count: bytes), input: [])
    }

    private let clock = ManualClock()

    @Test
    func `what was saved is there until it is deleted`() {
        let store = MemoryResponseStore(clock: clock)
        store.save(Self.response("a"), tenant: "t")
        #expect(store.response("a", tenant: "t") == Self.response("a"))
        #expect(store.delete("a", tenant: "t"))
        #expect(store.response("a", tenant: "t") == nil)
        #expect(!store.delete("a", tenant: "t"))
    }

    @Test
    func `another tenant sees nothing and deletes nothing`() {
        let store = MemoryResponseStore(clock: clock)
        store.save(Self.response("a"), tenant: "t")
        #expect(store.response("a", tenant: "u") == nil)
        #expect(!store.delete("a", tenant: "u"))
        #expect(store.response("a", tenant: "t") != nil)
    }

    @Test
    func `an answer is gone when its time is over`() {
        let store = MemoryResponseStore(clock: clock, lifetime: .seconds(10))
        store.save(Self.response("a"), tenant: "t")
        clock.advance(milliseconds: 9999)
        #expect(store.response("a", tenant: "t") != nil)
        clock.advance(milliseconds: 1)
        #expect(!store.delete("a", tenant: "t"))
        store.save(Self.response("b"), tenant: "t")
        clock.advance(milliseconds: 10_000)
        #expect(store.response("b", tenant: "t") == nil)
        #expect(store.byteCount == 0)
    }

    @Test
    func `the answer that was used longest ago makes room`() {
        let size = Self.response("a").byteCount
        let store = MemoryResponseStore(clock: clock, maximumBytes: 2 * size)
        store.save(Self.response("a"), tenant: "t")
        store.save(Self.response("b"), tenant: "t")
        _ = store.response("a", tenant: "t")
        store.save(Self.response("c"), tenant: "t")
        #expect(store.response("b", tenant: "t") == nil)
        #expect(store.response("a", tenant: "t") != nil)
        #expect(store.response("c", tenant: "t") != nil)
        #expect(store.byteCount == 2 * size)
    }

    @Test
    func `an answer larger than the store is not kept and costs no other`() {
        let store = MemoryResponseStore(clock: clock, maximumBytes: 2000)
        store.save(Self.response("a"), tenant: "t")
        store.save(Self.response("b", bytes: 3000), tenant: "t")
        #expect(store.response("b", tenant: "t") == nil)
        #expect(store.response("a", tenant: "t") != nil)
    }

    @Test
    func `saving the same id replaces the answer`() {
        let store = MemoryResponseStore(clock: clock)
        store.save(Self.response("a"), tenant: "t")
        store.save(Self.response("a", bytes: 20), tenant: "t")
        #expect(store.response("a", tenant: "t")?.body.count == 20)
        #expect(store.byteCount == Self.response("a", bytes: 20).byteCount)
    }

    @Test
    func `many uses of few answers keep its memory small`() {
        let store = MemoryResponseStore(clock: clock)
        store.save(Self.response("a"), tenant: "t")
        for _ in 0..<10_000 { _ = store.response("a", tenant: "t") }
        #expect(store.noteCount < 200)
    }
}

struct ResponseHistoryTests {
    private static func turn(_ id: String, after previous: String?, says text: String) -> StoredResponse {
        StoredResponse(
            id: id, previousID: previous, body: Array(#"{"output":[{"id":"\#(id)-out"}]}"#.utf8),
            input: Array(#"[{"id":"\#(text)"}]"#.utf8))
    }

    @Test
    func `the turns of a conversation come oldest first`() async throws {
        let store = MemoryResponseStore(clock: ManualClock())
        store.save(Self.turn("r1", after: nil, says: "one"), tenant: "t")
        store.save(Self.turn("r2", after: "r1", says: "two"), tenant: "t")
        let items = try await ResponseHistory.items(upTo: "r2", tenant: "t", store: store)
        #expect(items.map { $0["id"]?.string } == ["one", "r1-out", "two", "r2-out"])
    }

    private static func failure(_ id: String, _ store: (any ResponseStore)?) async -> HubError? {
        do throws(HubError) {
            _ = try await ResponseHistory.items(upTo: id, tenant: "t", store: store)
            return nil
        } catch {
            return error
        }
    }

    @Test
    func `a turn that is gone is not found, and so is every one without a store`() async {
        let store = MemoryResponseStore(clock: ManualClock())
        store.save(Self.turn("r2", after: "r1", says: "two"), tenant: "t")
        #expect(await Self.failure("r2", store)?.code == .notFound)
        #expect(await Self.failure("r2", store)?.parameter == "previous_response_id")
        #expect(await Self.failure("r2", nil)?.status == 404)
    }

    @Test
    func `a conversation that goes in a circle ends`() async {
        let store = MemoryResponseStore(clock: ManualClock())
        store.save(Self.turn("r1", after: "r1", says: "one"), tenant: "t")
        #expect(await Self.failure("r1", store)?.code == .payloadTooLarge)
    }
}
