import TestSupport
import Testing

@testable import HubCore

struct OutlierGroupTests {
    private static let second: UInt64 = 1_000_000_000

    private static func policy(strikes: Int = 1) -> OutlierPolicy {
        var policy = OutlierPolicy()
        policy.strikes = strikes
        return policy
    }

    private static func member(
        _ milliseconds: UInt64? = nil, whole: UInt64? = nil, cut: Double? = nil, kind: Int = 0
    ) -> OutlierGroup.Member {
        OutlierGroup.Member(
            kind: kind, streamed: milliseconds.map { $0 * 1_000_000 }, whole: whole.map { $0 * 1_000_000 },
            cutShare: cut)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var members: [OutlierGroup.Member]
        /// Positions of those that are given a rest, and why.
        var expected: [Int: OutlierReason]
    }

    @Test(arguments: [
        Case(testDescription: "alike", members: [member(900), member(1000), member(1100)], expected: [:]),
        Case(
            testDescription: "one far slower", members: [member(3000), member(400), member(500)],
            expected: [0: .latency]),
        Case(testDescription: "of two the slower", members: [member(500), member(1500)], expected: [1: .latency]),
        Case(testDescription: "not three times", members: [member(500), member(1400)], expected: [:]),
        Case(testDescription: "too small a difference", members: [member(10), member(250)], expected: [:]),
        Case(
            testDescription: "whole answers", members: [member(whole: 9000), member(whole: 900)],
            expected: [0: .latency]),
        Case(
            testDescription: "streams are not compared with whole answers",
            members: [member(100), member(whole: 9000)], expected: [:]),
        Case(
            testDescription: "nor models with others", members: [member(9000, kind: 1), member(100)], expected: [:]),
        Case(testDescription: "alone", members: [member(9000, cut: 1)], expected: [:]),
        Case(testDescription: "nothing known of the other", members: [member(9000), member()], expected: [:]),
        Case(
            testDescription: "cut streams, of other models too",
            members: [member(cut: 0.2, kind: 1), member(cut: 0)], expected: [0: .cutStreams]),
        Case(testDescription: "cuts everywhere", members: [member(cut: 0.3), member(cut: 0.2)], expected: [:]),
        Case(testDescription: "few cuts", members: [member(cut: 0.09), member(cut: 0)], expected: [:]),
        Case(
            testDescription: "no more than half of them",
            members: [member(9000), member(9000), member(100), member(100), member(100)],
            expected: [0: .latency, 1: .latency]),
        Case(
            testDescription: "three of five are slow: the usual is slow",
            members: [member(9000), member(9000), member(9000), member(100), member(100)], expected: [:]),
    ])
    func `who is given a rest`(_ test: Case) {
        var group = OutlierGroup(policy: Self.policy(), members: test.members)
        var ejected: [Int: OutlierReason] = [:]
        for (position, change) in group.look(at: 0) {
            if case .ejected(_, let reason) = change { ejected[position] = reason }
        }
        #expect(ejected == test.expected)
    }

    @Test func `one look is not enough, nor are several with a good one between them`() {
        var group = OutlierGroup(policy: Self.policy(strikes: 3), members: [Self.member(3000), Self.member(500)])
        #expect(group.look(at: 0).isEmpty)
        #expect(group.look(at: 10 * Self.second).isEmpty)
        group.members[0].streamed = 500_000_000
        #expect(group.look(at: 20 * Self.second).isEmpty)
        group.members[0].streamed = 3_000_000_000
        #expect(group.look(at: 30 * Self.second).isEmpty)
        #expect(group.look(at: 40 * Self.second).isEmpty)
        #expect(group.look(at: 50 * Self.second).count == 1)
    }

    @Test func `one that is not due is not judged`() {
        var group = OutlierGroup(policy: Self.policy(), members: [Self.member(3000), Self.member(500)])
        group.members[0].isDue = false
        #expect(group.look(at: 0).isEmpty)
        #expect(group.members[0].state.strikes == 0)
    }

    @Test func `each rest is longer than the one before, up to the longest, and good looks make it shorter again`() {
        var state = OutlierState()
        var now: UInt64 = 0
        var rests: [UInt64] = []
        let policy = Self.policy()
        func rest() {
            guard case .ejected(let until, _) = state.looked(.latency, mayEject: true, policy: policy, at: now) else {
                return
            }
            rests.append((until - now) / Self.second)
            #expect(state.isEjected(at: until - 1))
            #expect(!state.isEjected(at: until))
            now = until
            #expect(state.returned(at: now) == .returned)
            #expect(state.returned(at: now) == nil)
        }
        for _ in 0..<12 { rest() }
        #expect(rests == [30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 300, 300])
        for _ in 0..<11 { #expect(state.looked(nil, mayEject: true, policy: policy, at: now) == nil) }
        rest()
        #expect(rests.last == 60)
    }

    @Test func `whatever happens, some stay, no more than a share rests, and all come back`() {
        for seed in 0..<200 as Range<UInt64> {
            var random = SeededRandom(seed: seed)
            var policy = Self.policy(strikes: Int.random(in: 1...3, using: &random))
            policy.maximumShare = Double.random(in: 0...1, using: &random)
            let count = Int.random(in: 1...6, using: &random)
            var group = OutlierGroup(policy: policy, members: Array(repeating: Self.member(), count: count))
            let most = policy.mostEjected(of: count)
            #expect(most < count)
            var now: UInt64 = 0
            for _ in 0..<100 {
                now += UInt64.random(in: 1...60, using: &random) * Self.second
                for position in group.members.indices {
                    group.members[position].streamed =
                        Bool.random(using: &random)
                        ? nil : UInt64.random(in: 1...5_000_000_000, using: &random)
                    group.members[position].cutShare =
                        Bool.random(using: &random)
                        ? nil : Double.random(in: 0...1, using: &random)
                    group.members[position].isDue = Bool.random(using: &random)
                }
                for (position, change) in group.look(at: now) {
                    guard case .ejected(let until, _) = change else { continue }
                    #expect(until - now >= 30 * Self.second && until - now <= 300 * Self.second)
                    #expect(group.members[position].state.isEjected(at: now))
                }
                #expect(group.members.count { $0.state.isEjected(at: now) } <= most)
            }
            now += policy.maximumTime.wholeNanoseconds
            #expect(group.members.allSatisfy { !$0.state.isEjected(at: now) })
        }
    }
}
