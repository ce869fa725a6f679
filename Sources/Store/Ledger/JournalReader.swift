internal import HubCore

/// Goes through a journal for the rows that are not in the table yet.
struct JournalReader {
    /// Rows of one transaction.
    static let batchRows = 500

    struct Batch {
        var rows: [LedgerRow] = []
        /// Behind each row.
        var ends: [JournalPosition] = []
        /// Behind everything that was looked at.
        var end: JournalPosition
        /// Records that cannot be read, with what was behind them in their segments.
        var damagedSegments = 0
    }

    let segments: [(segment: JournalSegment, end: Int)]
    /// Written by this process, not by one that is gone.
    let isOwn: Bool

    /// The next rows from a position on.
    func batch(from position: JournalPosition, atMost limit: Int = batchRows) -> Batch {
        var batch = Batch(end: position)
        for (segment, end) in segments where segment.number >= position.segment {
            var offset = segment.number == position.segment ? Int(position.offset) : 0
            reading: while batch.rows.count < limit {
                let (entry, next) = segment.entry(at: offset, before: end, isOwn: isOwn)
                switch entry {
                case .end: break reading
                case .damaged:
                    batch.damagedSegments += 1
                    offset = next == offset ? end : next
                    batch.end = JournalPosition(segment: segment.number, offset: UInt32(offset))
                    continue reading
                case .begun, .passed: offset = next
                case .ended(let row):
                    offset = next
                    batch.rows.append(row)
                    batch.ends.append(JournalPosition(segment: segment.number, offset: UInt32(next)))
                }
                batch.end = JournalPosition(segment: segment.number, offset: UInt32(offset))
            }
            if batch.rows.count == limit { break }
        }
        return batch
    }

    /// Calls that began and have not ended, in their order: of a process that is gone.
    /// - Parameter earlier: of the segments before.
    func openCalls(after earlier: [LedgerCall] = []) -> [LedgerCall] {
        var open = earlier
        var known = Set(earlier.map(\.attemptID.text))
        var ended: Set<String> = []
        for (segment, end) in segments {
            var offset = 0
            reading: while true {
                let (entry, next) = segment.entry(at: offset, before: end, isOwn: false)
                switch entry {
                case .begun(let call, true): if known.insert(call.attemptID.text).inserted { open.append(call) }
                case .ended(let row): ended.insert(row.call.attemptID.text)
                case .begun, .passed: break
                case .end: break reading
                case .damaged: if next == offset { break reading }
                }
                offset = next
            }
        }
        return open.filter { !ended.contains($0.attemptID.text) }
    }
}
