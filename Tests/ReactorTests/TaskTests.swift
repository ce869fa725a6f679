import TestSupport
import Testing

@testable import Reactor

@Suite struct TaskTests {
    /// Used on the reactor only.
    private final class Log: @unchecked Sendable {
        var numbers: [Int: [Int]] = [:]
    }

    private actor Other {
        func visit() -> Bool { true }
    }

    @Test func `a task stays on its reactor across suspensions`() async throws {
        try await withReactor { reactor in
            let places = await Task(executorPreference: reactor) {
                var places = [reactor.isCurrent]
                await Task.yield()
                places.append(reactor.isCurrent)
                try? await reactor.sleep(for: .milliseconds(1))
                places.append(reactor.isCurrent)
                _ = await BlockingWork.run { 1 }
                places.append(reactor.isCurrent)
                _ = await Other().visit()
                places.append(reactor.isCurrent)
                await withTaskGroup { group in
                    group.addTask { reactor.isCurrent }
                    for await place in group { places.append(place) }
                }
                places.append(reactor.isCurrent)
                return places
            }.value
            #expect(places == Array(repeating: true, count: 7))
        }
    }

    @Test func `blocking work runs away from the reactor`() async throws {
        try await withReactor { reactor in
            let isElsewhere = await Task(executorPreference: reactor) {
                await BlockingWork.run { Reactor.current == nil }
            }.value
            #expect(isElsewhere)
        }
    }

    @Test func `work submitted from many threads all runs on the reactor in each thread's order`() async throws {
        try await withReactor { reactor in
            let seen = Log()
            await withTaskGroup { group in
                for sender in 0..<8 {
                    group.addTask {
                        for number in 0..<500 {
                            reactor.submit { seen.numbers[sender, default: []].append(number) }
                        }
                        await reactor.run { #expect(reactor.isCurrent) }
                    }
                }
            }
            let all = await reactor.run { seen.numbers }
            #expect(all.count == 8)
            for numbers in all.values { #expect(numbers == Array(0..<500)) }
        }
    }

    @Test func `ten thousand tasks that yield all finish`() async throws {
        try await withReactor { reactor in
            let sum = await withTaskGroup { group in
                for number in 0..<10_000 {
                    group.addTask(executorPreference: reactor) {
                        await Task.yield()
                        return number
                    }
                }
                return await group.reduce(0, +)
            }
            #expect(sum == 49_995_000)
        }
    }

    @Test func `sleep lasts at least its time`() async throws {
        try await withReactor { reactor in
            let slept = try await Task(executorPreference: reactor) {
                let start = MonotonicTime.now
                try await reactor.sleep(for: .milliseconds(5))
                return MonotonicTime.now.since(start)
            }.value
            #expect(slept >= .milliseconds(5))
        }
    }

    @Test func `sleep may be called from a task that runs elsewhere`() async throws {
        try await withReactor { reactor in
            let start = MonotonicTime.now
            try await reactor.sleep(for: .milliseconds(2))
            #expect(MonotonicTime.now.since(start) >= .milliseconds(2))
        }
    }

    @Test func `cancelling a sleeper from another thread wakes it`() async throws {
        try await withReactor { reactor in
            let isAsleep = Gate()
            let sleeper = Task(executorPreference: reactor) {
                isAsleep.open()
                try await reactor.sleep(for: .seconds(600))
            }
            await isAsleep.opened()
            sleeper.cancel()
            await #expect(throws: CancellationError.self) { try await sleeper.value }
        }
    }

    @Test func `cancelling a sleeper from its own reactor wakes it`() async throws {
        try await withReactor { reactor in
            let sleeper = Task(executorPreference: reactor) { try await reactor.sleep(for: .seconds(600)) }
            reactor.submit { reactor.submit { sleeper.cancel() } }
            await #expect(throws: CancellationError.self) { try await sleeper.value }
        }
    }

    @Test func `a task that is cancelled already does not fall asleep`() async throws {
        try await withReactor { reactor in
            let isCancelled = Gate()
            let sleeper = Task(executorPreference: reactor) {
                await isCancelled.opened()
                try await reactor.sleep(for: .seconds(600))
            }
            sleeper.cancel()
            isCancelled.open()
            await #expect(throws: CancellationError.self) { try await sleeper.value }
        }
    }

    @Test func `many sleepers cancelled from many threads all wake`() async throws {
        try await withReactor { reactor in
            let woken = await withTaskGroup { group in
                for number in 0..<500 {
                    group.addTask(executorPreference: reactor) {
                        (try? await reactor.sleep(for: number.isMultiple(of: 2) ? .seconds(600) : .zero)) == nil
                    }
                }
                group.cancelAll()
                return await group.reduce(0) { count, _ in count + 1 }
            }
            #expect(woken == 500)
        }
    }
}
