/// When a target that answers, but worse than the others of its group, is given a rest.
public struct OutlierPolicy: Sendable, Equatable {
    public var isEnabled = true
    /// Between two looks at a target.
    public var interval: Duration = .seconds(10)
    /// Looks in a row at which it must be off.
    public var strikes = 3
    /// Calls, weighed by their age, that must be known of it and of another.
    public var minimumCalls = 20
    /// Its median time must be so many times the others'.
    public var latencyFactor = 3.0
    /// And longer by this.
    public var latencyDifference: Duration = .milliseconds(250)
    /// The share of its streams that are cut must be this, and `latencyFactor` times the others'.
    public var cutShare = 0.1
    /// The first rest; each that follows soon is longer by as much.
    public var baseTime: Duration = .seconds(30)
    public var maximumTime: Duration = .seconds(300)
    /// Of a group's targets, at the same time; one may always rest, and one always stays.
    public var maximumShare = 0.5

    public init() {}

    /// How many of so many targets may rest at the same time.
    func mostEjected(of count: Int) -> Int {
        guard count > 1 else { return 0 }
        return min(count - 1, max(1, Int(Double(count) * maximumShare)))
    }
}
