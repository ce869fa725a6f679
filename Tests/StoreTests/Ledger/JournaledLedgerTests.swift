import Dialects
import HubCore
import Synchronization
import TestSupport
import Testing

@testable import Store

struct JournaledLedgerTests {
    private let sink = FakeLedgerSink()

    private static func fill(_ ledger: JournaledLedger, _ numbers: Range<Int>, shard: Int = 0) {
        for number in numbers {
            ledger.end(ledger.begin(LedgerSamples.call(number), shard: shard), LedgerSamples.result(number))
        }
    }

    private static func names(_ folder: String, _ ending: String) -> [String] {
        TestFile.names(in: folder).filter { $0.hasSuffix(ending) }
    }

    private var outcomes: [String] { sink.rows.map { "\($0.call.attemptID.text) \($0.result.outcome.text)" } }

    @Test func `rows are pending until they are flushed, each once`() async throws {
        let ledger = try JournaledLedger.make(sink, folder: nil, shards: 2)
        Self.fill(ledger, 0..<600)
        Self.fill(ledger, 600..<610, shard: 5)
        #expect(ledger.counts.pending == 610)
        #expect(await ledger.flush())
        #expect(await ledger.flush())
        #expect(sink.rows.map(\.call.attemptID.text).sorted() == (0..<610).map { "att_\($0)" }.sorted())
        #expect((ledger.counts.written, ledger.counts.pending, ledger.counts.dropped) == (610, 0, 0))
    }

    @Test func `a hub that is closed in order leaves no files, and no journal in the database`() async throws {
        try await withTemporaryFolder { folder in
            let ledger = try JournaledLedger.make(sink, folder: "\(folder)/l", shards: 2)
            Self.fill(ledger, 0..<10)
            await ledger.flush()
            await ledger.close()
            #expect(TestFile.names(in: "\(folder)/l") == [])
            #expect(sink.journals == [])
            #expect(TestFile.mode("\(folder)/l") == 0o700)
        }
    }

    @Test func `what a killed process had is found by the next: rows that ended, and calls that did not`() async throws
    {
        try await withTemporaryFolder { folder in
            let killed = try JournaledLedger.make(sink, folder: folder, seed: 1)
            Self.fill(killed, 0..<3)
            await killed.flush()
            Self.fill(killed, 3..<5)
            _ = killed.begin(LedgerSamples.call(5), shard: 0)
            killed.abandon()
            let (events, sink) = (SharedEvents(), sink)
            let next = try JournaledLedger.make(sink, folder: folder, seed: 2) { events.note($0) }
            await next.recover()
            #expect(outcomes == (0..<5).map { "att_\($0) success" } + ["att_5 lost"])
            let lost = try #require(sink.rows.last)
            #expect((lost.result.usage.input, lost.result.isEstimated, lost.result.costNanoDollars) == (5, true, nil))
            #expect(events.all == [.recovered(rows: 2, lost: 1)])
            #expect(next.counts.written == 3)
            #expect(Self.names(folder, ".lock").count == 1)
            #expect(sink.journals == [])
        }
    }

    @Test func `a process that lives keeps its files to itself`() async throws {
        try await withTemporaryFolder { folder in
            let one = try JournaledLedger.make(sink, folder: folder, seed: 1)
            let entry = one.begin(LedgerSamples.call(1), shard: 0)
            let two = try JournaledLedger.make(sink, folder: folder, seed: 2)
            await two.recover()
            #expect(sink.rows.isEmpty)
            one.end(entry, LedgerSamples.result())
            await one.flush()
            #expect(outcomes == ["att_1 success"])
        }
    }

    @Test func `a call that ends after the hub was closed is the next one's to find`() async throws {
        try await withTemporaryFolder { folder in
            let one = try JournaledLedger.make(sink, folder: folder, seed: 1)
            _ = one.begin(LedgerSamples.call(1), shard: 0)
            Self.fill(one, 2..<3)
            await one.flush()
            await one.close()
            one.abandon()
            let two = try JournaledLedger.make(sink, folder: folder, seed: 2)
            await two.recover()
            #expect(outcomes == ["att_2 success", "att_1 lost"])
        }
    }

    @Test func `a call outlives the segment that it began in, and that goes`() async throws {
        try await withTemporaryFolder { folder in
            let ledger = try JournaledLedger.make(sink, folder: folder, seed: 1)
            let long = ledger.begin(LedgerSamples.call(0), shard: 0)
            for round in 0..<6 {
                Self.fill(ledger, (1 + round * 2000)..<(2001 + round * 2000))
                await ledger.flush()
            }
            #expect(Self.names(folder, ".segment").count <= 4)
            ledger.end(long, LedgerSamples.result())
            ledger.abandon()
            let next = try JournaledLedger.make(sink, folder: folder, seed: 2)
            await next.recover()
            #expect(sink.rows.count == 12_001)
            #expect(outcomes.last == "att_0 success")
        }
    }

    @Test func `a call that moved and was never ended is lost once`() async throws {
        try await withTemporaryFolder { folder in
            let ledger = try JournaledLedger.make(sink, folder: folder, seed: 1)
            _ = ledger.begin(LedgerSamples.call(0), shard: 0)
            for round in 0..<3 {
                Self.fill(ledger, (1 + round * 3000)..<(3001 + round * 3000))
                await ledger.flush()
            }
            ledger.abandon()
            await (try JournaledLedger.make(sink, folder: folder, seed: 2)).recover()
            #expect(outcomes.filter { $0.hasPrefix("att_0 ") } == ["att_0 lost"])
            #expect(sink.rows.count == 9001)
        }
    }

    @Test(arguments: [FakeLedgerSink.Fault.before, .after])
    func `a database that is away costs no row, and is said once`(fault: FakeLedgerSink.Fault) async throws {
        let (events, sink) = (SharedEvents(), sink)
        let ledger = try JournaledLedger.make(sink, folder: nil) { events.note($0) }
        sink.fail { fault }
        Self.fill(ledger, 0..<5)
        for _ in 0..<4 { #expect(await !ledger.flush()) }
        Self.fill(ledger, 5..<9)
        sink.fail { .none }
        #expect(await ledger.flush())
        #expect(sink.rows.map(\.call.attemptID.text) == (0..<9).map { "att_\($0)" })
        #expect((ledger.counts.written, ledger.counts.pending) == (9, 0))
        #expect(events.all == [.behind(rows: 5, reason: "away"), .caughtUp])
    }

    @Test func `beyond the bound calls that begin are dropped and counted, those that began end, and it recovers`()
        async throws
    {
        let clock = ManualClock()
        let (events, sink) = (SharedEvents(), sink)
        let ledger = try JournaledLedger.make(sink, folder: nil, maximumBytes: 0, clock: clock) { events.note($0) }
        sink.fail { .before }
        let first = ledger.begin(LedgerSamples.call(0), shard: 0)
        var number = 1
        while ledger.counts.dropped == 0 {
            Self.fill(ledger, number..<(number + 1))
            number += 1
        }
        Self.fill(ledger, number..<(number + 99))
        ledger.end(first, LedgerSamples.result())
        let kept = ledger.counts.pending
        #expect(ledger.counts.dropped == 100)
        #expect(kept == UInt64(number - 1))
        for _ in 0..<3 { await ledger.flush() }
        #expect(events.all.filter { $0 == .dropped(rows: 100) }.count == 1)
        sink.fail { .none }
        await ledger.flush()
        await ledger.flush()
        #expect(sink.rows.count == Int(kept))
        let after = ledger.begin(LedgerSamples.call(1), shard: 0)
        #expect(after.place >= 0)
    }

    @Test func `a row that is refused holds up no others, and a database that refuses all loses none`() async throws {
        let (events, sink) = (SharedEvents(), sink)
        let ledger = try JournaledLedger.make(sink, folder: nil) { events.note($0) }
        Self.fill(ledger, 0..<40)
        sink.refuse { _ in true }
        #expect(await !ledger.flush())
        #expect((ledger.counts.pending, ledger.counts.dropped) == (40, 0))
        sink.refuse { $0.call.attemptID.text == "att_17" }
        #expect(await ledger.flush())
        #expect(sink.rows.count == 39)
        #expect((ledger.counts.written, ledger.counts.pending, ledger.counts.dropped) == (39, 0, 1))
        #expect(events.all.contains(.refused(reason: "not this")))
    }

    @Test func `calls of several threads have a row each, while rows are flushed and segments go`() async throws {
        try await withTemporaryFolder { folder in
            let ledger = try JournaledLedger.make(sink, folder: folder, shards: 2)
            await withDiscardingTaskGroup { group in
                for task in 0..<4 {
                    group.addTask {
                        for number in 0..<2500 {
                            Self.fill(ledger, (task * 2500 + number)..<(task * 2500 + number + 1), shard: task % 2)
                        }
                    }
                }
                for _ in 0..<20 {
                    await ledger.flush()
                    await Task.yield()
                }
            }
            await ledger.flush()
            #expect(Set(sink.rows.map(\.call.attemptID.text)).count == 10_000)
            #expect((sink.rows.count, ledger.counts.pending) == (10_000, 0))
            await ledger.close()
            #expect(TestFile.names(in: folder) == [])
        }
    }

    @Test func `flushes at the same time count each row once`() async throws {
        let ledger = try JournaledLedger.make(sink, folder: nil)
        Self.fill(ledger, 0..<1200)
        await withDiscardingTaskGroup { group in
            for _ in 0..<4 { group.addTask { await ledger.flush() } }
        }
        #expect(sink.rows.count == 1200)
        #expect((ledger.counts.written, ledger.counts.pending) == (1200, 0))
    }

    @Test func `a journal whose position the database has forgotten is read again, and no row is added twice`()
        async throws
    {
        let ledger = try JournaledLedger.make(sink, folder: nil)
        Self.fill(ledger, 0..<5)
        #expect(await ledger.flush())
        sink.forgetPositions()
        Self.fill(ledger, 5..<8)
        #expect(await !ledger.flush())
        #expect(await ledger.flush())
        #expect(sink.rows.map(\.call.attemptID.text) == (0..<8).map { "att_\($0)" })
        #expect(ledger.counts.pending == 0)
        Self.fill(ledger, 8..<9)
        #expect(await ledger.flush())
        #expect(sink.rows.count == 9)
    }

    @Test func `a last row that is refused does not hold up what a process left, nor other processes`() async throws {
        try await withTemporaryFolder { folder in
            for seed in UInt64(1)...3 {
                let killed = try JournaledLedger.make(sink, folder: folder, seed: seed)
                Self.fill(killed, Int(seed)..<(Int(seed) + 1))
                killed.abandon()
            }
            sink.refuse { $0.call.attemptID.text == "att_2" }
            let (events, sink) = (SharedEvents(), sink)
            let next = try JournaledLedger.make(sink, folder: folder, seed: 4) { events.note($0) }
            await next.recover()
            #expect(outcomes.sorted() == ["att_1 success", "att_3 success"])
            #expect(next.counts.dropped == 1)
            #expect(events.all.contains(.refused(reason: "not this")))
            #expect(Self.names(folder, ".lock").count == 1)
        }
    }

    @Test func `a recovery that is cancelled adds nothing, and removes nothing`() async throws {
        try await withTemporaryFolder { folder in
            let killed = try JournaledLedger.make(sink, folder: folder, seed: 1)
            Self.fill(killed, 0..<3)
            killed.abandon()
            let next = try JournaledLedger.make(sink, folder: folder, seed: 2)
            let task = Task {
                withUnsafeCurrentTask { unsafe $0?.cancel() }
                await next.recover()
            }
            await task.value
            #expect(sink.rows.isEmpty)
            await next.recover()
            #expect(sink.rows.count == 3)
        }
    }

    @Test func `a lock whose name is no process's is left alone`() async throws {
        try await withTemporaryFolder { folder in
            try TestFile.write([], to: "\(folder)/%.lock")
            try TestFile.write([], to: "\(folder)/A-b.lock")
            await (try JournaledLedger.make(sink, folder: folder)).recover()
            #expect(Self.names(folder, ".lock").count == 3)
        }
    }

    @Test func `a segment that cannot be read is said, and the others are`() async throws {
        try await withTemporaryFolder { folder in
            let killed = try JournaledLedger.make(sink, folder: folder, seed: 1)
            sink.fail { .before }
            for round in 0..<5 {
                Self.fill(killed, (round * 1000)..<(round * 1000 + 1000))
                await killed.flush()
            }
            killed.abandon()
            sink.fail { .none }
            let first = try #require(Self.names(folder, "-1.segment").first)
            var bytes = TestFile.read("\(folder)/\(first)")
            for index in 0..<64 { bytes[index] = 0xAA }
            try TestFile.write(bytes, to: "\(folder)/\(first)")
            let (events, sink) = (SharedEvents(), sink)
            let next = try JournaledLedger.make(sink, folder: folder, seed: 2) { events.note($0) }
            await next.recover()
            #expect(events.all.first == .damaged(segments: 1))
            #expect((1000..<5000).contains(sink.rows.count))
        }
    }

    @Test func `a folder that cannot be used is said by name`() {
        let failure = #expect(throws: StoreError.self) {
            try JournaledLedger.make(sink, folder: "/dev/null/ledger")
        }
        #expect(failure?.message.contains("/dev/null/ledger") == true)
    }

    /// Not a bound that a busy machine would miss: it is told, and far off.
    @Test func `a row costs a few microseconds at most`() throws {
        try withTemporaryFolder { folder in
            let ledger = try JournaledLedger.make(sink, folder: folder)
            let (call, result) = (LedgerSamples.full.call, LedgerSamples.full.result)
            let time = ContinuousClock().measure {
                for _ in 0..<1000 { ledger.end(ledger.begin(call, shard: 0), result) }
            }
            print("ledger: \(time / 1000) per call")
            #expect(time / 1000 < .milliseconds(1))
        }
    }
}

/// What was said, in order.
final class SharedEvents: Sendable {
    private let events = Mutex<[JournaledLedger.Event]>([])

    var all: [JournaledLedger.Event] { events.withLock { $0 } }
    func note(_ event: JournaledLedger.Event) { events.withLock { $0.append(event) } }
}
