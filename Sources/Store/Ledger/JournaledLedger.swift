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
    private static let forgotten = StoreError.unavailable(
        "the database has forgotten how far a journal of the ledger was")
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
            /// Up to where they were when the database forgot the journal: they may be in the table, or gone with it.
            var doubtful = JournalPosition.start
            /// Where the journal ended when all of it was seen to.
            var finished = JournalPosition.start
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
        let settled = settled.load(ordering: .acquiring)
        counts.written = written.load(ordering: .relaxed)
        counts.dropped = dropped.load(ordering: .relaxed)
        // They are not read at the same moment.
        let ended = shards.reduce(UInt64(0)) { $0 + $1.endedCount }
        counts.pending = ended > settled ? ended - settled : 0
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
        var isIdle = true
        for index in shards.indices {
            // A hub that is asked nothing wakes no thread for this.
            let end = shards[index].end
            if progress.withLock({ $0.journals[index].finished == end }) { continue }
            isIdle = false
            do throws(StoreError) {
                try await flush(index)
                progress.withLock { $0.journals[index].finished = end }
            } catch {
                failure = error
            }
        }
        if !isIdle { await onQueue { self.prepare() } }
        say(failure)
        return failure == nil
    }

    private func flush(_ index: Int) async throws(StoreError) {
        let shard = shards[index]
        let reader = JournalReader(segments: shard.snapshot(), isOwn: true)
        while true {
            let journal = progress.withLock { $0.journals[index] }
            var batch = await onQueue { reader.batch(from: journal.read) }
            if batch.damagedSegments > 0 { report(.damaged(segments: batch.damagedSegments)) }
            guard !batch.rows.isEmpty else {
                progress.withLock { $0.journals[index].read = batch.end }
                return await onQueue { [end = batch.end] in shard.clean(before: end) }
            }
            let ends = batch.ends
            if let first = ends.first, first <= journal.doubtful { try await leaveOutKnown(&batch) }
            guard let end = try await write(batch, shard.name, after: journal.stored) else {
                // What is still there is read once more.
                progress.withLock { progress in
                    let doubtful = max(journal.read, journal.doubtful)
                    progress.journals[index] = Progress.Journal(doubtful: doubtful)
                }
                throw Self.forgotten
            }
            // Those before were counted the first time.
            let count = UInt64(ends.count { $0 <= end && $0 > journal.doubtful })
            settled.wrappingAdd(count, ordering: .releasing)
            progress.withLock {
                $0.journals[index] = Progress.Journal(stored: end, read: end, doubtful: journal.doubtful)
            }
        }
    }

    /// Rows that are in the table are not added again.
    private func leaveOutKnown(_ batch: inout JournalReader.Batch) async throws(StoreError) {
        let missing = Set(try await sink.missing(batch.rows.map(\.call)).map(\.attemptID.text))
        let kept = batch.rows.indices.filter { missing.contains(batch.rows[$0].call.attemptID.text) }
        (batch.rows, batch.ends) = (kept.map { batch.rows[$0] }, kept.map { batch.ends[$0] })
    }

    /// Writes rows. One that is refused, where the next one is not, is left out: it would hold up all others.
    /// - Parameter isLast: no row comes after these, so one that is refused alone is left out, too.
    /// - Returns: how far the journal is then; nil if the database knows nothing of it any more.
    private func write(
        _ batch: JournalReader.Batch, _ journal: String, after start: JournalPosition?, isLast: Bool = false
    ) async throws(StoreError) -> JournalPosition? {
        var count = batch.rows.count
        while true {
            let end = count == batch.rows.count ? batch.end : batch.ends[count - 1]
            do throws(StoreError) {
                guard
                    let reached = try await sink.append(
                        Array(batch.rows[..<count]), journal: journal, from: start, to: end)
                else { return nil }
                let added = UInt64(batch.ends.count { $0 <= reached })
                written.wrappingAdd(added, ordering: .relaxed)
                return reached
            } catch {
                guard error.kind == .refused else { throw error }
                if count > 1 {
                    count = (count + 1) / 2
                    continue
                }
                guard batch.rows.count > 1 || isLast else { throw error }
                let next = Array(batch.rows[1...].prefix(1))
                let end = next.isEmpty ? batch.end : batch.ends[1]
                guard let reached = try await sink.append(next, journal: journal, from: start, to: end) else {
                    return nil
                }
                written.wrappingAdd(UInt64(next.count), ordering: .relaxed)
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

    /// Takes over what processes left that are gone. Returns when there is none left, the database is away, or its task is
    /// cancelled.
    public func recover() async {
        guard let folder else { return }
        await turns.take()
        defer { turns.give() }
        // What cannot be taken over now does not hold up the others.
        var passed: Set<String> = []
        while !Task.isCancelled, let remains = await onQueue({ [passed] in folder.remains(passing: passed) }) {
            let failure = await recover(remains)
            await onQueue {
                if failure == nil { remains.removeLock() }
                remains.close()
            }
            if failure?.kind == .outage { return }
            passed.insert(remains.name)
        }
    }

    private func recover(_ remains: JournalFolder.Remains) async -> StoreError? {
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
            guard await onQueue({ remains.removeSegments() }) else {
                throw .unavailable("a file of the ledger cannot be removed")
            }
            try await sink.forget(process: remains.name)
            return nil
        } catch {
            return error
        }
    }

    /// One segment after the other: together they may be more than there is memory for.
    private func recover(
        _ journal: String, _ files: [JournalFolder.Remains.File]
    ) async throws(StoreError) -> (rows: Int, lost: Int) {
        var stored = try await sink.position(of: journal)
        var rows = 0
        var open: [LedgerCall] = []
        for file in files {
            let segment = try await onQueue { () -> Result<JournalSegment?, StoreError> in
                do throws(StoreError) {
                    return .success(try JournalSegment.open(file.number, at: file.path))
                } catch {
                    return .failure(error)
                }
            }.get()
            guard let segment else {
                report(.damaged(segments: 1))
                continue
            }
            let reader = JournalReader(segments: [(segment, segment.end)], isOwn: false)
            rows += try await recover(reader, journal, &stored)
            open = await onQueue { [open] in reader.openCalls(after: open) }
        }
        if stored == .finished { return (rows, 0) }
        return (rows, try await addLost(open, journal, after: stored))
    }

    private func recover(
        _ reader: JournalReader, _ journal: String, _ stored: inout JournalPosition?
    ) async throws(StoreError) -> Int {
        var rows = 0
        while true {
            // Whoever stops the hub waits for this.
            guard !Task.isCancelled else { throw .unavailable("the hub stops") }
            let start = stored ?? .start
            let batch = await onQueue { reader.batch(from: start) }
            if batch.damagedSegments > 0 { report(.damaged(segments: batch.damagedSegments)) }
            guard !batch.rows.isEmpty else { return rows }
            guard let reached = try await write(batch, journal, after: stored, isLast: true) else {
                throw Self.forgotten
            }
            stored = reached
            rows += batch.ends.count { $0 <= reached }
        }
    }

    /// - Returns: how many of the calls had no row.
    private func addLost(
        _ open: [LedgerCall], _ journal: String, after stored: JournalPosition?
    ) async throws(StoreError) -> Int {
        guard !Task.isCancelled else { throw .unavailable("the hub stops") }
        let missing = try await sink.missing(open).map { LedgerRow(lost: $0) }
        // Together, for nothing says of half of them that they were written.
        guard let reached = try await sink.append(missing, journal: journal, from: stored, to: .finished) else {
            throw Self.forgotten
        }
        guard reached == .finished else { return 0 }
        written.wrappingAdd(UInt64(missing.count), ordering: .relaxed)
        return missing.count
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
