public import Wire

/// A chat request in no dialect: what every dialect's reader makes and every dialect's writer takes.
///
/// Arbitrary JSON (schemas, vendor's extensions) stays a value of the document it came in.
public struct ChatRequest: Sendable {
    /// In the order of the conversation; system and developer messages stand where they were given.
    public var messages: [ChatMessage]
    public var tools: [ChatTool] = []
    public var toolChoice: ToolChoice?
    public var allowsParallelToolCalls: Bool?
    public var responseFormat: ResponseFormat?
    public var reasoning: ReasoningRequest?
    /// Reasoning included.
    public var maximumOutputTokens: Int?
    public var sampling = Sampling()
    public var stop: [String] = []
    public var choiceCount = 1
    public var isStream = false
    /// The caller's name for its end user.
    public var user: String?
    /// String pairs for the provider's own records.
    public var metadata: [(key: String, value: String)] = []
    /// OpenAI's words: `auto`, `default`, `flex`, `priority`, `scale`.
    public var serviceTier: String?
    /// `prompt_cache_key`: requests with the same one share a prefix.
    public var cacheKey: String?
    /// Marks the whole prompt for caching.
    public var cache: CacheMarker?
    /// `low`, `medium`, `high`.
    public var verbosity: String?
    /// `text`, `audio`, `image`; empty: text.
    public var modalities: [String] = []
    /// Fields that only their own dialect has, in the order of the document. Writers of other dialects report them.
    public var others: [(name: String, value: JSONValue)] = []
    /// `provider_params`: merged last into the provider's body.
    public var providerParameters: JSONValue?

    public init(messages: [ChatMessage]) {
        self.messages = messages
    }
}

/// How tokens are chosen.
public struct Sampling: Sendable {
    /// 0...2.
    public var temperature: Double?
    public var topP: Double?
    public var topK: Int?
    /// An integer of up to 64 bits, with or without sign.
    public var seed: JSONValue?
    /// -2...2.
    public var presencePenalty: Double?
    public var frequencyPenalty: Double?
    /// Token ids and their bias, as OpenAI has it.
    public var logitBias: JSONValue?
    public var wantsLogprobs: Bool?
    /// 0...20.
    public var topLogprobs: Int?

    public init() {}
}

/// How much a model is to think, and whether its thoughts are wanted.
public struct ReasoningRequest: Sendable, Equatable {
    public enum Effort: String, Sendable, CaseIterable {
        case none, minimal, low, medium, high, xhigh, max
    }

    /// `none` switches thinking off.
    public var effort: Effort?
    /// Tokens; at least 1024 where a dialect has a bound.
    public var budget: Int?
    /// The model decides how much.
    public var isAdaptive = false
    /// Nil: the provider's default.
    public var showsText: Bool?

    public init(effort: Effort? = nil, budget: Int? = nil) {
        self.effort = effort
        self.budget = budget
    }

    public var isOff: Bool { effort == Effort.none }

    /// For dialects without budgets: the effort, else the one that the budget is worth. Nil leaves it to the model.
    public var nearestEffort: Effort? { effort ?? budget.map(ReasoningBudget.effort) }
}

/// The form of the text that the model is to write.
public enum ResponseFormat: Sendable {
    case text
    /// Any JSON object.
    case jsonObject
    case jsonSchema(JSONSchemaFormat)
}

public struct JSONSchemaFormat: Sendable {
    public var name: String?
    public var description: String?
    public var schema: JSONValue
    public var isStrict: Bool?

    public init(name: String? = nil, description: String? = nil, schema: JSONValue, isStrict: Bool? = nil) {
        self.name = name
        self.description = description
        self.schema = schema
        self.isStrict = isStrict
    }
}

/// The prompt up to and with the marked part is to be kept in the provider's cache.
public struct CacheMarker: Sendable, Equatable {
    public enum Lifetime: String, Sendable {
        case fiveMinutes = "5m"
        case hour = "1h"
    }

    /// Nil: the provider's default.
    public var lifetime: Lifetime?

    public init(lifetime: Lifetime? = nil) {
        self.lifetime = lifetime
    }
}
