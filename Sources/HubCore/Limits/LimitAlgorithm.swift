/// How a limit counts: contract 13.7.
public enum LimitAlgorithm: Hashable, Sendable {
    /// Up to `capacity` at once, refilled evenly.
    case tokenBucket(capacity: Int, perSecond: Double)
    /// Starts anew at each multiple of its length since 1970.
    case fixedWindow(limit: Int, milliseconds: Int)
    /// Looks back one length from now. Counted in sixty slots, the oldest of which counts whole: never more than `limit` in any
    /// span of that length.
    case slidingWindow(limit: Int, milliseconds: Int)
    /// So many at the same time.
    case concurrency(limit: Int)

    /// The most that is admitted at once.
    public var limit: Int {
        switch self {
        case .tokenBucket(let limit, _), .fixedWindow(let limit, _), .slidingWindow(let limit, _),
            .concurrency(let limit):
            limit
        }
    }

    /// Of a sliding window.
    public static let slots = 60

    /// Milliseconds per slot of a sliding window: the slots together are not shorter than it.
    public static func slotLength(ofWindow milliseconds: Int) -> Int { max(1, (milliseconds + slots - 1) / slots) }
}

/// What a limit counts.
public enum LimitUnit: String, Hashable, Sendable, CaseIterable {
    case requests, tokens, concurrent
}

/// Whom a limit is for: each of them has a counter of its own.
public enum LimitScope: String, Hashable, Sendable, CaseIterable {
    case global, key, user, team, project, address, model, provider

    /// Known before it is known where a call goes.
    var isCallers: Bool { self != .model && self != .provider }
}

/// A limit as configured.
public struct LimitRule: Hashable, Sendable {
    public var scope: LimitScope
    /// A glob over whom it is for; nil: all.
    public var pattern: String?
    public var unit: LimitUnit
    public var algorithm: LimitAlgorithm

    public init(scope: LimitScope, pattern: String? = nil, unit: LimitUnit, algorithm: LimitAlgorithm) {
        self.scope = scope
        self.pattern = pattern
        self.unit = unit
        self.algorithm = algorithm
    }

    /// Two rules that differ have counters of their own, also where they are for the same caller.
    func counter(of subject: String) -> String {
        let kind =
            switch algorithm {
            case .tokenBucket(let capacity, let rate): "bucket-\(capacity)-\(rate)"
            case .fixedWindow(let limit, let length): "fixed-\(limit)-\(length)"
            case .slidingWindow(let limit, let length): "sliding-\(limit)-\(length)"
            case .concurrency(let limit): "concurrent-\(limit)"
            }
        return "\(scope.rawValue):\(unit.rawValue):\(kind):\(subject)"
    }
}
