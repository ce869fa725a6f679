/// What a Claude model takes: data, by the beginnings of model names.
///
/// Sources: Anthropic's pages on extended and adaptive thinking, effort and structured outputs, and recorded refusals.
public struct AnthropicTarget: Sendable, Equatable {
    public enum Thinking: Sendable {
        /// The model does not think, or not on request.
        case none
        /// `{"type":"enabled","budget_tokens":N}`.
        case budget
        /// `{"type":"adaptive"}` with an effort.
        case adaptive
    }

    public var thinking: Thinking
    /// A number of tokens is taken although the model decides itself.
    public var acceptsBudget = false
    /// The model thinks unless it is told not to.
    public var thinksByDefault = false
    /// Thinking can be switched off.
    public var allowsNoThinking = true
    /// `temperature`, `top_p` and `top_k`.
    public var acceptsSampling = true
    /// `temperature` and `top_p` in one request.
    public var acceptsTemperatureWithTopP = true
    /// `output_config.format`; else a forced tool takes its place.
    public var acceptsOutputFormat = true
    /// The efforts of `output_config.effort`, least first; empty: it is refused.
    public var efforts: [ReasoningRequest.Effort] = []
    /// System messages between turns.
    public var acceptsLaterSystemMessages = false
    /// The last message may be the assistant's, and is gone on with.
    public private(set) var acceptsPrefill = true
    /// What is sent where the client gives no `max_tokens`, which is required: contract 2.1.
    public var defaultOutputTokens = 4096

    public init(thinking: Thinking) {
        self.thinking = thinking
    }

    /// - Parameter model: as Anthropic, Bedrock or Vertex names it. An unknown name is taken for the newest model.
    public init(model: String) {
        // `us.anthropic.claude-...` on Bedrock.
        let start = model.utf8.indices.first { model[$0...].utf8.starts(with: "claude-".utf8) } ?? model.startIndex
        let name = model[start...]
        self = Self.rules.first { name.hasPrefix($0.prefix) }?.target ?? Self.newest
    }

    // The first rule that fits decides.
    private static let rules: [(prefix: String, target: AnthropicTarget)] = [
        ("claude-2", old), ("claude-instant", old), ("claude-3-7", firstThinking), ("claude-3", old),
        ("claude-4-", firstThinking),
        ("claude-opus-4-8", latest(laterSystem: true)), ("claude-opus-4-7", latest(laterSystem: false)),
        ("claude-opus-4-6", bothThinkings), ("claude-sonnet-4-6", bothThinkings),
        ("claude-opus-4-5", effortful), ("claude-sonnet-4-5", formatted), ("claude-haiku-4-5", formatted),
        ("claude-opus-4-1", formatted),
        ("claude-opus-4", firstThinking), ("claude-sonnet-4", firstThinking),
        ("claude-fable-5", fable), ("claude-sonnet-5", sonnet), ("claude-opus-5", newest),
    ]

    private static let old: AnthropicTarget = {
        var target = AnthropicTarget(thinking: .none)
        target.acceptsOutputFormat = false
        return target
    }()

    private static let firstThinking: AnthropicTarget = {
        var target = AnthropicTarget(thinking: .budget)
        target.acceptsOutputFormat = false
        return target
    }()

    private static let formatted: AnthropicTarget = {
        var target = AnthropicTarget(thinking: .budget)
        target.acceptsTemperatureWithTopP = false
        return target
    }()

    private static let effortful: AnthropicTarget = {
        var target = formatted
        target.efforts = [.low, .medium, .high]
        return target
    }()

    private static let bothThinkings: AnthropicTarget = {
        var target = AnthropicTarget(thinking: .adaptive)
        target.acceptsBudget = true
        target.acceptsTemperatureWithTopP = false
        target.efforts = [.low, .medium, .high, .max]
        target.acceptsPrefill = false
        return target
    }()

    private static func latest(laterSystem: Bool) -> AnthropicTarget {
        var target = AnthropicTarget(thinking: .adaptive)
        target.acceptsSampling = false
        target.acceptsTemperatureWithTopP = false
        target.efforts = [.low, .medium, .high, .xhigh, .max]
        target.acceptsLaterSystemMessages = laterSystem
        target.acceptsPrefill = false
        return target
    }

    private static let newest = latest(laterSystem: true)

    private static let sonnet: AnthropicTarget = {
        var target = newest
        target.thinksByDefault = true
        return target
    }()

    private static let fable: AnthropicTarget = {
        var target = sonnet
        target.allowsNoThinking = false
        return target
    }()

    /// The nearest effort that the model knows, not above the wanted one where there is one.
    func nearest(_ effort: ReasoningRequest.Effort) -> ReasoningRequest.Effort? {
        let rank = ReasoningRequest.Effort.allCases.firstIndex(of: effort) ?? 0
        return efforts.last { (ReasoningRequest.Effort.allCases.firstIndex(of: $0) ?? 0) <= rank } ?? efforts.first
    }
}
