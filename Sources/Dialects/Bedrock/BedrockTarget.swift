/// What a model behind Bedrock takes: data, by what its id holds.
///
/// Sources: AWS's pages on Converse, tool use, structured outputs, prompt caching and the models' own parameters, and
/// recorded calls.
public struct BedrockTarget: Sendable, Equatable {
    /// Where a wish to think goes: Converse passes it on to the model.
    enum Reasoning: Sendable {
        case none
        /// `thinking` and `output_config`.
        case claude
        /// `reasoning_effort`, which cannot be none.
        case effort
        /// `reasoning_config`, an effort.
        case config
        /// `reasoningConfig`, an object with `maxReasoningEffort`.
        case nova
    }

    enum TopK: Sendable {
        case none
        /// `top_k`.
        case plain
        /// `inferenceConfig.topK`, among the model's own fields.
        case nova
    }

    private(set) var reasoning = Reasoning.none
    private(set) var topK = TopK.none
    /// A tool can be named, not only demanded.
    private(set) var acceptsNamedTool = false
    /// Any tool can be demanded.
    private(set) var acceptsRequiredTool = false
    /// `outputConfig.textFormat`; else a forced tool takes its place.
    private(set) var acceptsOutputFormat = false
    private(set) var acceptsCachePoints = false
    /// `strict` of tools, a lifetime of the cache, one call at a time.
    public private(set) var isClaude = false
    /// Of Claude: thinking, sampling, efforts.
    public let anthropic: AnthropicTarget

    /// - Parameter model: an id, an inference profile or an ARN that ends in one. An unknown name is taken for a newer model.
    public init(model: String) {
        var anthropic = AnthropicTarget(model: model)
        // Converse has none between turns.
        anthropic.acceptsLaterSystemMessages = false
        self.anthropic = anthropic
        let family = Self.families.first { model.contains($0.name) }?.family ?? .open
        switch family {
        case .claude:
            isClaude = true
            (reasoning, topK) = (.claude, .plain)
            (acceptsNamedTool, acceptsRequiredTool, acceptsCachePoints) = (true, true, true)
            acceptsOutputFormat = anthropic.acceptsOutputFormat
        case .nova, .thinkingNova:
            (reasoning, topK) = (family == .nova ? .none : .nova, .nova)
            (acceptsNamedTool, acceptsRequiredTool, acceptsCachePoints) = (true, true, true)
        case .gptOSS: (reasoning, acceptsOutputFormat, acceptsRequiredTool) = (.effort, true, true)
        case .qwen: (reasoning, acceptsOutputFormat, acceptsRequiredTool) = (.config, true, true)
        case .open: (acceptsOutputFormat, acceptsRequiredTool) = (true, true)
        case .old: break
        }
    }

    private enum Family { case claude, nova, thinkingNova, gptOSS, qwen, open, old }

    // The first that fits decides.
    private static let families: [(name: String, family: Family)] = [
        ("anthropic.claude", .claude), ("claude-", .claude), ("amazon.nova-2", .thinkingNova), ("amazon.nova", .nova),
        ("gpt-oss", .gptOSS), ("qwen.", .qwen), ("amazon.titan", .old), ("meta.llama", .old), ("deepseek.r1", .old),
        ("cohere.", .old), ("ai21.", .old), ("mistral.mistral-7b", .old), ("mistral.mixtral", .old),
    ]
}
