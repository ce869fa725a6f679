/// The entries of one part of the cache in memory. Pure: time comes in.
///
/// W-TinyLFU (Einziger, Friedman, Manes, 2017): what is new waits in a small window, by recency. What leaves it is admitted
/// to the main part only if it is asked for more often than what would have to go. The main part keeps what was asked for
/// again apart from what was not.
struct MemoryCacheTable {
    struct Size: Equatable {
        var entries = 0
        var bytes = 0
        /// Entries that went for want of room, since the start.
        var evictions: UInt64 = 0
    }

    private struct Entry {
        var key: CacheKey
        var answer: CachedAnswer
        var tenant: String
        var end: UInt64
        var segment: Segment
        var newer = -1
        var older = -1
    }

    private enum Segment: Int { case window, probation, protected }

    /// A list by recency.
    private struct Row {
        var newest = -1
        var oldest = -1
        var entries = 0
        var bytes = 0
    }

    private let maximumEntries: Int
    private let maximumBytes: Int
    private var places: [CacheKey: Int] = [:]
    private var entries: [Entry?] = []
    private var free: [Int] = []
    private var rows = [Row(), Row(), Row()]
    private var evictions: UInt64 = 0
    /// Made with the first entry: an empty cache takes no memory.
    private var sketch: FrequencySketch?

    init(maximumEntries: Int, maximumBytes: Int) {
        self.maximumEntries = max(1, maximumEntries)
        self.maximumBytes = maximumBytes
    }

    var size: Size {
        Size(entries: places.count, bytes: rows.reduce(0) { $0 + $1.bytes }, evictions: evictions)
    }

    mutating func answer(for key: CacheKey, at now: UInt64) -> CachedAnswer? {
        sketch?.add(key)
        guard let place = places[key], let entry = entries[place] else { return nil }
        guard entry.end > now else {
            remove(place)
            return nil
        }
        touch(place, entry.segment)
        return entry.answer
    }

    /// What is larger than a part is not kept.
    mutating func store(_ answer: CachedAnswer, for key: CacheKey, tenant: String, until end: UInt64) {
        guard answer.byteCount <= maximumBytes else { return }
        if sketch == nil { sketch = FrequencySketch(capacity: maximumEntries) }
        if let place = places[key] { remove(place) }
        let entry = Entry(key: key, answer: answer, tenant: tenant, end: end, segment: .window)
        let place: Int
        if let known = free.popLast() {
            place = known
            entries[place] = entry
        } else {
            place = entries.count
            entries.append(entry)
        }
        places[key] = place
        link(place, .window)
        makeRoom()
    }

    mutating func purge(_ selection: CacheSelection) -> Int {
        if case .key(let key) = selection {
            guard let place = places[key] else { return 0 }
            remove(place)
            return 1
        }
        var count = 0
        for place in entries.indices {
            guard let entry = entries[place], Self.fits(entry, selection) else { continue }
            remove(place)
            count += 1
        }
        return count
    }

    private static func fits(_ entry: Entry, _ selection: CacheSelection) -> Bool {
        switch selection {
        case .all: true
        case .key(let key): entry.key == key
        case .target(let target): "\(entry.answer.facts.provider)/\(entry.answer.facts.model)" == target
        case .tenant(let tenant): entry.tenant == tenant
        }
    }

    // MARK: Admission

    /// A hundredth is for what is new, and of the rest four fifths for what was asked for again.
    private func isOver(_ segment: Segment) -> Bool {
        let row = rows[segment.rawValue]
        switch segment {
        case .window: return row.entries > max(1, maximumEntries / 100) || row.bytes > max(1, maximumBytes / 100)
        case .probation: return false
        case .protected: return row.entries > maximumEntries * 4 / 5 || row.bytes > maximumBytes / 5 * 4
        }
    }

    private var isFull: Bool {
        let size = size
        return size.entries > maximumEntries || size.bytes > maximumBytes
    }

    private mutating func makeRoom() {
        while isOver(.window), rows[Segment.window.rawValue].oldest >= 0 {
            let candidate = rows[Segment.window.rawValue].oldest
            move(candidate, to: .probation)
            contest(candidate)
        }
        // A bound below what the window alone may hold.
        while isFull, rows[Segment.window.rawValue].oldest >= 0 { evict(rows[Segment.window.rawValue].oldest) }
    }

    /// Those that were used longest ago go, one after the other, until there is room, or the candidate, as soon as it is
    /// not asked for more often than the next of them.
    private mutating func contest(_ candidate: Int) {
        while isFull {
            guard let victim = victim(besides: candidate) else { return evict(candidate) }
            guard frequency(candidate) > frequency(victim) else { return evict(candidate) }
            evict(victim)
        }
    }

    private func victim(besides candidate: Int) -> Int? {
        var place = rows[Segment.probation.rawValue].oldest
        if place == candidate { place = entries[place]?.newer ?? -1 }
        if place < 0 { place = rows[Segment.protected.rawValue].oldest }
        return place >= 0 ? place : nil
    }

    private func frequency(_ place: Int) -> Int {
        guard let key = entries[place]?.key else { return 0 }
        return sketch?.frequency(of: key) ?? 0
    }

    private mutating func touch(_ place: Int, _ segment: Segment) {
        guard segment != .window else { return move(place, to: .window) }
        move(place, to: .protected)
        while isOver(.protected), rows[Segment.protected.rawValue].oldest >= 0 {
            move(rows[Segment.protected.rawValue].oldest, to: .probation)
        }
    }

    // MARK: Lists

    private mutating func evict(_ place: Int) {
        remove(place)
        evictions += 1
    }

    private mutating func remove(_ place: Int) {
        guard let key = entries[place]?.key else { return }
        unlink(place)
        places[key] = nil
        entries[place] = nil
        free.append(place)
    }

    /// To the newest end.
    private mutating func move(_ place: Int, to segment: Segment) {
        unlink(place)
        link(place, segment)
    }

    private mutating func link(_ place: Int, _ segment: Segment) {
        let newest = rows[segment.rawValue].newest
        entries[place]?.segment = segment
        entries[place]?.older = newest
        entries[place]?.newer = -1
        if newest >= 0 { entries[newest]?.newer = place } else { rows[segment.rawValue].oldest = place }
        rows[segment.rawValue].newest = place
        rows[segment.rawValue].entries += 1
        rows[segment.rawValue].bytes += entries[place]?.answer.byteCount ?? 0
    }

    private mutating func unlink(_ place: Int) {
        guard let entry = entries[place] else { return }
        let row = entry.segment.rawValue
        if entry.newer >= 0 { entries[entry.newer]?.older = entry.older } else { rows[row].newest = entry.older }
        if entry.older >= 0 { entries[entry.older]?.newer = entry.newer } else { rows[row].oldest = entry.newer }
        rows[row].entries -= 1
        rows[row].bytes -= entry.answer.byteCount
    }
}
