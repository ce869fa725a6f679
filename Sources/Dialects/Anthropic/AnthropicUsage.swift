public import Wire

/// Anthropic's usage object: `input_tokens` is without both caches, `output_tokens` with thoughts.
public struct AnthropicUsage: Sendable, Equatable {
    private var input: Int?
    private var cacheRead: Int?
    private var cacheWrite: Int?
    private var cacheWriteHour: Int?
    private var output: Int?
    private var thinking: Int?

    public init() {}

    /// Counts of a stream are cumulative, and each of its events names some: the later one counts.
    public mutating func take(_ usage: JSONValue?) {
        guard let usage, usage.isObject else { return }
        input = Self.count(usage["input_tokens"]) ?? input
        cacheRead = Self.count(usage["cache_read_input_tokens"]) ?? cacheRead
        cacheWrite = Self.count(usage["cache_creation_input_tokens"]) ?? cacheWrite
        cacheWriteHour = Self.count(usage["cache_creation"]?["ephemeral_1h_input_tokens"]) ?? cacheWriteHour
        output = Self.count(usage["output_tokens"]) ?? output
        thinking = Self.count(usage["output_tokens_details"]?["thinking_tokens"]) ?? thinking
    }

    private static func count(_ value: JSONValue?) -> Int? {
        guard let number = value?.int else { return nil }
        return min(max(0, number), 1 << 40)
    }

    /// In disjoint classes; nil if nothing was counted.
    public var tokens: TokenUsage? {
        guard input != nil || output != nil else { return nil }
        let written = cacheWrite ?? 0
        let hour = min(cacheWriteHour ?? 0, written)
        let reasoning = min(thinking ?? 0, output ?? 0)
        return TokenUsage(
            input: input ?? 0, cacheRead: cacheRead ?? 0, cacheWrite: written - hour, cacheWriteHour: hour,
            output: (output ?? 0) - reasoning, reasoning: reasoning)
    }

    public static func parse(_ usage: JSONValue?) -> TokenUsage? {
        var counts = AnthropicUsage()
        counts.take(usage)
        return counts.tokens
    }

    /// The whole object, as Anthropic's clients expect it.
    static func write(_ usage: TokenUsage, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("input_tokens", usage.input + usage.audioInput)
        writer.member("cache_creation_input_tokens", usage.cacheWriteTotal)
        writer.member("cache_read_input_tokens", usage.cacheRead)
        writer.key("cache_creation")
        writer.beginObject()
        writer.member("ephemeral_5m_input_tokens", usage.cacheWrite)
        writer.member("ephemeral_1h_input_tokens", usage.cacheWriteHour)
        writer.endObject()
        writer.member("output_tokens", usage.completionTotal)
        if usage.reasoning > 0 {
            writer.key("output_tokens_details")
            writer.beginObject()
            writer.member("thinking_tokens", usage.reasoning)
            writer.endObject()
        }
        writer.endObject()
    }
}
