public import Wire

/// A whole answer in no dialect.
public struct ChatResponse: Sendable {
    public var id: String?
    /// Seconds since 1970.
    public var created: Int?
    public var model: String?
    public var choices: [ChatChoice]
    public var usage: TokenUsage?
    public var serviceTier: String?

    public init(id: String? = nil, model: String? = nil, choices: [ChatChoice], usage: TokenUsage? = nil) {
        self.id = id
        self.model = model
        self.choices = choices
        self.usage = usage
    }
}

public struct ChatChoice: Sendable {
    public var index: Int
    /// Text, reasoning, tool calls, refusals, media, in the order in which they were written.
    public var parts: [ChatPart]
    public var finish: Finish
    /// As OpenAI has it.
    public var logprobs: JSONValue?
    /// What a content filter found, as Azure has it.
    public var contentFilter: JSONValue?

    public init(index: Int = 0, parts: [ChatPart], finish: Finish) {
        self.index = index
        self.parts = parts
        self.finish = finish
    }
}

/// Why an answer ended.
public struct Finish: Sendable, Equatable {
    public enum Reason: Sendable {
        case stop, length, toolCalls, contentFilter
        /// The provider stopped in the middle of its own tools: the same request goes on.
        case pause
        /// The model wrote what its provider could not read.
        case malformed
    }

    public var reason: Reason
    /// In the provider's own words.
    public var native: String?
    /// The stop sequence that was met, where the provider says it.
    public var stopSequence: String?

    public init(_ reason: Reason, native: String? = nil, stopSequence: String? = nil) {
        self.reason = reason
        self.native = native
        self.stopSequence = stopSequence
    }
}
