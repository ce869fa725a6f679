/// How much time models are given, by class. Looked up once per model and configuration, not per request.
public struct DeadlineTable: Sendable, Equatable {
    public var standard = CallDeadlines()
    public var reasoning = CallDeadlines(firstToken: .seconds(300), idle: .seconds(300), total: .seconds(600))
    public var embedding = CallDeadlines(firstToken: .seconds(30), idle: .seconds(30), total: .seconds(30))

    public init() {}

    public subscript(modelClass: ModelClass) -> CallDeadlines {
        switch modelClass {
        case .standard: standard
        case .reasoning: reasoning
        case .embedding: embedding
        }
    }

    /// Of one model: what is said of it, over what is said of its provider, over its class.
    /// - Parameter firstToken: the provider's own, if it has one.
    public func deadlines(of facts: ModelFacts?, firstToken: Duration? = nil) -> CallDeadlines {
        var deadlines = self[ModelClass(facts)]
        if let firstToken { deadlines.firstToken = firstToken }
        guard let own = facts?.deadlines else { return deadlines }
        deadlines.firstToken = own.firstToken ?? deadlines.firstToken
        deadlines.idle = own.idle ?? deadlines.idle
        deadlines.total = own.total ?? deadlines.total
        return deadlines
    }
}
