internal import Crypto
internal import HubCore
internal import Redis
internal import Wire

/// Limits that replicas keep together in Redis; while it is away each keeps them alone: contract 13.7.
///
/// A correction goes to where its call was admitted. Which of the two that was the last bit of the decision's time says: even
/// times are Redis's, odd ones this process's.
struct RedisRateLimiter: RateLimiter {
    private let limiter: RedisLimiter
    private let alone: any RateLimiter
    /// After which a call that nobody ended no longer counts among those at the same time.
    private let lease: Duration

    init(_ client: RedisClient, alone: any RateLimiter, lease: Duration) {
        limiter = RedisLimiter(client)
        self.alone = alone
        self.lease = lease
    }

    func admit(_ demands: [LimitDemand]) async -> LimitDecision {
        guard let holder = demands.first?.holder else { return await alone.admit(demands) }
        // The same limit twice is one limit.
        var positions: [String: Int] = [:]
        var limits: [RedisLimit] = []
        for demand in demands where positions[demand.counter] == nil {
            positions[demand.counter] = limits.count
            limits.append(limit(demand))
        }
        do throws(RedisError) {
            let decision = try await limiter.take(limits, lease: Array(holder.utf8))
            let states = demands.map { demand in
                LimitState(decision.standings[positions[demand.counter] ?? 0], of: demand.algorithm)
            }
            guard let denied = decision.denied else { return .admitted(states, atMilliseconds: decision.time & ~1) }
            return .refused(
                demand: demands.firstIndex { positions[$0.counter] == denied } ?? 0,
                retryAfterMilliseconds: decision.retryAfter?.milliseconds, states)
        } catch {
            switch await alone.admit(demands) {
            case .admitted(let states, let time): return .admitted(states, atMilliseconds: time | 1)
            case .refused(let demand, let wait, let states):
                return .refused(demand: demand, retryAfterMilliseconds: wait, states)
            }
        }
    }

    func correct(_ corrections: [LimitCorrection]) {
        guard let first = corrections.first else { return }
        if first.admittedAtMilliseconds & 1 == 1 { return alone.correct(corrections) }
        var seen: Set<String> = []
        let settlements = corrections.compactMap { correction in
            seen.insert(correction.demand.counter).inserted
                ? RedisLimiter.Settlement(
                    limit: limit(correction.demand), time: correction.admittedAtMilliseconds,
                    difference: correction.change)
                : nil
        }
        limiter.settle(settlements, lease: Array(first.demand.holder.utf8))
    }

    private func limit(_ demand: LimitDemand) -> RedisLimit {
        let rule: RedisLimit.Rule =
            switch demand.algorithm {
            case .tokenBucket(let capacity, let perSecond): .tokenBucket(capacity: capacity, perSecond: perSecond)
            case .fixedWindow(let limit, let length): .fixedWindow(limit, .milliseconds(length))
            case .slidingWindow(let limit, let length): .slidingWindow(limit, .milliseconds(length))
            case .concurrency(let limit): .concurrency(limit, lease: lease)
            }
        return RedisLimit(key: Self.key(demand.counter), rule: rule, cost: demand.amount)
    }

    /// All under one hash tag: whatever meets in a decision is of one slot. What callers make long is named by its digest.
    private static func key(_ counter: String) -> [UInt8] {
        let isLong = counter.utf8.count > 256
        return Array("llm:{limits}:\(isLong ? Hex.encode(SHA256.digest(Array(counter.utf8))) : counter)".utf8)
    }
}

extension LimitState {
    fileprivate init(_ standing: RedisLimitDecision.Standing, of algorithm: LimitAlgorithm) {
        self.init(
            limit: algorithm.limit, remaining: standing.remaining, resetMilliseconds: standing.reset.milliseconds)
    }
}

extension Duration {
    /// Rounded up.
    fileprivate var milliseconds: Int {
        Int(clamping: components.seconds) * 1000
            + Int((components.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
