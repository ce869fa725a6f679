/// What an operator says of the time of one model. Nil: as its class has it.
public struct ModelDeadlines: Sendable, Equatable {
    /// In place of the one that its capabilities tell.
    public var modelClass: ModelClass?
    public var firstToken: Duration?
    public var idle: Duration?
    public var total: Duration?

    public init() {}
}
