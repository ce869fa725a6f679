internal import Dialects
internal import Dispatch
public import HubCore
internal import Synchronization

/// The ledger of a process: calls go to journals of their reactors, mapped from files, and from there to the database a few
/// times a second. What was told before the process was killed is found by the next one.
///
/// Somebody has to call `flush` and, now and then, `recover`. Neither throws: what cannot be done now is done by a later call.
public final class JournaledLedger: Ledger {
    /// For the log; each is rare, whatever happens.
    public enum Event: Sendable, Equatable {
        /// Rows wait: the database did not take them. Once until `caughtUp`.
        case behind(rows: UInt64, reason: String)
        case caughtUp
        /// So many rows since the last time, which was a minute ago at least.
        case dropped(rows: UInt64)
        /// What a process left that is gone: the rows of calls that had ended, and those of calls that had not.
        case recovered(rows: Int, lost: Int)
        /// Segments that could not be read to their end.
        case damaged(segments: Int)
        /// The database refuses a row and takes others.
        case refused(reason: String)
    }

    private static let secondsBetweenReports: UInt64 = 60
    /// At least so many segments per reactor, whatever the bound.
    private static let leastSegments = 4

    /// This process among all that share the folder or the database.
    private let name: String
    private let sink: any LedgerSink
    private let clock: any TimeSource
    private let folder: JournalFolder?
    private let shards: [JournalShard]
    private let report: @Sendable (Event) -> Void
    /// For what blocks: files, and reading many rows.
    private let queue = DispatchQueue(label: "ledger", qos: .utility)
    /// Calls that found no room, and rows that the database refused.
    private let dropped = Atomic<UInt64>(0)
    /// Rows of this process that are in the table or were refused.
    private let settled = Atomic<UInt64>(0)
    private let written = Atomic<UInt64>(0)
    private let progress: Mutex<Progress>
    /// Of flush, recovery and end, one at a time.
    private let turns = Turns()

    /// Of the flush.
    private struct Progress {
        struct Journal {
            /// As the database has it; nil: nothing yet.
            var stored: JournalPosition?
            /// Up to where rows are in the table: behind `stored` where there were none since.
            var read = JournalPosition.start
        }

        var journals: [Journal]
        var isBehind = false
        var reportedDrops: UInt64 = 0
        var nextReport: UInt64 = 0
    }

    /// Blocks. Throws if the folder cannot be used.
    /// - Parameters:
    ///   - folder: of the journals; nil keeps them in memory, and what is not flushed ends with the process.
    ///   - shards: reactors that call.
    ///   - maximumBytes: of what waits for a database that is away; the rows of calls that begin then are dropped.
    public convenience init(
        _ database: Database, folder: String?, shards: Int, maximumBytes: Int, random: inout some RandomNumberGenerator,
        report: @escaping @Sendable (Event) -> Void = { _ in }
    ) throws(StoreError) {
        try self.init(
            LedgerTable(database: database), clock: database.clock, folder: folder, shards: shards,
            maximumBytes: maximumBytes, random: &random, report: report)
    }

    convenience init(
        _ sink: any LedgerSink, clock: any TimeSource, folder: String?, shards: Int, maximumBytes: Int,
        random: inout some RandomNumberGenerator, report: @escaping @Sendable (Event) -> Void = { _ in }
    ) throws(StoreError) {
        let name = String(random.next(), radix: 36) + String(random.next(), radix: 36)
        let folder = try folder.map { path throws(StoreError) in try JournalFolder(path: path, name: name) }
        self.init(
            sink, clock: clock, folder: folder, name: name, shards: max(1, shards), maximumBytes: maximumBytes,
            report: report)
    }

    /// Throws nothing: the optimiser of Swift 6.3.1 stops at objects of which only the atomics are made.
    private init(
        _ sink: any LedgerSink, clock: any TimeSource, folder: JournalFolder?, name: String, shards: Int,
        maximumBytes: Int, report: @escaping @Sendable (Event) -> Void
    ) {
        self.name = name
        self.sink = sink
        self.clock = clock
        self.report = report
        self.folder = folder
        let budget = JournalBudget(maximum: max(maximumBytes, shards * Self.leastSegments * JournalSegment.capacity))
        self.shards = (0..<shards).map { JournalShard(name: "\(name)-\($0)", budget: budget) }
        progress = Mutex(Progress(journals: Array(repeating: Progress.Journal(), count: shards)))
        prepare()
    }

    // MARK: Ledger

    public func begin(_ call: LedgerCall, shard: Int) -> LedgerEntry {
        let shard = shard % shards.count
        guard let place = shards[shard].begin(call) else {
            dropped.wrappingAdd(1, ordering: .relaxed)
            return LedgerEntry(shard: shard, place: -1)
        }
        return LedgerEntry(shard: shard, place: place)
    }

    public func end(_ entry: LedgerEntry, _ result: LedgerResult) {
        guard entry.place >= 0 else { return }
        if !shards[entry.shard].end(entry.place, result) { dropped.wrappingAdd(1, ordering: .relaxed) }
    }

    public var counts: LedgerCounts {
        var counts = LedgerCounts()
        // Before what has ended, so that the difference is never below 0.
        let settled = settled.load(ordering: .acquiring)
        counts.written = written.load(ordering: .relaxed)
        counts.dropped = dropped.load(ordering: .relaxed)
        counts.pending = shards.reduce(0) { $0 + $1.endedCount } &- settled
        return counts
    }

    // MARK: Flush

    /// Takes rows to the database: all that there are as it begins.
    /// - Returns: false if the database did not take them.
    @discardableResult
    public func flush() async -> Bool {
        await turns.take()
        defer { turns.give() }
        var failure: StoreError?
        for index in shards.indices {
            do throws(StoreError) { try await flush(index) } catch { failure = error }
        }
        await onQueue { self.prepare() }
        say(failure)
        return failure == nil
    }

    private func flush(_ index: Int) async throws(StoreError) {
        let shard = shards[index]
        let reader = JournalReader(segments: shard.snapshot())
        while true {
            let journal = progress.withLock { $0.journals[index] }
            let batch = await onQueue { reader.batch(from: journal.read) }
            if batch.damagedSegments > 0 { report(.damaged(segments: batch.damagedSegments)) }
            guard !batch.rows.isEmpty else {
                progress.withLock { $0.journals[index].read = batch.end }
                return await onQueue { shard.clean(before: batch.end) }
            }
            let end = try await write(batch, shard.name, after: journal.stored)
            let count = UInt64(batch.ends.count { $0 <= end })
            settled.wrappingAdd(count, ordering: .releasing)
            progress.withLock { $0.journals[index] = Progress.Journal(stored: end, read: end) }
        }
    }

    /// Writes rows. One that is refused, where the next one is not, is left out: it would hold up all others.
    /// - Returns: how far the journal is then.
    private func write(
        _ batch: JournalReader.Batch, _ journal: String, after start: JournalPosition?
    ) async throws(StoreError) -> JournalPosition {
        var count = batch.rows.count
        while true {
            let end = count == batch.rows.count ? batch.end : batch.ends[count - 1]
            do throws(StoreError) {
                let reached = try await sink.append(
                    Array(batch.rows[..<count]), journal: journal, from: start, to: end)
                let added = UInt64(batch.ends.count { $0 <= reached })
                written.wrappingAdd(added, ordering: .relaxed)
                return reached
            } catch {
                guard error.kind == .refused else { throw error }
                if count > 1 {
                    count = (count + 1) / 2
                    continue
                }
                guard batch.rows.count > 1 else { throw error }
                let reached = try await sink.append(
                    [batch.rows[1]], journal: journal, from: start, to: batch.ends[1])
                written.wrappingAdd(1, ordering: .relaxed)
                dropped.wrappingAdd(1, ordering: .relaxed)
                report(.refused(reason: error.message))
                return reached
            }
        }
    }

    /// Blocks.
    private func prepare() {
        guard let folder else { return }
        for (index, shard) in shards.enumerated() {
            shard.prepare { folder.segmentPath(shard: index, $0) }
        }
    }

    private func say(_ failure: StoreError?) {
        let counts = counts
        let now = clock.monotonicNanoseconds
        let events = progress.withLock { progress in
            var events: [Event] = []
            if let failure, !progress.isBehind, counts.pending > 0 {
                progress.isBehind = true
                events.append(.behind(rows: counts.pending, reason: failure.message))
            } else if failure == nil, progress.isBehind {
                progress.isBehind = false
                events.append(.caughtUp)
            }
            if counts.dropped > progress.reportedDrops, now >= progress.nextReport {
                events.append(.dropped(rows: counts.dropped - progress.reportedDrops))
                progress.reportedDrops = counts.dropped
                progress.nextReport = now &+ Self.secondsBetweenReports * 1_000_000_000
            }
            return events
        }
        for event in events { report(event) }
    }

    // MARK: Recovery

    /// Takes over what processes left that are gone. Returns when there is none left, or the database does not take it.
    public func recover() async {
        guard let folder else { return }
        await turns.take()
        defer { turns.give() }
        while let remains = await onQueue({ folder.remains() }) {
            let isDone = await recover(remains)
            await onQueue {
                if isDone { remains.removeLock() }
                remains.close()
            }
            guard isDone else { return }
        }
    }

    private func recover(_ remains: JournalFolder.Remains) async -> Bool {
        do throws(StoreError) {
            var rows = 0
            var lost = 0
            for journal in remains.journals.keys.sorted() {
                let counts = try await recover(journal, remains.journals[journal] ?? [])
                rows += counts.rows
                lost += counts.lost
            }
            if !remains.unreadable.isEmpty { report(.damaged(segments: remains.unreadable.count)) }
            if rows + lost > 0 { report(.recovered(rows: rows, lost: lost)) }
            // The files first: what is forgotten before them would be counted twice.
            guard await onQueue({ remains.removeSegments() }) else { return false }
            try await sink.forget(process: remains.name)
            return true
        } catch {
            return false
        }
    }

    private func recover(
        _ journal: String, _ segments: [JournalSegment]
    ) async throws(StoreError) -> (rows: Int, lost: Int) {
        let reader = JournalReader(segments: segments.map { ($0, $0.end) }, readsBegun: true)
        var stored = try await sink.position(of: journal)
        var (rows, lost) = (0, 0)
        while true {
            let start = stored ?? .start
            let batch = await onQueue { reader.batch(from: start) }
            if batch.damagedSegments > 0 { report(.damaged(segments: batch.damagedSegments)) }
            guard !batch.rows.isEmpty else { break }
            let reached = try await write(batch, journal, after: stored)
            stored = reached
            rows += batch.ends.count { $0 <= reached }
        }
        guard stored != .finished else { return (rows, lost) }
        let open = await onQueue { reader.openCalls() }
        let missing = try await sink.missing(open).map { LedgerRow(lost: $0) }
        // Together, for nothing says of half of them that they were written.
        let reached = try await sink.append(missing, journal: journal, from: stored, to: .finished)
        if reached == .finished {
            written.wrappingAdd(UInt64(missing.count), ordering: .relaxed)
            lost = missing.count
        }
        return (rows, lost)
    }

    // MARK: End

    /// After the last flush: removes what is not needed any more. What is not in the database yet, and calls that have not
    /// ended, the next process finds; what was in memory alone is dropped.
    public func close() async {
        await turns.take()
        defer { turns.give() }
        let rest = counts.pending
        let journals = progress.withLock { $0.journals }
        var isEmpty = true
        for (shard, journal) in zip(shards, journals) {
            let isClosed = await onQueue { shard.close(flushed: journal.read) }
            isEmpty = isEmpty && isClosed
        }
        do throws(StoreError) {
            if isEmpty { try await sink.forget(process: name) }
        } catch {
            isEmpty = false
        }
        guard let folder else {
            if rest > 0 { report(.dropped(rows: rest)) }
            return
        }
        // What is still there stays this process's until that ends.
        if isEmpty { await onQueue { folder.leave() } }
    }

    /// As if the process were killed: for tests.
    func abandon() { folder?.abandon() }

    private func onQueue<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: work()) }
        }
    }
}

extension LedgerRow {
    /// Of a call that nobody saw the end of: what it used is not known, but for the size of its prompt.
    init(lost call: LedgerCall) {
        var result = LedgerResult(.lost, endedAfter: 0)
        result.usage.input = call.estimatedInput
        result.isEstimated = true
        self.init(call: call, result: result)
    }
}
