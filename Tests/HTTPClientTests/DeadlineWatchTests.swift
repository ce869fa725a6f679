import Reactor
import Testing

@testable import HTTPClient

struct DeadlineWatchTests {
    private let limits = HTTPDeadlines(
        head: .seconds(10), firstByte: .seconds(20), idle: .seconds(3), total: .seconds(100))

    private func at(_ seconds: UInt64) -> MonotonicTime { MonotonicTime(nanoseconds: 1_000_000_000 * (1000 + seconds)) }

    private func watch(_ limits: HTTPDeadlines) -> DeadlineWatch {
        DeadlineWatch(limits: limits, connect: .seconds(5), start: at(0))
    }

    @Test func `each phase has its own deadline`() {
        var watch = watch(limits)
        #expect(watch.next == (at(5), .checkConnection))
        watch.connectionChecked()
        #expect(watch.next == (at(10), .expire(.headTimeout)))
        watch.headReceived(at: at(6))
        #expect(watch.next == (at(20), .expire(.firstByteTimeout)))
        let isFirst = watch.bodyReceived(at: at(8))
        #expect(isFirst)
        #expect(watch.next == (at(11), .expire(.idleTimeout)))
        let isFirstAgain = watch.bodyReceived(at: at(9))
        #expect(!isFirstAgain)
        #expect(watch.next == (at(12), .expire(.idleTimeout)))
    }

    @Test func `the wait for a place has its own end and does not count as connecting`() {
        var watch = watch(limits)
        watch.awaitPlace(until: at(2))
        #expect(watch.next == (at(2), .expire(.poolExhausted)))
        watch.placeTaken(at: at(1))
        #expect(watch.next == (at(6), .checkConnection))
    }

    @Test func `the total applies in every phase`() {
        var watch = watch(HTTPDeadlines(head: .seconds(10), idle: .seconds(3), total: .seconds(1)))
        #expect(watch.next == (at(1), .expire(.totalTimeout)))
        watch.headReceived(at: at(0))
        _ = watch.bodyReceived(at: at(0))
        #expect(watch.next == (at(1), .expire(.totalTimeout)))
    }

    @Test func `without a first-byte deadline the head starts the idle time`() {
        var watch = watch(HTTPDeadlines(firstByte: nil, idle: .seconds(3)))
        watch.headReceived(at: at(7))
        #expect(watch.next == (at(10), .expire(.idleTimeout)))
    }

    @Test func `the idle time stands still while paused and starts again`() {
        var watch = watch(limits)
        watch.headReceived(at: at(1))
        _ = watch.bodyReceived(at: at(2))
        watch.pause()
        #expect(watch.next == (at(100), .expire(.totalTimeout)))
        watch.resume(at: at(50))
        #expect(watch.next == (at(53), .expire(.idleTimeout)))
    }

    @Test func `no limits, no deadline but the connection's`() {
        var watch = watch(HTTPDeadlines(head: nil, firstByte: nil, idle: nil, total: nil))
        #expect(watch.next == (at(5), .checkConnection))
        watch.connectionChecked()
        #expect(watch.next.time == .distantFuture)
    }
}
