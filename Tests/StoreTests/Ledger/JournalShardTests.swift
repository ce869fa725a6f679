import Testing

@testable import Store

struct JournalShardTests {
    private let shard = JournalShard(name: "a-0", budget: JournalBudget(maximum: 8 << 20))

    /// More than a segment in memory may keep for nothing.
    private func fill() throws {
        for number in 0..<500 {
            let place = try #require(shard.begin(LedgerSamples.call(number)))
            #expect(shard.end(place, LedgerSamples.result(number)))
        }
    }

    @Test func `memory whose rows are all in the table goes, and the journal goes on behind it`() throws {
        try fill()
        let end = shard.end
        shard.clean(before: end)
        #expect(shard.snapshot().isEmpty)
        try fill()
        #expect(shard.snapshot().map(\.segment.number) == [end.segment + 1])
    }

    @Test func `memory stays while a call goes on, or a row is not in the table`() throws {
        try fill()
        let open = try #require(shard.begin(LedgerSamples.call(0)))
        shard.clean(before: shard.end)
        #expect(shard.snapshot().count == 1)
        let end = shard.end
        #expect(shard.end(open, LedgerSamples.result()))
        shard.clean(before: end)
        #expect(shard.snapshot().count == 1)
    }
}
