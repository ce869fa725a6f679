internal import Dialects
internal import Synchronization

/// Keeps answers in memory, bounded in bytes and in time: what is older, or was used longest ago, makes room.
public final class MemoryResponseStore: ResponseStore {
    fileprivate struct Key: Hashable {
        let tenant: String
        let id: String
    }

    fileprivate struct Entry {
        let response: StoredResponse
        let expires: UInt64
        /// Counts uses: the smallest was used longest ago.
        var use: UInt64
    }

    fileprivate struct State {
        var entries: [Key: Entry] = [:]
        /// Keys by their last use, oldest first. A key stands here once for each use; only its last place counts.
        var order: [(key: Key, use: UInt64)] = []
        var first = 0
        var uses: UInt64 = 0
        var byteCount = 0
    }

    private let clock: any TimeSource
    private let lifetime: Duration
    private let maximumBytes: Int
    private let state = Mutex(State())

    /// - Parameters:
    ///   - lifetime: from the day an answer was stored.
    ///   - maximumBytes: of all answers and their input together.
    public init(clock: any TimeSource, lifetime: Duration = .seconds(30 * 86_400), maximumBytes: Int = 64 << 20) {
        self.clock = clock
        self.lifetime = lifetime
        self.maximumBytes = maximumBytes
    }

    /// An answer that is larger than the whole store is not kept.
    public func save(_ response: StoredResponse, tenant: String) {
        guard response.byteCount <= maximumBytes else { return }
        let key = Key(tenant: tenant, id: response.id)
        let expires = clock.monotonicNanoseconds &+ lifetime.wholeNanoseconds
        state.withLock { state in
            state.remove(key)
            state.entries[key] = Entry(response: response, expires: expires, use: 0)
            state.byteCount += response.byteCount
            state.touch(key)
            while state.byteCount > maximumBytes, state.removeOldest() {}
        }
    }

    public func response(_ id: String, tenant: String) -> StoredResponse? {
        let key = Key(tenant: tenant, id: id)
        let now = clock.monotonicNanoseconds
        return state.withLock { state -> StoredResponse? in
            guard let entry = state.entries[key] else { return nil }
            guard entry.expires > now else {
                state.remove(key)
                return nil
            }
            state.touch(key)
            return entry.response
        }
    }

    public func delete(_ id: String, tenant: String) -> Bool {
        let key = Key(tenant: tenant, id: id)
        let now = clock.monotonicNanoseconds
        return state.withLock { state in
            let isThere = state.entries[key].map { $0.expires > now } ?? false
            state.remove(key)
            return isThere
        }
    }

    /// What is kept now, in bytes.
    var byteCount: Int { state.withLock { $0.byteCount } }
    /// Places in the order of uses.
    var noteCount: Int { state.withLock { $0.order.count } }
}

extension MemoryResponseStore.State {
    mutating func remove(_ key: MemoryResponseStore.Key) {
        guard let entry = entries.removeValue(forKey: key) else { return }
        byteCount -= entry.response.byteCount
    }

    mutating func touch(_ key: MemoryResponseStore.Key) {
        uses += 1
        entries[key]?.use = uses
        order.append((key, uses))
        // Places that do not count any more go when they are the most.
        if order.count - first > 2 * entries.count + 64 { compact() }
    }

    /// Whether there was one.
    mutating func removeOldest() -> Bool {
        while first < order.count {
            let (key, use) = order[first]
            first += 1
            guard entries[key]?.use == use else { continue }
            remove(key)
            return true
        }
        return false
    }

    private mutating func compact() {
        order = order[first...].filter { entries[$0.key]?.use == $0.use }
        first = 0
    }
}
