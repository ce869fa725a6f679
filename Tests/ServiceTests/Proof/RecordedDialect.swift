import Dialects

/// A form in which recorded providers speak, and how the hub is configured for it.
struct RecordedDialect: Sendable {
    /// In the recordings.
    let name: String
    let wire: WireDialect
    /// The provider's `kind`.
    let kind: String
    /// Reads from a document, or the documents of a stream, what the hub must find in them.
    let facts: @Sendable (RecordedDocuments) -> RecordedFacts

    static let all = [openAI, anthropic, gemini, bedrock]

    static let openAI = RecordedDialect(
        name: "openai-chat", wire: .openAI, kind: "compatible", facts: RecordedFacts.openAI)
    static let anthropic = RecordedDialect(
        name: "anthropic", wire: .anthropic, kind: "anthropic", facts: RecordedFacts.anthropic)
    static let gemini = RecordedDialect(name: "gemini", wire: .gemini, kind: "google", facts: RecordedFacts.gemini)
    static let bedrock = RecordedDialect(
        name: "bedrock-converse", wire: .bedrock, kind: "bedrock", facts: RecordedFacts.bedrock)
}
