import HubCore
import Testing

struct ProviderBatchDraftTests {
    private static func draft(lines: Int = 2, bytes: Int = 10, holdsOneModel: Bool = false) -> ProviderBatchDraft {
        ProviderBatchDraft(
            name: "batch_a", endpoint: .chat,
            bounds: ProviderBatchBounds(lines: lines, bytes: bytes, holdsOneModel: holdsOneModel))
    }

    @Test func `requests gather in order`() {
        var draft = Self.draft()
        #expect(draft.add([1, 2], model: "a") == nil)
        #expect(draft.add([3], model: "b") == nil)
        #expect(draft.content == [1, 2, 3])
        #expect(draft.count == 2)
        #expect(draft.model == "a")
    }

    @Test func `what a batch does not hold is not added, and is said`() {
        var full = Self.draft()
        #expect(full.add([1], model: "a") == nil)
        #expect(full.add([2], model: "a") == nil)
        #expect(full.add([3], model: "a") == "it holds at most 2 requests")
        var large = Self.draft()
        #expect(large.add(Array(repeating: 0, count: 10), model: "a") == nil)
        #expect(large.add([1], model: "a") == "it holds at most 10 bytes")
        var single = Self.draft(holdsOneModel: true)
        #expect(single.add([1], model: "a") == nil)
        #expect(single.add([2], model: "b") == "it holds requests to one model only")
        #expect(single.count == 1)
    }
}
