import Reactor
import Testing

@testable import Redis

@Suite struct RedisJournalTests {
    private let server = RedisAddress(host: "a", port: 1)

    private static func second(_ seconds: UInt64) -> MonotonicTime {
        MonotonicTime(nanoseconds: seconds * 1_000_000_000)
    }

    @Test func `a server that many reactors lose is unavailable once, and available when the last has it back`() {
        var journal = RedisJournal()
        #expect(journal.cameUp(server, reactor: 0) == .available(server, failures: 0))
        #expect(journal.cameUp(server, reactor: 1) == nil)
        #expect(
            journal.wentDown(server, reactor: 0, reason: "gone", at: Self.second(1))
                == .unavailable(server, reason: "gone"))
        #expect(journal.wentDown(server, reactor: 1, reason: "gone", at: Self.second(1)) == nil)
        #expect(journal.cameUp(server, reactor: 0) == nil)
        #expect(!journal.isHealthy)
        #expect(journal.cameUp(server, reactor: 1) == .available(server, failures: 0))
        #expect(journal.isHealthy)
    }

    @Test func `a server that comes and goes is told of once in a minute`() {
        var journal = RedisJournal()
        var events = 0
        for second: UInt64 in 0..<180 {
            if journal.wentDown(server, reactor: 0, reason: "gone", at: Self.second(second)) != nil { events += 1 }
            if journal.cameUp(server, reactor: 0) != nil { events += 1 }
        }
        #expect(events == 6)
    }

    @Test func `commands that fail are told of once in a minute, all of them`() {
        var journal = RedisJournal()
        var told = 0
        var events = 0
        for second: UInt64 in 0...120 {
            let event = journal.failed(server, 1000, reason: "no", at: Self.second(second))
            guard case .failing(_, let failures, "no") = event else { continue }
            told += failures
            events += 1
        }
        #expect(events == 3)
        #expect(told == 121_000)
    }

    @Test func `nothing known is not healthy`() {
        var journal = RedisJournal()
        #expect(!journal.isHealthy)
        _ = journal.wentDown(server, reactor: 0, reason: "gone", at: Self.second(0))
        #expect(!journal.isHealthy)
        journal.forget(server, reactor: 0)
        _ = journal.cameUp(RedisAddress(host: "b", port: 1), reactor: 0)
        #expect(journal.isHealthy)
    }
}
