/// When a target is given a rest: contract 13.5.
public struct BreakerPolicy: Sendable, Equatable {
    /// Failures in a row that open the breaker.
    public var failures = 5
    /// How long it stays open, unless the provider asks for longer.
    public var openTime: Duration = .seconds(60)
    /// Probes that must succeed, one after the other, to close it.
    public var successes = 3
    /// The share of failures in `window` that opens it as well; nil: only failures in a row do.
    public var errorRate: Double?
    /// Fewer attempts than this in the window say nothing.
    public var minimumAttempts = 20
    public var window: Duration = .seconds(30)

    public init() {}
}
