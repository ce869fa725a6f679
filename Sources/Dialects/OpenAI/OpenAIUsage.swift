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
        // Some servers report more cached tokens than prompt tokens.
        let cacheRead = min(cached, prompt)
        let cacheWrite = min(written, prompt - cacheRead)
        var result = TokenUsage(
            input: prompt - cacheRead - cacheWrite, cacheRead: cacheRead, cacheWrite: cacheWrite,
            output: max(0, completion - reasoning), reasoning: min(reasoning, completion))
        // Some count a part beside the prompt or the completion instead of inside it: their own total tells.
        let beside = max(0, count(usage["total_tokens"]) - prompt - completion)
        let audio = count(promptDetails?["audio_tokens"])
        if beside > 0, beside == reasoning {
            (result.output, result.reasoning) = (completion, reasoning)
        } else if beside > 0, beside == audio {
            result.audioInput = audio
        } else if promptDetails == nil, completionDetails == nil {
            // Gemini's thoughts, when it answers in this form.
            result.reasoning += beside
        }
        if result.audioInput == 0 {
            result.audioInput = min(audio, result.input)
            result.input -= result.audioInput
        }
        result.audioOutput = min(count(completionDetails?["audio_tokens"]), result.output)
        result.output -= result.audioOutput
        return result
    }

    private static func count(_ value: JSONValue?) -> Int {
        guard let value else { return 0 }
        // Some servers write counts as 12.0.
        let number = value.int ?? value.double.flatMap { Int(exactly: $0.rounded()) } ?? 0
        return min(max(0, number), 1 << 40)
    }

    /// The whole object.
    static func write(_ usage: TokenUsage, to writer: inout JSONWriter) {
        writer.beginObject()
        writeMembers(usage, to: &writer)
        writeDetails(usage, to: &writer)
        writer.endObject()
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
        if usage.cacheWriteTotal > 0 { writer.member("cache_write_tokens", usage.cacheWriteTotal) }
        if usage.audioInput > 0 { writer.member("audio_tokens", usage.audioInput) }
        writer.endObject()
        writer.key("completion_tokens_details")
        writer.beginObject()
        writer.member("reasoning_tokens", usage.reasoning)
        if usage.audioOutput > 0 { writer.member("audio_tokens", usage.audioOutput) }
        writer.endObject()
    }
}
