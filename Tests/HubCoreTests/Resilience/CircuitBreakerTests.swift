import Testing
import Wire

@testable import HubCore

/// Contract 13.5.
struct CircuitBreakerTests {
    private static let second: UInt64 = 1_000_000_000

    /// Lets a call through and ends it; false if it was refused.
    private static func call(_ breaker: inout CircuitBreaker, _ outcome: CircuitBreaker.Outcome, at now: UInt64) -> Bool
    {
        guard case .admitted(let generation) = breaker.admit(at: now) else { return false }
        breaker.ended(outcome, generation: generation, at: now)
        return true
    }

    private static func opened(at now: UInt64 = 0, restsUntil: UInt64? = nil) -> CircuitBreaker {
        var breaker = CircuitBreaker(BreakerPolicy())
        for _ in 0..<5 { _ = call(&breaker, .failure(restsUntil: restsUntil), at: now) }
        return breaker
    }

    @Test func `five failures in a row open it, a success between them does not`() {
        var breaker = CircuitBreaker(BreakerPolicy())
        for outcome in [false, false, false, false, true, false, false, false, false] {
            #expect(Self.call(&breaker, outcome ? .success : .failure(restsUntil: nil), at: 0))
        }
        #expect(breaker.state == .closed)
        #expect(Self.call(&breaker, .neutral, at: 0))
        #expect(Self.call(&breaker, .failure(restsUntil: nil), at: 0))
        #expect(breaker.state == .open)
        #expect(breaker.trips == 1)
    }

    @Test func `it stays open for its time, or for longer if the provider says so`() {
        var breaker = Self.opened()
        #expect(breaker.admit(at: 59 * Self.second) == .refused(until: 60 * Self.second))
        #expect(Self.call(&breaker, .success, at: 60 * Self.second))
        var asked = Self.opened(restsUntil: 90 * Self.second)
        #expect(asked.admit(at: 89 * Self.second) == .refused(until: 90 * Self.second))
        #expect(Self.call(&asked, .success, at: 90 * Self.second))
    }

    @Test func `half-open lets one probe through at a time, and three successes close it`() {
        var breaker = Self.opened()
        let now = 60 * Self.second
        for _ in 0..<3 {
            guard case .admitted(let generation) = breaker.admit(at: now) else {
                Issue.record("no probe")
                return
            }
            #expect(breaker.state == .halfOpen)
            #expect(breaker.admit(at: now) == .refused(until: now))
            breaker.ended(.success, generation: generation, at: now)
        }
        #expect(breaker.state == .closed)
        #expect(breaker.isUntouched)
    }

    @Test func `a probe that fails opens it again, one that says nothing leaves room for the next`() {
        var breaker = Self.opened()
        #expect(Self.call(&breaker, .neutral, at: 60 * Self.second))
        #expect(breaker.state == .halfOpen)
        #expect(Self.call(&breaker, .failure(restsUntil: nil), at: 61 * Self.second))
        #expect(breaker.admit(at: 120 * Self.second) == .refused(until: 121 * Self.second))
        #expect(breaker.trips == 2)
    }

    @Test func `a call from before it opened says nothing about a probe`() {
        var breaker = CircuitBreaker(BreakerPolicy())
        guard case .admitted(let old) = breaker.admit(at: 0) else {
            Issue.record("not admitted")
            return
        }
        for _ in 0..<5 { _ = Self.call(&breaker, .failure(restsUntil: nil), at: 0) }
        guard case .admitted = breaker.admit(at: 60 * Self.second) else {
            Issue.record("no probe")
            return
        }
        breaker.ended(.success, generation: old, at: 60 * Self.second)
        #expect(breaker.admit(at: 60 * Self.second) == .refused(until: 60 * Self.second))
    }

    @Test func `an error rate opens it too, once there are enough calls`() {
        var policy = BreakerPolicy()
        policy.errorRate = 0.5
        policy.minimumAttempts = 10
        var breaker = CircuitBreaker(policy)
        for index in 0..<9 {
            #expect(Self.call(&breaker, index % 2 == 0 ? .failure(restsUntil: nil) : .success, at: Self.second))
        }
        #expect(breaker.state == .closed)
        #expect(Self.call(&breaker, .failure(restsUntil: nil), at: Self.second))
        #expect(breaker.state == .open)
    }

    @Test func `what failed a window ago does not count`() {
        var policy = BreakerPolicy()
        policy.errorRate = 0.5
        policy.minimumAttempts = 4
        policy.failures = 100
        var breaker = CircuitBreaker(policy)
        for _ in 0..<3 { #expect(Self.call(&breaker, .failure(restsUntil: nil), at: Self.second)) }
        for _ in 0..<4 { #expect(Self.call(&breaker, .success, at: 32 * Self.second)) }
        #expect(Self.call(&breaker, .failure(restsUntil: nil), at: 32 * Self.second))
        #expect(breaker.state == .closed)
    }

    // MARK: Against a reference

    /// The rules as the contract has them, by looking through the whole history each time.
    private struct Reference {
        enum Event {
            case success(UInt64)
            case failure(UInt64, UInt64?)
        }

        var history: [Event] = []
        var opened: UInt64?
        /// Events that count from here on.
        var start = 0
        var epoch = 0
        var probe = false

        var isHalfOpen = false

        mutating func admits(_ now: UInt64) -> Bool {
            if let until = opened {
                guard now >= until else { return false }
                opened = nil
                isHalfOpen = true
                start = history.count
                epoch += 1
            }
            guard isHalfOpen else { return true }
            guard !probe else { return false }
            probe = true
            return true
        }

        mutating func ends(_ event: Event?, epoch began: Int) {
            guard began == epoch else { return }
            probe = false
            guard let event else { return }
            history.append(event)
            let recent = history[start...]
            switch event {
            case .success:
                guard isHalfOpen, recent.count >= 3 else { return }
                isHalfOpen = false
                start = history.count
                epoch += 1
            case .failure(let now, let rest):
                let tail = recent.reversed().prefix { if case .failure = $0 { true } else { false } }
                guard isHalfOpen || tail.count >= 5 else { return }
                isHalfOpen = false
                opened = max(now + 60 * second, rest ?? 0)
                start = history.count
                epoch += 1
            }
        }
    }

    @Test(arguments: 0..<200)
    func `it does what a reference does, whatever comes`(seed: Int) {
        var random = RandomSource(seed: UInt64(seed))
        var breaker = CircuitBreaker(BreakerPolicy())
        var reference = Reference()
        var now: UInt64 = 0
        var running: [(UInt32, Int)] = []
        let failureShare = Int.random(in: 1...9, using: &random)
        for _ in 0..<500 {
            now += UInt64.random(in: 0...8, using: &random) * Self.second
            if Bool.random(using: &random) || running.isEmpty {
                let admission = breaker.admit(at: now)
                let isAdmitted = reference.admits(now)
                if case .admitted(let generation) = admission {
                    #expect(isAdmitted)
                    running.append((generation, reference.epoch))
                } else {
                    #expect(!isAdmitted)
                }
            } else {
                let (generation, epoch) = running.remove(at: Int.random(in: running.indices, using: &random))
                let rest = Int.random(in: 0..<4, using: &random) == 0 ? now + 100 * Self.second : nil
                switch Int.random(in: 0..<11, using: &random) {
                case ..<failureShare:
                    breaker.ended(.failure(restsUntil: rest), generation: generation, at: now)
                    reference.ends(.failure(now, rest), epoch: epoch)
                case 10:
                    breaker.ended(.neutral, generation: generation, at: now)
                    reference.ends(nil, epoch: epoch)
                default:
                    breaker.ended(.success, generation: generation, at: now)
                    reference.ends(.success(now), epoch: epoch)
                }
            }
        }
    }
}
