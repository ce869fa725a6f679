import Dialects
import Testing
import Wire

@testable import HubCore

/// Contract 13.3.
struct RetryScheduleTests {
    private static let second: UInt64 = 1_000_000_000

    /// Runs a schedule against candidates that fail as told, moving the time by its waits. Returns what it did: positions
    /// of calls, and waits as `w`.
    private static func run(
        _ faults: [FaultClass], windows: [Int?]? = nil, retryAfter: [Int?] = [], deadline: UInt64 = 600,
        maximumAttempts: Int? = nil, policy: RetryPolicy = RetryPolicy()
    ) -> (steps: [String], waited: UInt64) {
        var schedule = RetrySchedule(
            policy: policy, windows: windows ?? faults.map { _ in nil }, deadline: deadline * second,
            maximumAttempts: maximumAttempts)
        var random = RandomSource(seed: 7)
        var now: UInt64 = 0
        var steps = ["0"]
        var position = 0
        while true {
            let rest = position < retryAfter.count ? retryAfter[position] : nil
            schedule.failed(position, faults[position], retryAfter: rest, now: now)
            var next = schedule.next(now: now, random: &random)
            if case .wait(let nanoseconds) = next {
                now += nanoseconds
                steps.append("w")
                next = schedule.next(now: now, random: &random)
            }
            guard case .call(let chosen) = next else { return (steps, now) }
            steps.append("\(chosen)")
            position = chosen
        }
    }

    @Test(
        arguments: [
            // One target: three attempts, a wait between them.
            ([.transient], ["0", "w", "0", "w", "0"]), ([.rateLimit], ["0", "w", "0", "w", "0"]),
            ([.client], ["0"]), ([.contentFilter, .transient], ["0"]), ([.authentication], ["0"]),
            // Several: all of them before anything waits, six attempts in all.
            ([.transient, .transient], ["0", "1", "w", "0", "1", "w", "0", "1"]),
            ([.transient, .transient, .transient], ["0", "1", "2", "w", "0", "1", "2"]),
            // One that will not do is not called again.
            ([.authentication, .transient], ["0", "1", "w", "1", "w", "1"]),
            ([.transient, .notFound], ["0", "1", "w", "0", "w", "0"]), ([.notFound, .badResponse], ["0", "1"]),
            ([.transient, .client], ["0", "1"]), ([.incapable, .notConfigured, .contentFilter], ["0", "1", "2"]),
        ] as [([FaultClass], [String])])
    func `a round calls each candidate once, and waits come between rounds`(faults: [FaultClass], steps: [String]) {
        #expect(Self.run(faults).steps == steps)
    }

    @Test func `refusals of a breaker are no attempts`() {
        #expect(Self.run([.circuitOpen, .circuitOpen, .transient]).steps == ["0", "1", "2", "w", "2", "w", "2"])
    }

    @Test func `waits grow and scatter by a quarter`() {
        var random = RandomSource(seed: 3)
        let policy = RetryPolicy()
        for (rounds, seconds) in [(1, 1.0), (2, 2), (3, 4), (6, 30), (60, 30)] {
            let waits = (0..<200).map { _ in Double(policy.wait(afterRounds: rounds, random: &random)) / 1e9 }
            #expect(waits.allSatisfy { (seconds * 0.75...seconds * 1.25).contains($0) })
            #expect(Set(waits).count > 100)
        }
    }

    @Test func `Retry-After is a floor for the one that said it`() {
        let alone = Self.run([.rateLimit], retryAfter: [20])
        #expect(alone.steps == ["0", "w", "0", "w", "0"])
        #expect(alone.waited == 40 * Self.second)
        // The other need not wait for it, and is called as often as it may be first.
        let both = Self.run([.rateLimit, .transient], retryAfter: [100, nil])
        #expect(both.steps == ["0", "1", "w", "1", "w", "1", "w", "0", "w", "0"])
        #expect(both.waited == 200 * Self.second)
    }

    @Test func `nothing waits past the deadline`() {
        #expect(Self.run([.rateLimit], retryAfter: [20], deadline: 20).steps == ["0"])
        #expect(Self.run([.transient], deadline: 1).steps.count <= 3)
    }

    @Test func `the request may ask for fewer attempts`() {
        #expect(Self.run([.transient, .transient], maximumAttempts: 3).steps == ["0", "1", "w", "0"])
        #expect(Self.run([.transient, .transient], maximumAttempts: 1).steps == ["0"])
    }

    @Test(
        arguments: [
            ([100, 50, 200], ["0", "2"]), ([100, 100, nil], ["0"]), ([nil, 1000], ["0"]), ([100, 101], ["0", "1"]),
        ] as [([Int?], [String])])
    func `a prompt that is too long goes to a larger window only`(windows: [Int?], steps: [String]) {
        #expect(Self.run(windows.map { _ in .contextLength }, windows: windows).steps == steps)
    }
}
