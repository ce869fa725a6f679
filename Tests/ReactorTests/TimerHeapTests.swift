import TestSupport
import Testing

@testable import Reactor

@Suite struct TimerHeapTests {
    @Test func `timers come out in order of their deadlines`() {
        var heap = TimerHeap()
        for deadline: UInt64 in [50, 10, 40, 20, 30, 10] { _ = heap.insert(MonotonicTime(nanoseconds: deadline)) }
        var order: [UInt64] = []
        while let next = heap.nextDeadline {
            order.append(next.nanoseconds)
            #expect(heap.popDue(next) != nil)
        }
        #expect(order == [10, 10, 20, 30, 40, 50])
    }

    @Test func `a timer is not due before its deadline`() {
        var heap = TimerHeap()
        let handle = heap.insert(MonotonicTime(nanoseconds: 100))
        #expect(heap.popDue(MonotonicTime(nanoseconds: 99)) == nil)
        #expect(heap.popDue(MonotonicTime(nanoseconds: 100)) == handle)
    }

    @Test func `a stale handle does not reach the timer that took its slot`() {
        var heap = TimerHeap()
        let first = heap.insert(MonotonicTime(nanoseconds: 1))
        let removed = heap.remove(first)
        let second = heap.insert(MonotonicTime(nanoseconds: 2))
        #expect(removed)
        #expect(first.slot == second.slot)
        let removedAgain = heap.remove(first)
        let moved = heap.move(first, to: MonotonicTime(nanoseconds: 0))
        #expect(!removedAgain)
        #expect(!moved)
        #expect(heap.nextDeadline == MonotonicTime(nanoseconds: 2))
    }

    @Test func `a timer takes the lowest free slot`() {
        var heap = TimerHeap()
        let handles = (0..<200).map { heap.insert(MonotonicTime(nanoseconds: $0)) }
        for slot in [150, 70, 3] { _ = heap.remove(handles[slot]) }
        var slots: [Int32] = []
        for _ in 0..<4 { slots.append(heap.insert(MonotonicTime(nanoseconds: 1)).slot) }
        #expect(slots == [3, 70, 150, 200])
    }

    @Test func `slots behind the last timer are given back`() {
        var heap = TimerHeap()
        let handles = (0..<1000).map { heap.insert(MonotonicTime(nanoseconds: $0)) }
        for handle in handles where handle.slot != 100 { _ = heap.remove(handle) }
        heap.shrink()
        #expect(heap.slotCount == 101)
        let due = heap.popDue(MonotonicTime(nanoseconds: 1000))
        #expect(due == handles[100])
        heap.shrink()
        #expect(heap.slotCount == 0)
    }

    /// The plainest thing that does the same.
    private struct Model {
        var live: [TimerHeap.Handle: UInt64] = [:]
        var earliest: UInt64? { live.values.min() }
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `random operations do what a plain dictionary does`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var heap = TimerHeap()
        var model = Model()
        var everMade: [TimerHeap.Handle] = []
        var different: Set<TimerHeap.Handle> = []
        for _ in 0..<2000 {
            let deadline = UInt64.random(in: 0..<500, using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<4:
                let handle = heap.insert(MonotonicTime(nanoseconds: deadline))
                #expect(model.live.updateValue(deadline, forKey: handle) == nil)
                #expect(different.insert(handle).inserted)
                everMade.append(handle)
            case 4..<6:
                guard let handle = everMade.randomElement(using: &random) else { continue }
                #expect(heap.remove(handle) == (model.live.removeValue(forKey: handle) != nil))
            case 6..<8:
                guard let handle = everMade.randomElement(using: &random) else { continue }
                #expect(heap.move(handle, to: MonotonicTime(nanoseconds: deadline)) == (model.live[handle] != nil))
                if model.live[handle] != nil { model.live[handle] = deadline }
            case 8:
                heap.shrink()
            default:
                let popped = heap.popDue(MonotonicTime(nanoseconds: deadline))
                let expected = model.earliest.flatMap { $0 <= deadline ? $0 : nil }
                #expect(popped.flatMap { model.live.removeValue(forKey: $0) } == expected)
            }
            #expect(heap.count == model.live.count)
            #expect(heap.nextDeadline?.nanoseconds == model.earliest)
        }
    }
}
