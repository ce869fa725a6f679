/// A place in a journal, as the database remembers it: what lies before it is in the table.
struct JournalPosition: Comparable, Sendable {
    var segment: UInt32
    var offset: UInt32

    static let start = JournalPosition(segment: 0, offset: 0)
    /// Behind everything: the calls that never ended are in the table, too.
    static let finished = JournalPosition(segment: UInt32(Int32.max), offset: 0)

    init(segment: UInt32, offset: UInt32) {
        self.segment = segment
        self.offset = offset
    }

    init(stored: Int64) {
        segment = UInt32(truncatingIfNeeded: stored >> 32)
        offset = UInt32(truncatingIfNeeded: stored)
    }

    var stored: Int64 { Int64(segment) << 32 | Int64(offset) }

    static func < (left: JournalPosition, right: JournalPosition) -> Bool {
        (left.segment, left.offset) < (right.segment, right.offset)
    }
}
