public import Wire

/// OpenAI's usage object: prompt and completion counts include their parts.
public enum OpenAIUsage {
    /// Missing counts are 0. Nil if there is no usage object.
    public static func parse(_ usage: JSONValue?) -> TokenUsage? {
        guard let usage, usage.isObject else { return nil }
        let prompt = count(usage["prompt_tokens"])
        let completion = count(usage["completion_tokens"])
        let promptDetails = usage["prompt_tokens_details"]
        let completionDetails = usage["completion_tokens_details"]
        let cached = count(promptDetails?["cached_tokens"] ?? usage["prompt_cache_hit_tokens"])
        let written = count(promptDetails?["cache_write_tokens"])
        let reasoning = count(completionDetails?["reasoning_tokens"])
        // Some servers report more cached tokens than prompt tokens, and some count reasoning beside the
        // completion instead of inside it: then their own total tells.
        let cacheRead = min(cached, prompt)
        let isReasoningBeside = reasoning > 0 && count(usage["total_tokens"]) == prompt + completion + reasoning
        return TokenUsage(
            input: max(0, prompt - cacheRead - written), cacheRead: cacheRead,
            cacheWrite: min(written, prompt - cacheRead),
            output: isReasoningBeside ? completion : max(0, completion - reasoning),
            reasoning: isReasoningBeside ? reasoning : min(reasoning, completion))
    }

    private static func count(_ value: JSONValue?) -> Int {
        guard let value else { return 0 }
        // Some servers write counts as 12.0.
        let number = value.int ?? value.double.flatMap { Int(exactly: $0.rounded()) } ?? 0
        return min(max(0, number), 1 << 40)
    }

    /// Writes the members, without the braces.
    static func writeMembers(_ usage: TokenUsage, to writer: inout JSONWriter) {
        writer.member("prompt_tokens", usage.promptTotal)
        writer.member("completion_tokens", usage.completionTotal)
        writer.member("total_tokens", usage.total)
    }

    static func writeDetails(_ usage: TokenUsage, to writer: inout JSONWriter) {
        writer.key("prompt_tokens_details")
        writer.beginObject()
        writer.member("cached_tokens", usage.cacheRead)
        writer.endObject()
        writer.key("completion_tokens_details")
        writer.beginObject()
        writer.member("reasoning_tokens", usage.reasoning)
        writer.endObject()
    }
}
