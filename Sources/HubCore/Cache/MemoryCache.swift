internal import Synchronization

/// L1: kept answers in memory, bounded in entries and bytes. Shared by all reactors in parts that are locked apart.
final class MemoryCache: Sendable {
    private final class Part: Sendable {
        let table: Mutex<MemoryCacheTable>

        init(_ table: consuming MemoryCacheTable) {
            self.table = Mutex(table)
        }
    }

    private let parts: [Part]

    /// A part has at least so many entries; below that one part is all.
    private static let entriesPerPart = 512
    private static let mostParts = 16

    init(maximumEntries: Int, maximumBytes: Int) {
        let count = max(1, min(Self.mostParts, maximumEntries / Self.entriesPerPart))
        parts = (0..<count).map { index in
            // The rest goes to the first, so that the whole bound is used.
            let entries = maximumEntries / count + (index == 0 ? maximumEntries % count : 0)
            return Part(MemoryCacheTable(maximumEntries: entries, maximumBytes: maximumBytes / count))
        }
    }

    private func part(_ key: CacheKey) -> Part {
        parts[Int(key.secondHash >> 32) % parts.count]
    }

    /// - Parameter now: monotonic nanoseconds.
    func answer(for key: CacheKey, at now: UInt64) -> CachedAnswer? {
        part(key).table.withLock { $0.answer(for: key, at: now) }
    }

    /// - Parameter end: when it is no longer served; monotonic nanoseconds.
    func store(_ answer: CachedAnswer, for key: CacheKey, tenant: String, until end: UInt64) {
        part(key).table.withLock { $0.store(answer, for: key, tenant: tenant, until: end) }
    }

    /// How many went.
    @discardableResult
    func purge(_ selection: CacheSelection) -> Int {
        if case .key(let key) = selection { return part(key).table.withLock { $0.purge(selection) } }
        return parts.reduce(0) { sum, part in sum + part.table.withLock { $0.purge(selection) } }
    }

    /// Of all parts.
    var size: MemoryCacheTable.Size {
        parts.reduce(into: MemoryCacheTable.Size()) { sum, part in
            let size = part.table.withLock { $0.size }
            sum.entries += size.entries
            sum.bytes += size.bytes
            sum.evictions += size.evictions
        }
    }
}
