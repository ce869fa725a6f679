public import Dialects

/// One call to a provider, as the request remembers it.
public struct Attempt: Sendable {
    public let id: Identifier
    public let provider: String
    public let model: String
    public let outcome: AttemptRecord.Outcome
    /// The provider's HTTP status; 0 if none came.
    public let status: Int
    public let latencyMilliseconds: Double
    /// Why it failed.
    public let fault: FaultClass?
    /// What the provider reported, also of an attempt that failed; it may have charged for it.
    public let usage: TokenUsage?
    /// Nano-dollars; nil where usage or price are not known.
    public let cost: Int?

    /// For answers that show their attempts.
    var record: AttemptRecord {
        AttemptRecord(
            attemptID: id.text, provider: provider, model: model, outcome: outcome, status: status,
            latencyMilliseconds: latencyMilliseconds, fault: fault?.rawValue)
    }
}
