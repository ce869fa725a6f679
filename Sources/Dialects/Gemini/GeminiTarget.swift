/// What a Gemini model takes: data, by the beginnings of model names.
///
/// Sources: Google's pages on thinking, thought signatures, structured output and function calling, and recorded refusals.
public struct GeminiTarget: Sendable, Equatable {
    public enum Thinking: Sendable, Equatable {
        case none
        /// `thinkingBudget` in these bounds; 0 switches thinking off where the model allows that.
        case budget(ClosedRange<Int>, canBeOff: Bool)
        /// `thinkingLevel`: the efforts that the model knows, least first.
        case level([ReasoningRequest.Effort])
    }

    public var thinking: Thinking
    /// `parametersJsonSchema` and `responseJsonSchema`; else the subset of OpenAPI's schemas.
    public var acceptsJSONSchema = true
    /// A call without its thought signature is refused.
    public var needsSignatures = false
    /// `id` on calls and their results, which Vertex refuses.
    public var acceptsCallIDs = false
    /// A schema for the answer beside tools.
    public var acceptsToolsWithSchema = false
    /// Media inside the results of tools, and a resolution of their own.
    public var acceptsResultMedia = false
    /// `labels`, which only Vertex has.
    public var acceptsLabels = false
    /// `serviceTier`, which Vertex refuses.
    public var acceptsServiceTier = true

    public init(thinking: Thinking) {
        self.thinking = thinking
    }

    /// - Parameters:
    ///   - model: without `models/`. An unknown name is taken for the newest.
    ///   - isVertex: it is called through Vertex AI.
    public init(model: String, isVertex: Bool = false) {
        self = Self.rules.first { model.hasPrefix($0.prefix) }?.target ?? Self.third(levels: [.low, .medium, .high])
        guard isVertex else { return }
        acceptsLabels = true
        acceptsCallIDs = false
        acceptsServiceTier = false
    }

    // The first rule that fits decides.
    private static let rules: [(prefix: String, target: GeminiTarget)] = [
        ("gemini-1", old), ("gemini-2.0", old),
        ("gemini-2.5-flash-image", second(.none)),
        ("gemini-2.5-flash-lite", second(.budget(512...24_576, canBeOff: true))),
        ("gemini-2.5-flash", second(.budget(1...24_576, canBeOff: true))),
        ("gemini-2.5-pro", second(.budget(128...32_768, canBeOff: false))),
        ("gemini-2.5", second(.budget(512...24_576, canBeOff: true))),
        ("gemini-3-pro", third(levels: [.low, .high])),
        ("gemini-3.1-pro", third(levels: [.low, .medium, .high])),
        ("gemini-3", third(levels: [.minimal, .low, .medium, .high])),
        ("gemma", old), ("learnlm", old),
    ]

    private static let old: GeminiTarget = {
        var target = GeminiTarget(thinking: .none)
        target.acceptsJSONSchema = false
        return target
    }()

    private static func second(_ thinking: Thinking) -> GeminiTarget { GeminiTarget(thinking: thinking) }

    private static func third(levels: [ReasoningRequest.Effort]) -> GeminiTarget {
        var target = GeminiTarget(thinking: .level(levels))
        target.needsSignatures = true
        target.acceptsCallIDs = true
        target.acceptsToolsWithSchema = true
        target.acceptsResultMedia = true
        return target
    }
}
