import TestSupport
import Testing

@testable import Reactor

/// Notes which timers fired, and when.
private final class Recorder: TimerHandler, @unchecked Sendable {
    struct Firing: Sendable {
        var tag: Int
        var time: MonotonicTime
    }

    private(set) var firings: [Firing] = []
    let isDone = Gate()
    private let lastTag: Int

    init(lastTag: Int) {
        self.lastTag = lastTag
    }

    func timerFired(tag: Int) {
        firings.append(Firing(tag: tag, time: .now))
        if tag == lastTag { isDone.open() }
    }
}

@Suite struct TimerTests {
    @Test func `timers fire in order and never early`() async throws {
        try await withReactor { reactor in
            let recorder = Recorder(lastTag: 30)
            let delays = [30, 5, 20, 1, 10]
            let start = await reactor.run {
                let start = MonotonicTime.now
                for delay in delays {
                    _ = reactor.setTimer(at: start + .milliseconds(delay), handler: recorder, tag: delay)
                }
                return start
            }
            await recorder.isDone.opened()
            let firings = await reactor.run { recorder.firings }
            #expect(firings.map(\.tag) == delays.sorted())
            for firing in firings { #expect(firing.time.since(start) >= .milliseconds(firing.tag)) }
        }
    }

    @Test func `a cancelled timer does not fire and lets its handler go`() async throws {
        try await withReactor { reactor in
            let last = Recorder(lastTag: 2)
            let isReleased = await reactor.run {
                weak var released: Recorder?
                do {
                    let cancelled = Recorder(lastTag: 1)
                    released = cancelled
                    let timer = reactor.setTimer(after: .milliseconds(1), handler: cancelled, tag: 1)
                    reactor.cancel(timer)
                    reactor.cancel(timer)
                }
                _ = reactor.setTimer(after: .milliseconds(5), handler: last, tag: 2)
                return released == nil
            }
            #expect(isReleased)
            await last.isDone.opened()
            #expect(await reactor.run { last.firings.map(\.tag) } == [2])
        }
    }

    @Test func `a timer can be moved until it fires`() async throws {
        try await withReactor { reactor in
            let recorder = Recorder(lastTag: 2)
            let moved = await reactor.run {
                let first = reactor.setTimer(after: .seconds(60), handler: recorder, tag: 1)
                _ = reactor.setTimer(after: .milliseconds(10), handler: recorder, tag: 2)
                return reactor.move(first, to: .now + .milliseconds(1)) ? first : nil
            }
            let timer = try #require(moved)
            await recorder.isDone.opened()
            #expect(await reactor.run { recorder.firings.map(\.tag) } == [1, 2])
            #expect(await reactor.run { reactor.move(timer, to: .now) } == false)
        }
    }

    /// Sets timers from within timers.
    private final class Chain: TimerHandler, @unchecked Sendable {
        let reactor: Reactor
        let isDone = Gate()
        private(set) var count = 0

        init(reactor: Reactor) {
            self.reactor = reactor
        }

        func timerFired(tag: Int) {
            count += 1
            if tag == 0 { isDone.open() } else { _ = reactor.setTimer(at: .now, handler: self, tag: tag - 1) }
        }
    }

    @Test func `a timer that sets itself again does not shut out other work`() async throws {
        try await withReactor { reactor in
            let chain = Chain(reactor: reactor)
            reactor.submit { chain.timerFired(tag: 100) }
            await chain.isDone.opened()
            #expect(await reactor.run { chain.count } == 101)
        }
    }

    @Test func `timers that are set fire after the tables have shrunk`() async throws {
        try await withReactor { reactor in
            let recorder = Recorder(lastTag: 2)
            await reactor.run {
                let long = (0..<1000).map { _ in reactor.setTimer(after: .seconds(600), handler: recorder, tag: 0) }
                _ = reactor.setTimer(after: .milliseconds(5), handler: recorder, tag: 1)
                for timer in long { reactor.cancel(timer) }
                reactor.shrinkTables()
            }
            await reactor.run { _ = reactor.setTimer(after: .milliseconds(10), handler: recorder, tag: 2) }
            await recorder.isDone.opened()
            #expect(await reactor.run { recorder.firings.map(\.tag) } == [1, 2])
        }
    }

    @Test func `a deadline too far away saturates`() {
        #expect(MonotonicTime.now + .seconds(Int64.max) == .distantFuture)
        #expect(MonotonicTime(nanoseconds: 5) + .seconds(-1) == MonotonicTime(nanoseconds: 5))
        #expect(MonotonicTime(nanoseconds: 5).since(MonotonicTime(nanoseconds: 9)) == .zero)
    }
}
