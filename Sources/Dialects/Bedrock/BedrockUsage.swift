public import Wire

/// Converse's usage object: `inputTokens` is without both caches, `outputTokens` with thoughts, which are not told apart.
public enum BedrockUsage {
    /// In disjoint classes; nil if there is no usage object.
    public static func parse(_ usage: JSONValue?) -> TokenUsage? {
        guard let usage, usage.isObject else { return nil }
        // Some models write one name of the count, some the other, some both.
        let read = count(usage["cacheReadInputTokens"]) ?? count(usage["cacheReadInputTokenCount"]) ?? 0
        let written = count(usage["cacheWriteInputTokens"]) ?? count(usage["cacheWriteInputTokenCount"]) ?? 0
        let hour = min(written, hourWrites(usage["cacheDetails"]))
        return TokenUsage(
            input: count(usage["inputTokens"]) ?? 0, cacheRead: read, cacheWrite: written - hour,
            cacheWriteHour: hour, output: count(usage["outputTokens"]) ?? 0)
    }

    private static func hourWrites(_ details: JSONValue?) -> Int {
        guard let details, details.isArray else { return 0 }
        return details.elements.reduce(0) { sum, detail in
            sum + (detail["ttl"]?.equals("1h") == true ? count(detail["inputTokens"]) ?? 0 : 0)
        }
    }

    private static func count(_ value: JSONValue?) -> Int? {
        guard let number = value?.int else { return nil }
        return min(max(0, number), 1 << 40)
    }

    /// The whole object, as Converse's clients expect it.
    static func write(_ usage: TokenUsage, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("inputTokens", usage.input + usage.audioInput)
        writer.member("outputTokens", usage.completionTotal)
        writer.member("totalTokens", usage.total)
        writer.member("cacheReadInputTokens", usage.cacheRead)
        writer.member("cacheWriteInputTokens", usage.cacheWriteTotal)
        writeDetails(usage, to: &writer)
        writer.endObject()
    }

    private static func writeDetails(_ usage: TokenUsage, to writer: inout JSONWriter) {
        guard usage.cacheWriteTotal > 0 else { return }
        writer.key("cacheDetails")
        writer.beginArray()
        for (lifetime, count) in [(CacheMarker.Lifetime.hour, usage.cacheWriteHour), (.fiveMinutes, usage.cacheWrite)]
        where count > 0 {
            writer.beginObject()
            writer.member("ttl", lifetime.rawValue)
            writer.member("inputTokens", count)
            writer.endObject()
        }
        writer.endArray()
    }
}
