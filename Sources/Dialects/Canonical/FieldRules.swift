internal import Wire

/// What a model does not take of its own dialect's fields, for requests that are passed on as they came but for that.
public struct FieldRules: Sendable {
    /// Fields that the model answers with an error.
    public var refused: [String]
    /// `max_tokens` of OpenAI's form is called `max_completion_tokens`.
    public var limitsCompletionTokens: Bool

    public init(refused: [String] = [], limitsCompletionTokens: Bool = false) {
        self.refused = refused
        self.limitsCompletionTokens = limitsCompletionTokens
    }

    /// Whether a member of the body is left out. It is named in `report`, unless it says what is so without it.
    func leavesOut(_ key: JSONKey, _ value: JSONValue, report: inout TranslationReport) -> Bool {
        guard !refused.isEmpty, refused.contains(key.string) else { return false }
        if !Self.isDefault(key, value) { report.drop(key.string) }
        return true
    }

    private static func isDefault(_ key: JSONKey, _ value: JSONValue) -> Bool {
        switch key.string {
        case "temperature", "top_p": value.isNull || value.double == 1
        case "presence_penalty", "frequency_penalty": value.isNull || value.double == 0
        case "logprobs": value.isNull || value.bool == false
        case "service_tier", "serviceTier": value.isNull || value.equals("standard")
        default: value.isNull
        }
    }
}
