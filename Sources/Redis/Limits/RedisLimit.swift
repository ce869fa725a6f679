/// A limit that replicas share, and what a call takes of it.
public struct RedisLimit: Sendable, Equatable {
    /// How it is counted. Sizes and costs are in the limit's own unit: requests, tokens.
    public enum Rule: Sendable, Equatable {
        /// Full at first; refilled steadily.
        case tokenBucket(capacity: Int, perSecond: Double)
        /// So much per window, which begin at multiples of their length since 1970.
        case fixedWindow(Int, Duration)
        /// So much in any stretch of that length. Counted in sixtieths of it, of which the oldest counts whole: never too
        /// much is admitted, and room comes back up to a sixtieth late.
        case slidingWindow(Int, Duration)
        /// So many at one time. Each holds a lease, which ends by itself when its holder is gone.
        case concurrency(Int, lease: Duration)
    }

    /// Where its state is kept. Those of one decision share a hash tag.
    public var key: [UInt8]
    public var rule: Rule
    /// At least 0; of `concurrency` always one.
    public var cost: Int

    public init(key: [UInt8], rule: Rule, cost: Int = 1) {
        self.key = key
        self.rule = rule
        self.cost = cost
    }

    var isSound: Bool {
        let longest = Duration.seconds(366 * 86_400)
        guard cost >= 0, cost <= Self.largest else { return false }
        switch rule {
        case .tokenBucket(let capacity, let perSecond):
            return (1...Self.largest).contains(capacity) && perSecond > 0 && perSecond <= Double(Self.largest)
        case .fixedWindow(let size, let length), .slidingWindow(let size, let length),
            .concurrency(let size, let length):
            return (1...Self.largest).contains(size) && length >= .milliseconds(1) && length <= longest
        }
    }

    /// Lua counts in doubles: exact up to here with room for sums.
    private static let largest = 1 << 50
}

/// What came of asking for all of several limits.
public struct RedisLimitDecision: Sendable, Equatable {
    public struct Standing: Sendable, Equatable {
        /// What is left, after this call if it was admitted.
        public var remaining: Int
        /// Until the limit is whole again.
        public var reset: Duration
    }

    /// Nil: admitted. Else the limit for which to wait longest; then nothing was taken of any.
    public var denied: Int?
    /// Until all limits would admit it, by what is known now. Nil if they never will: it costs more than the whole limit.
    public var retryAfter: Duration?
    /// When it was decided: milliseconds since 1970, by the server.
    public var time: Int
    /// By limit.
    public var standings: [Standing]
}
