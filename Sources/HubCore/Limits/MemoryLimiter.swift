internal import Synchronization

/// Counts in this process alone. A decision takes one short lock: all counters of a call change together.
public final class MemoryLimiter: RateLimiter {
    private let clock: any TimeSource
    private let counters = Mutex<[String: LimitCounter]>([:])

    /// Counters of callers that have gone quiet are dropped when there are so many, and twice as many each time that most are
    /// in use.
    private static let manyCounters = 4096
    private let sweepAt = Atomic<Int>(manyCounters)

    public init(clock: any TimeSource) {
        self.clock = clock
    }

    private var now: Int { Int(clamping: clock.wallNanoseconds / 1_000_000) }

    public func admit(_ demands: [LimitDemand]) -> LimitDecision {
        let now = now
        return counters.withLock { counters in
            var refused: (demand: Int, wait: Int?)?
            for (index, demand) in demands.enumerated() {
                var counter = counters[demand.counter] ?? LimitCounter(demand.algorithm, at: now)
                counter.advance(to: now)
                counters[demand.counter] = counter
                switch counter.fit(demand.amount, at: now) {
                case .fits: break
                case .never: if refused?.wait != nil || refused == nil { refused = (index, nil) }
                case .after(let wait):
                    if let known = refused, known.wait.map({ $0 >= wait }) ?? true { continue }
                    refused = (index, wait)
                }
            }
            if refused == nil {
                for demand in demands { counters[demand.counter]?.take(demand.amount) }
            }
            let states = demands.map {
                counters[$0.counter]?.state(at: now) ?? LimitState(limit: 0, remaining: 0, resetMilliseconds: 0)
            }
            sweep(&counters, now)
            if let refused { return .refused(demand: refused.demand, retryAfterMilliseconds: refused.wait, states) }
            return .admitted(states, atMilliseconds: now)
        }
    }

    public func correct(_ corrections: [LimitCorrection]) {
        let now = now
        counters.withLock { counters in
            for correction in corrections {
                guard var counter = counters[correction.demand.counter] else { continue }
                counter.advance(to: now)
                counter.correct(by: correction.change, takenAt: correction.admittedAtMilliseconds)
                counters[correction.demand.counter] = counter
            }
        }
    }

    private func sweep(_ counters: inout [String: LimitCounter], _ now: Int) {
        guard counters.count > sweepAt.load(ordering: .relaxed) else { return }
        counters = counters.filter { _, counter in
            var counter = counter
            counter.advance(to: now)
            return !counter.isIdle(at: now)
        }
        sweepAt.store(max(Self.manyCounters, 2 * counters.count), ordering: .relaxed)
    }

    /// Kept now.
    var counterCount: Int { counters.withLock { $0.count } }
}
