/// Deadlines in a binary heap, each with a stable slot so that it can be moved or removed in O(log n).
///
/// Pure: it knows neither a clock nor what a timer does. Slots are reused; a generation tells a stale
/// handle from a live one.
struct TimerHeap {
    struct Handle: Hashable, Sendable {
        var slot: Int32
        var generation: UInt32
    }

    private struct Entry {
        var deadline: MonotonicTime
        var slot: Int32
    }

    private struct Slot {
        /// Index into `heap`, or -1 when the slot is free.
        var position: Int32
        var generation: UInt32
    }

    private var heap: [Entry] = []
    private var slots: [Slot] = []
    private var freeSlots = FreeSlots()
    /// Of a slot that is made: above that of every slot that was cut, so that no handle of theirs reaches it.
    private var firstGeneration: UInt32 = 0

    var count: Int { heap.count }
    /// Every slot handed out is below it.
    var slotCount: Int { slots.count }
    var nextDeadline: MonotonicTime? { heap.first?.deadline }

    mutating func insert(_ deadline: MonotonicTime) -> Handle {
        let slot: Int32
        if let free = freeSlots.popLowest() {
            slot = Int32(free)
        } else {
            slot = Int32(slots.count)
            slots.append(Slot(position: -1, generation: firstGeneration))
        }
        heap.append(Entry(deadline: deadline, slot: slot))
        slots[Int(slot)].position = Int32(heap.count - 1)
        siftUp(heap.count - 1)
        return Handle(slot: slot, generation: slots[Int(slot)].generation)
    }

    /// Returns false if the timer has fired or was removed before.
    mutating func remove(_ handle: Handle) -> Bool {
        guard let position = position(of: handle) else { return false }
        release(handle.slot)
        removeEntry(at: position)
        return true
    }

    mutating func move(_ handle: Handle, to deadline: MonotonicTime) -> Bool {
        guard let position = position(of: handle) else { return false }
        let earlier = deadline < heap[position].deadline
        heap[position].deadline = deadline
        if earlier { siftUp(position) } else { siftDown(position) }
        return true
    }

    /// Removes and returns the earliest timer if it is due.
    mutating func popDue(_ now: MonotonicTime) -> Handle? {
        guard let first = heap.first, first.deadline <= now else { return nil }
        let handle = Handle(slot: first.slot, generation: slots[Int(first.slot)].generation)
        release(first.slot)
        removeEntry(at: 0)
        return handle
    }

    /// Gives back the room of timers that are gone.
    mutating func shrink() {
        let used = (slots.lastIndex { $0.position >= 0 } ?? -1) + 1
        firstGeneration = slots[used...].reduce(firstGeneration) { max($0, $1.generation) }
        slots.cut(at: used)
        freeSlots.cut(at: used)
        heap.cut(at: heap.count)
    }

    private func position(of handle: Handle) -> Int? {
        guard handle.slot >= 0, Int(handle.slot) < slots.count else { return nil }
        let slot = slots[Int(handle.slot)]
        return slot.generation == handle.generation && slot.position >= 0 ? Int(slot.position) : nil
    }

    private mutating func release(_ slot: Int32) {
        slots[Int(slot)].position = -1
        slots[Int(slot)].generation &+= 1
        freeSlots.insert(Int(slot))
    }

    private mutating func removeEntry(at position: Int) {
        let last = heap.removeLast()
        guard position < heap.count else { return }
        place(last, at: position)
        siftUp(position)
        siftDown(position)
    }

    private mutating func place(_ entry: Entry, at position: Int) {
        heap[position] = entry
        slots[Int(entry.slot)].position = Int32(position)
    }

    private mutating func siftUp(_ start: Int) {
        var child = start
        let entry = heap[child]
        while child > 0 {
            let parent = (child - 1) / 2
            guard entry.deadline < heap[parent].deadline else { break }
            place(heap[parent], at: child)
            child = parent
        }
        place(entry, at: child)
    }

    private mutating func siftDown(_ start: Int) {
        guard start < heap.count else { return }
        var parent = start
        let entry = heap[parent]
        while true {
            var child = 2 * parent + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].deadline < heap[child].deadline { child += 1 }
            guard heap[child].deadline < entry.deadline else { break }
            place(heap[child], at: parent)
            parent = child
        }
        place(entry, at: parent)
    }
}
