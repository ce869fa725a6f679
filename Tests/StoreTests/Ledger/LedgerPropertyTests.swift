import HubCore
import Synchronization
import TestSupport
import Testing

@testable import Store

/// Random histories: calls begin and end, rows are flushed, the database fails before or after it took them, and processes are
/// killed between any two steps and in the middle of a flush or a recovery. Every call that began has one row in the end.
struct LedgerPropertyTests {
    private final class Chance: Sendable {
        private let random: Mutex<SeededRandom>
        private let percent = Mutex(0)
        init(seed: UInt64) { random = Mutex(SeededRandom(seed: seed)) }
        func below(_ bound: Int) -> Int { random.withLock { Int.random(in: 0..<bound, using: &$0) } }
        func set(percent value: Int) { percent.withLock { $0 = value } }
        var fault: FakeLedgerSink.Fault {
            guard below(100) < percent.withLock({ $0 }) else { return .none }
            return below(2) == 0 ? .before : .after
        }
    }

    @Test(arguments: 0..<24)
    func `every call that began has one row`(seed: Int) async throws {
        try await withTemporaryFolder { folder in
            let chance = Chance(seed: UInt64(seed))
            let sink = FakeLedgerSink()
            sink.fail { chance.fault }
            var begun: Set<String> = []
            var ended: Set<String> = []
            var open: [(entry: LedgerEntry, number: Int)] = []
            var number = 0
            var process: UInt64 = 1
            var ledger = try JournaledLedger.make(sink, folder: folder, shards: 2, seed: process)
            for _ in 0..<80 {
                chance.set(percent: [0, 30, 90][chance.below(3)])
                switch chance.below(10) {
                case 0..<4:
                    // Some so many that segments fill.
                    for _ in 0..<[1, 1, 3, 3, 10, 1500][chance.below(6)] {
                        let entry = ledger.begin(LedgerSamples.call(number), shard: chance.below(2))
                        #expect(entry.place >= 0)
                        begun.insert("att_\(number)")
                        open.append((entry, number))
                        number += 1
                    }
                case 4..<7:
                    for _ in 0..<min(open.count, [1, 1, 5, 5, 20, 3000][chance.below(6)]) {
                        open.swapAt(chance.below(open.count), open.count - 1)
                        let call = open.removeLast()
                        ledger.end(call.entry, LedgerSamples.result())
                        ended.insert("att_\(call.number)")
                    }
                case 7: await ledger.flush()
                case 8: await ledger.recover()
                default:
                    ledger.abandon()
                    open = []
                    process += 1
                    ledger = try JournaledLedger.make(sink, folder: folder, shards: 2, seed: process)
                    if chance.below(2) == 0 { await ledger.recover() }
                }
            }
            chance.set(percent: 0)
            ledger.abandon()
            let last = try JournaledLedger.make(sink, folder: folder, shards: 2, seed: process + 1)
            await last.recover()
            await last.flush()
            await last.close()
            let rows = sink.rows
            #expect(rows.count == begun.count)
            #expect(Set(rows.map(\.call.attemptID.text)) == begun)
            #expect(Set(rows.filter { $0.result.outcome == .success }.map(\.call.attemptID.text)) == ended)
            #expect(TestFile.names(in: folder) == [])
        }
    }
}
