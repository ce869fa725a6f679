/// Models that are given the same time.
public enum ModelClass: String, Sendable, CaseIterable {
    case standard
    /// May think for minutes before the first token, and between tokens, without sending anything.
    case reasoning
    /// Answers at once.
    case embedding

    /// By what is known of the model.
    public init(_ facts: ModelFacts?) {
        if let given = facts?.deadlines.modelClass {
            self = given
        } else if facts?.capabilities.contains("reasoning") ?? false {
            self = .reasoning
        } else if let facts, facts.capabilities.contains("embeddings"), !facts.capabilities.contains("chat") {
            self = .embedding
        } else {
            self = .standard
        }
    }
}
