/// What a model of OpenAI takes through its Responses: data, by the beginnings of model names.
///
/// Sources: OpenAI's pages on reasoning models and on migrating to Responses, and its error messages.
public struct ResponsesTarget: Sendable {
    /// It thinks, and can encrypt its thoughts for the client to hand back.
    public var isReasoning: Bool
    public var acceptsSampling: Bool

    public init(model: String) {
        // `ft:o4-mini-2025-04-16:...`
        let name = model.hasPrefix("ft:") ? model.dropFirst(3) : model[...]
        let rule = Self.rules.first { name.hasPrefix($0.prefix) }
        isReasoning = rule?.isReasoning ?? false
        acceptsSampling = rule?.acceptsSampling ?? true
    }

    // The first rule that fits decides.
    private static let rules: [(prefix: String, isReasoning: Bool, acceptsSampling: Bool)] = [
        ("gpt-5-chat", false, true), ("gpt-5.1-chat", false, true), ("gpt-5.2-chat", false, true),
        ("gpt-5.3-chat", false, true), ("gpt-5", true, false), ("o1", true, false), ("o3", true, false),
        ("o4", true, false), ("codex-", true, false), ("computer-use", true, false), ("gpt-oss", true, true),
    ]
}
