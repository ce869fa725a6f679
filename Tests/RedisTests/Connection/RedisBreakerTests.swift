import Reactor
import Testing

@testable import Redis

@Suite struct RedisBreakerTests {
    private static func time(_ milliseconds: UInt64) -> MonotonicTime {
        MonotonicTime(nanoseconds: milliseconds * 1_000_000)
    }

    /// Opened at 0 ms: five failures; probes every 250 ms, three close it.
    private static func opened() -> RedisBreaker {
        var breaker = RedisBreaker(RedisBreaker.Limits())
        for _ in 0..<5 { _ = breaker.noteFailure(at: time(0)) }
        return breaker
    }

    @Test func `it opens with the last of five failures in a row`() {
        var breaker = RedisBreaker(RedisBreaker.Limits())
        for _ in 0..<4 { #expect(breaker.noteFailure(at: Self.time(0)) == nil) }
        #expect(breaker.isClosed)
        #expect(breaker.noteFailure(at: Self.time(0)) == .opened)
        #expect(!breaker.isClosed)
    }

    @Test func `a success between failures keeps it closed`() {
        var breaker = RedisBreaker(RedisBreaker.Limits())
        for _ in 0..<20 {
            for _ in 0..<4 { _ = breaker.noteFailure(at: Self.time(0)) }
            #expect(breaker.noteReply(at: Self.time(0)) == nil)
        }
        #expect(breaker.isClosed)
    }

    @Test func `a probe is due after the interval, and there is one at a time`() {
        var breaker = Self.opened()
        #expect(breaker.nextProbe == Self.time(250))
        #expect(breaker.beginProbe(at: Self.time(249)) == false)
        #expect(breaker.beginProbe(at: Self.time(250)) == true)
        #expect(breaker.beginProbe(at: Self.time(1000)) == false)
        #expect(breaker.nextProbe == nil)
    }

    @Test func `three probes in a row close it`() {
        var breaker = Self.opened()
        for now: UInt64 in [250, 500] {
            #expect(breaker.beginProbe(at: Self.time(now)) == true)
            #expect(breaker.noteReply(at: Self.time(now)) == nil)
            #expect(!breaker.isClosed)
        }
        #expect(breaker.beginProbe(at: Self.time(750)) == true)
        #expect(breaker.noteReply(at: Self.time(750)) == .closed)
        #expect(breaker.isClosed)
    }

    @Test func `a probe that fails starts the count again`() {
        var breaker = Self.opened()
        for now: UInt64 in [250, 500] {
            _ = breaker.beginProbe(at: Self.time(now))
            _ = breaker.noteReply(at: Self.time(now))
        }
        _ = breaker.beginProbe(at: Self.time(750))
        #expect(breaker.noteFailure(at: Self.time(850)) == nil)
        #expect(breaker.nextProbe == Self.time(1100))
        _ = breaker.beginProbe(at: Self.time(1100))
        #expect(breaker.noteReply(at: Self.time(1100)) == nil)
        #expect(!breaker.isClosed)
    }

    private static let slow: UInt64 = 10_000_000

    @Test func `it opens when every reply has been slow for a while`() {
        var breaker = RedisBreaker(RedisBreaker.Limits())
        for now: UInt64 in [0, 80, 160, 240] {
            #expect(breaker.noteReply(after: Self.slow, at: Self.time(now)) == nil)
        }
        #expect(breaker.noteReply(after: Self.slow, at: Self.time(320)) == .opened)
        #expect(!breaker.isClosed)
    }

    @Test func `a pause, which makes all replies slow that are due in it, does not open it`() {
        var breaker = RedisBreaker(RedisBreaker.Limits())
        for _ in 0..<1000 { #expect(breaker.noteReply(after: Self.slow, at: Self.time(100)) == nil) }
        #expect(breaker.noteReply(after: Self.slow, at: Self.time(349)) == nil)
        #expect(breaker.isClosed)
    }

    @Test func `few slow replies do not open it, however long they go on`() {
        var breaker = RedisBreaker(RedisBreaker.Limits())
        for now: UInt64 in [0, 1000, 2000, 3000] {
            #expect(breaker.noteReply(after: Self.slow, at: Self.time(now)) == nil)
        }
        #expect(breaker.isClosed)
    }

    @Test func `a quick reply between slow ones keeps it closed`() {
        var breaker = RedisBreaker(RedisBreaker.Limits())
        for now: UInt64 in 0..<100 {
            let wait = now % 5 == 4 ? Self.slow - 1 : Self.slow
            #expect(breaker.noteReply(after: wait, at: Self.time(now * 80)) == nil)
        }
        #expect(breaker.isClosed)
    }

    @Test func `a slow probe does not close it`() {
        var breaker = Self.opened()
        for now: UInt64 in [250, 500, 750, 1000] {
            #expect(breaker.beginProbe(at: Self.time(now)) == true)
            #expect(breaker.noteReply(after: Self.slow, at: Self.time(now)) == nil)
        }
        #expect(!breaker.isClosed)
    }

    @Test func `replies to commands from before it opened do not close it`() {
        var breaker = Self.opened()
        for _ in 0..<10 { #expect(breaker.noteReply(at: Self.time(1)) == nil) }
        #expect(!breaker.isClosed)
    }

    @Test func `a probe that the connection took with it is made up for`() {
        var breaker = Self.opened()
        _ = breaker.beginProbe(at: Self.time(250))
        breaker.noteConnectionLost(at: Self.time(300))
        #expect(breaker.nextProbe == Self.time(550))
    }
}
