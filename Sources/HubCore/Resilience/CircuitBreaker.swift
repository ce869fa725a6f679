/// The breaker of one target. Pure: monotonic nanoseconds are given to it.
///
/// Closed → open after failures in a row, or at an error rate → after its time half-open, where one probe at a time is
/// let through → closed after enough successes, open again after a failure.
struct CircuitBreaker {
    enum State: Equatable {
        case closed, halfOpen, open
    }

    enum Admission: Equatable {
        /// The number goes back with the outcome.
        case admitted(generation: UInt32)
        /// Monotonic nanoseconds: when to come again. While a probe is under way: now.
        case refused(until: UInt64)
    }

    enum Outcome: Equatable {
        case success
        /// Until when the provider asks to be left alone; monotonic nanoseconds.
        case failure(restsUntil: UInt64?)
        /// Says nothing about the target: a client that left, a request that was wrong.
        case neutral
    }

    private let policy: BreakerPolicy
    private(set) var state = State.closed
    /// Grows with each change of state: outcomes of attempts that began before it say nothing any more.
    private(set) var generation: UInt32 = 0
    private var failuresInRow = 0
    private var successes = 0
    private var isProbing = false
    private var opensAgainAt: UInt64 = 0
    private var rate: ErrorRateWindow?
    private(set) var trips: UInt64 = 0

    init(_ policy: BreakerPolicy) {
        self.policy = policy
        rate = policy.errorRate.map { _ in ErrorRateWindow(length: policy.window.wholeNanoseconds) }
    }

    /// Nothing has failed lately: successes change nothing.
    var isUntouched: Bool { state == .closed && failuresInRow == 0 && rate == nil }

    /// Whether `admit` would refuse.
    func isShut(at now: UInt64) -> Bool {
        switch state {
        case .closed: false
        case .halfOpen: isProbing
        case .open: now < opensAgainAt
        }
    }

    mutating func admit(at now: UInt64) -> Admission {
        if state == .open {
            guard now >= opensAgainAt else { return .refused(until: opensAgainAt) }
            enter(.halfOpen)
        }
        if state == .halfOpen {
            guard !isProbing else { return .refused(until: now) }
            isProbing = true
        }
        return .admitted(generation: generation)
    }

    mutating func ended(_ outcome: Outcome, generation: UInt32, at now: UInt64) {
        guard generation == self.generation else { return }
        isProbing = false
        switch outcome {
        case .neutral: return
        case .success: succeeded(at: now)
        case .failure(let restsUntil): failed(restsUntil, at: now)
        }
    }

    private mutating func succeeded(at now: UInt64) {
        failuresInRow = 0
        rate?.count(isFailure: false, at: now)
        guard state == .halfOpen else { return }
        successes += 1
        if successes >= policy.successes { enter(.closed) }
    }

    private mutating func failed(_ restsUntil: UInt64?, at now: UInt64) {
        failuresInRow += 1
        rate?.count(isFailure: true, at: now)
        let isOverRate =
            if let limit = policy.errorRate, let rate { rate.exceeds(limit, of: policy.minimumAttempts, at: now) } else
            {
                false
            }
        guard state == .halfOpen || failuresInRow >= policy.failures || isOverRate else { return }
        opensAgainAt = max(now &+ policy.openTime.wholeNanoseconds, restsUntil ?? 0)
        trips += 1
        enter(.open)
    }

    private mutating func enter(_ new: State) {
        state = new
        generation &+= 1
        failuresInRow = 0
        successes = 0
        isProbing = false
        if new == .closed { rate?.clear() }
    }
}
