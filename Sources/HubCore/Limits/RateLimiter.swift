/// Decides what is admitted, and counts it: contract 13.7, 13.15.
public protocol RateLimiter: Sendable {
    /// Counts all demands, or none of them where one does not fit.
    func admit(_ demands: [LimitDemand]) async -> LimitDecision

    /// Corrects what was counted, in the background: less than was demanded, or more.
    func correct(_ corrections: [LimitCorrection])
}

/// What a call needs of one counter.
public struct LimitDemand: Hashable, Sendable {
    /// The counter's name, the same in every replica.
    public var counter: String
    public var scope: LimitScope
    public var unit: LimitUnit
    public var algorithm: LimitAlgorithm
    /// 0 or more.
    public var amount: Int
    /// Who demands: what is held at the same time is given back under this name.
    public var holder: String

    public init(
        counter: String, scope: LimitScope, unit: LimitUnit, algorithm: LimitAlgorithm, amount: Int, holder: String
    ) {
        self.counter = counter
        self.scope = scope
        self.unit = unit
        self.algorithm = algorithm
        self.amount = amount
        self.holder = holder
    }
}

/// What a counter allows after a decision.
public struct LimitState: Hashable, Sendable {
    public var limit: Int
    /// 0 or more.
    public var remaining: Int
    /// Milliseconds until the whole limit is there again.
    public var resetMilliseconds: Int

    public init(limit: Int, remaining: Int, resetMilliseconds: Int) {
        self.limit = limit
        self.remaining = remaining
        self.resetMilliseconds = resetMilliseconds
    }
}

public enum LimitDecision: Hashable, Sendable {
    /// States in the order of the demands.
    case admitted([LimitState], atMilliseconds: Int)
    /// - Parameters:
    ///   - demand: the position of the one that does not fit; of several the one that takes longest.
    ///   - retryAfterMilliseconds: nil: it never will.
    case refused(demand: Int, retryAfterMilliseconds: Int?, [LimitState])
}

public struct LimitCorrection: Hashable, Sendable {
    public var demand: LimitDemand
    /// Above 0: more was used. Below: less.
    public var change: Int
    /// When it was admitted, by the clock of the limiter: what is past is not corrected.
    public var admittedAtMilliseconds: Int

    public init(demand: LimitDemand, change: Int, admittedAtMilliseconds: Int) {
        self.demand = demand
        self.change = change
        self.admittedAtMilliseconds = admittedAtMilliseconds
    }
}
