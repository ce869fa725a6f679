internal import Wire

/// The usage object of OpenAI's Responses: input and output counts include their parts.
enum ResponsesUsage {
    /// Missing counts are 0. Nil if there is no usage object.
    static func parse(_ usage: JSONValue?) -> TokenUsage? {
        guard let usage, usage.isObject else { return nil }
        let input = count(usage["input_tokens"])
        let output = count(usage["output_tokens"])
        let details = usage["input_tokens_details"]
        let cacheRead = min(count(details?["cached_tokens"]), input)
        let cacheWrite = min(count(details?["cache_write_tokens"]), input - cacheRead)
        let reasoning = min(count(usage["output_tokens_details"]?["reasoning_tokens"]), output)
        return TokenUsage(
            input: input - cacheRead - cacheWrite, cacheRead: cacheRead, cacheWrite: cacheWrite,
            output: output - reasoning, reasoning: reasoning)
    }

    private static func count(_ value: JSONValue?) -> Int {
        min(max(0, value?.int ?? 0), 1 << 40)
    }

    static func write(_ usage: TokenUsage, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("input_tokens", usage.promptTotal)
        writer.key("input_tokens_details")
        writer.beginObject()
        writer.member("cached_tokens", usage.cacheRead)
        writer.member("cache_write_tokens", usage.cacheWriteTotal)
        writer.endObject()
        writer.member("output_tokens", usage.completionTotal)
        writer.key("output_tokens_details")
        writer.beginObject()
        writer.member("reasoning_tokens", usage.reasoning)
        writer.endObject()
        writer.member("total_tokens", usage.total)
        writer.endObject()
    }
}
