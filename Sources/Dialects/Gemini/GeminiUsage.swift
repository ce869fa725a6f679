public import Wire

/// Gemini's `usageMetadata`: the prompt includes what was cached but not what its tools read, the candidates are without
/// thoughts.
public struct GeminiUsage: Sendable, Equatable {
    private var prompt: Int?
    private var cached: Int?
    private var toolPrompt: Int?
    private var candidates: Int?
    private var thoughts: Int?
    private var total: Int?
    private var audioPrompt: Int?
    private var audioCached: Int?
    private var audioOutput: Int?

    public init() {}

    /// Counts of a stream are cumulative: the later one counts. One that adds up to its total is complete, and what it
    /// leaves out is nothing; else what came before stays.
    public mutating func take(_ usage: JSONValue?) {
        guard let usage, usage.isObject else { return }
        if Self.addsUp(usage) { (toolPrompt, candidates, thoughts) = (nil, nil, nil) }
        prompt = Self.count(usage["promptTokenCount"]) ?? prompt
        cached = Self.count(usage["cachedContentTokenCount"]) ?? cached
        toolPrompt = Self.count(usage["toolUsePromptTokenCount"]) ?? toolPrompt
        candidates = Self.count(usage["candidatesTokenCount"]) ?? candidates
        thoughts = Self.count(usage["thoughtsTokenCount"]) ?? thoughts
        total = Self.count(usage["totalTokenCount"]) ?? total
        audioPrompt = Self.audio(usage["promptTokensDetails"]) ?? audioPrompt
        audioCached = Self.audio(usage["cacheTokensDetails"]) ?? audioCached
        audioOutput = Self.audio(usage["candidatesTokensDetails"]) ?? audioOutput
    }

    private static func addsUp(_ usage: JSONValue) -> Bool {
        guard let total = count(usage["totalTokenCount"]), total > 0 else { return false }
        let names: [StaticString] = [
            "promptTokenCount", "toolUsePromptTokenCount", "candidatesTokenCount", "thoughtsTokenCount",
        ]
        return names.reduce(0) { $0 + (count(usage[$1]) ?? 0) } == total
    }

    private static func count(_ value: JSONValue?) -> Int? {
        guard let number = value?.int else { return nil }
        return min(max(0, number), 1 << 40)
    }

    /// The sound in a list of modalities.
    private static func audio(_ details: JSONValue?) -> Int? {
        guard let details, details.isArray else { return nil }
        // 4 is AUDIO where enums are written as numbers.
        let entry = details.elements.first { $0["modality"]?.equals("AUDIO") == true || $0["modality"]?.int == 4 }
        return count(entry?["tokenCount"]) ?? 0
    }

    /// In disjoint classes; nil if nothing was counted.
    public var tokens: TokenUsage? {
        guard prompt != nil || candidates != nil || total != nil else { return nil }
        let read = (prompt ?? 0) + (toolPrompt ?? 0)
        let cacheRead = min(cached ?? 0, prompt ?? 0)
        let audioInput = min(max(0, (audioPrompt ?? 0) - (audioCached ?? 0)), read - cacheRead)
        let written = candidates ?? 0
        let audio = min(audioOutput ?? 0, written)
        return TokenUsage(
            input: read - cacheRead - audioInput, cacheRead: cacheRead, output: written - audio,
            reasoning: thoughts ?? 0, audioInput: audioInput, audioOutput: audio)
    }

    public static func parse(_ usage: JSONValue?) -> TokenUsage? {
        var counts = GeminiUsage()
        counts.take(usage)
        return counts.tokens
    }

    /// The whole object, as Google's clients expect it.
    static func write(_ usage: TokenUsage, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("promptTokenCount", usage.promptTotal)
        if usage.cacheRead > 0 { writer.member("cachedContentTokenCount", usage.cacheRead) }
        writer.member("candidatesTokenCount", usage.output + usage.audioOutput)
        if usage.reasoning > 0 { writer.member("thoughtsTokenCount", usage.reasoning) }
        writer.member("totalTokenCount", usage.total)
        writeDetails("promptTokensDetails", usage.promptTotal, audio: usage.audioInput, to: &writer)
        writeDetails(
            "candidatesTokensDetails", usage.output + usage.audioOutput, audio: usage.audioOutput, to: &writer)
        writer.endObject()
    }

    private static func writeDetails(_ name: StaticString, _ count: Int, audio: Int, to writer: inout JSONWriter) {
        guard audio > 0 else { return }
        writer.key(name)
        writer.beginArray()
        for (modality, count) in [("TEXT", count - audio), ("AUDIO", audio)] where count > 0 {
            writer.beginObject()
            writer.member("modality", modality)
            writer.member("tokenCount", count)
            writer.endObject()
        }
        writer.endArray()
    }
}
