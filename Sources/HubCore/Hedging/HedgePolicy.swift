/// When a second call is made beside one that takes longer than most, and for how many of them.
public struct HedgePolicy: Sendable, Equatable {
    /// Of the requests that may have one, 0...1; 0: none has.
    public var share = 0.0
    /// The first call is given the time that so many of a hundred calls to its target have taken.
    public var percentile = 95.0
    /// And no less, and no more, than this.
    public var minimumDelay: Duration = .milliseconds(50)
    public var maximumDelay: Duration = .seconds(30)
    /// The second call may go where the first went, if no other target can take it.
    public var allowsSameTarget = false

    public init() {}

    /// Calls that must be known of a target before its percentile means anything.
    static let minimumCalls = 20

    /// Nanoseconds, by what calls have taken.
    func delay(_ measured: UInt64) -> UInt64 {
        min(max(measured, minimumDelay.wholeNanoseconds), maximumDelay.wholeNanoseconds)
    }
}
