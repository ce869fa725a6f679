internal import HubCore
internal import Synchronization

/// The journal of one reactor: segments that its calls are appended to, the last of them the one that is written to.
///
/// The lock is the reactor's own but for moments: when the flush looks how far it may read, and when it removes what is done
/// with.
final class JournalShard: Sendable {
    /// Unique among all journals of a database.
    let name: String
    private let budget: JournalBudget
    private let state = Mutex(State())

    private struct Place {
        /// Nil: free.
        var segment: JournalSegment?
        var offset = 0
    }

    private struct State {
        /// The oldest first.
        var segments: [JournalSegment] = []
        /// Made in advance, for nobody waits for a disk.
        var spares: [JournalSegment] = []
        var nextNumber: UInt32 = 1
        /// Calls that have not ended.
        var places: [Place] = []
        var free: [Int] = []
        var endedCount: UInt64 = 0
        /// Segments that were begun since the flush last looked.
        var begunSegments = 0
    }

    init(name: String, budget: JournalBudget) {
        self.name = name
        self.budget = budget
    }

    // MARK: Calls

    /// A number for the call; nil where there is no room.
    func begin(_ call: LedgerCall) -> Int? {
        state.withLock { state in
            guard let segment = segment(&state, mayExceed: false) else { return nil }
            let place = state.free.popLast() ?? state.places.count
            if place == state.places.count { state.places.append(Place()) }
            state.places[place] = Place(segment: segment, offset: segment.append(call))
            return place
        }
    }

    /// False where there is no memory for its row.
    func end(_ place: Int, _ result: LedgerResult) -> Bool {
        state.withLock { state in
            guard state.places.indices.contains(place), let begun = state.places[place].segment else {
                preconditionFailure("a call was ended that did not begin")
            }
            let offset = state.places[place].offset
            state.places[place].segment = nil
            state.free.append(place)
            guard let segment = segment(&state, mayExceed: true) else { return false }
            segment.append(endOf: offset, in: begun, result)
            state.endedCount += 1
            return true
        }
    }

    /// Rows that were appended.
    var endedCount: UInt64 { state.withLock { $0.endedCount } }
    var openCount: Int { state.withLock { $0.places.count - $0.free.count } }

    /// One with room for a record. Takes no file that was not made before: where there is none, memory does.
    /// - Parameter mayExceed: what has begun ends, whatever the bound says.
    private func segment(_ state: inout State, mayExceed: Bool) -> JournalSegment? {
        // Memory is left as soon as there is a file again.
        if let last = state.segments.last, last.hasRoom, last.path != nil || state.spares.isEmpty { return last }
        var next = state.spares.isEmpty ? nil : state.spares.removeFirst()
        if next == nil, budget.take(JournalSegment.capacity, mayExceed: mayExceed) {
            next = JournalSegment.make(state.nextNumber)
            if next == nil { budget.give(JournalSegment.capacity) } else { state.nextNumber += 1 }
        }
        guard let next else { return nil }
        state.segments.append(next)
        state.begunSegments += 1
        return next
    }

    // MARK: Flush

    /// Behind the last record.
    var end: JournalPosition {
        state.withLock { state in
            state.segments.last.map { JournalPosition(segment: $0.number, offset: UInt32($0.end)) } ?? .start
        }
    }

    /// What there is to read, with how far each may be read now.
    func snapshot() -> [(segment: JournalSegment, end: Int)] {
        state.withLock { state in state.segments.map { ($0, $0.end) } }
    }

    /// Makes segments in advance: one, and as many as were begun lately. Blocks; not for reactors.
    /// - Parameter path: for the segment's number; nil: memory is taken when it is needed.
    func prepare(_ path: (UInt32) -> String?) {
        let missing = state.withLock { state in
            defer { state.begunSegments = 0 }
            return min(4, 1 + state.begunSegments) - state.spares.count
        }
        for _ in 0..<max(0, missing) {
            guard budget.take(JournalSegment.capacity, mayExceed: false) else { return }
            let number = state.withLock { state in
                defer { state.nextNumber += 1 }
                return state.nextNumber
            }
            guard let path = path(number), let made = JournalSegment.make(number, at: path) else {
                budget.give(JournalSegment.capacity)
                return
            }
            // One that memory took the place of meanwhile comes too late: numbers only grow.
            let isInTime = state.withLock { state in
                guard state.segments.last.map({ $0.number < number }) ?? true else { return false }
                state.spares.append(made)
                return true
            }
            if !isInTime { discard(made) }
        }
    }

    /// Removes segments that lie wholly before a position. Calls that began there and go on are moved to the segment that is
    /// written to, unless they are so many that keeping theirs costs little. Blocks; not for reactors.
    func clean(before position: JournalPosition) {
        let removed = state.withLock { state in
            var removed: [JournalSegment] = []
            for segment in state.segments.dropLast()
            where segment.number < position.segment && segment.neededUntil <= position {
                guard segment.openBytes * 4 < segment.capacity, move(from: segment, &state) else { continue }
                removed.append(segment)
            }
            if let last = state.segments.last, Self.isIdleMemory(last, position) { removed.append(last) }
            state.segments.removeAll { segment in removed.contains { $0 === segment } }
            return removed
        }
        for segment in removed { discard(segment) }
    }

    /// Whether a segment that is written to holds memory for nothing: the next call gets another.
    private static func isIdleMemory(_ segment: JournalSegment, _ position: JournalPosition) -> Bool {
        segment.path == nil && segment.openBytes == 0 && segment.end >= 64 << 10
            && JournalPosition(segment: segment.number, offset: UInt32(segment.end)) <= position
    }

    private func move(from segment: JournalSegment, _ state: inout State) -> Bool {
        if segment.openBytes == 0 { return true }
        for index in state.places.indices where state.places[index].segment === segment {
            guard let target = self.segment(&state, mayExceed: true), target.outlives(segment) else { return false }
            let offset = target.take(state.places[index].offset, from: segment)
            state.places[index] = Place(segment: target, offset: offset)
        }
        return true
    }

    /// Removes everything, where every call has ended. Blocks; not for reactors.
    /// - Parameter flushed: up to where the journal is in the table.
    /// - Returns: false where something has to stay.
    func close(flushed: JournalPosition) -> Bool {
        let (rest, isDone) = state.withLock { state -> ([JournalSegment], Bool) in
            let isFlushed = state.segments.allSatisfy { segment in
                JournalPosition(segment: segment.number, offset: UInt32(segment.end)) <= flushed
            }
            let spares = state.spares
            state.spares = []
            guard isFlushed, state.places.count == state.free.count else { return (spares, false) }
            defer { state.segments = [] }
            return (state.segments + spares, true)
        }
        return rest.map { discard($0) }.allSatisfy { $0 } && isDone
    }

    @discardableResult
    private func discard(_ segment: JournalSegment) -> Bool {
        budget.give(segment.capacity)
        return segment.remove()
    }
}

/// Bytes that all segments of a process may have together.
final class JournalBudget: Sendable {
    private let maximum: Int
    private let taken = Atomic(0)

    init(maximum: Int) {
        self.maximum = maximum
    }

    func take(_ count: Int, mayExceed: Bool) -> Bool {
        let (_, sum) = taken.wrappingAdd(count, ordering: .relaxed)
        if sum <= maximum || mayExceed { return true }
        give(count)
        return false
    }

    func give(_ count: Int) { taken.wrappingSubtract(count, ordering: .relaxed) }
}
