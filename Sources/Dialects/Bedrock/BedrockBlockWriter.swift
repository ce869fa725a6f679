internal import Wire

/// Writes parts of no dialect as Converse's content blocks. One per request.
struct BedrockBlockWriter {
    private let target: BedrockTarget
    /// How many were named: names are unique in a request.
    private var documents = 0

    init(target: BedrockTarget) {
        self.target = target
    }

    /// - Parameters:
    ///   - prefix: where the parts are, for the report: `messages.content`.
    ///   - end: marks all up to the last part.
    mutating func write(
        _ parts: [ChatPart], prefix: String, end: CacheMarker? = nil, to writer: inout JSONWriter,
        report: inout TranslationReport
    ) {
        writer.beginArray()
        for part in parts {
            write(part, prefix: prefix, to: &writer, report: &report)
            Self.writeCachePoint(
                Self.cache(of: part), target, as: "messages.content.cache_control", to: &writer, report: &report)
        }
        // A document needs a text beside it.
        if parts.contains(where: Self.isDocument), !parts.contains(where: { $0.text != nil }) {
            writer.raw(#"{"text":"."}"#)
        }
        Self.writeCachePoint(end, target, as: "cache_control", to: &writer, report: &report)
        writer.endArray()
    }

    /// - Parameter name: of the marker's field, for the report.
    static func writeCachePoint(
        _ cache: CacheMarker?, _ target: BedrockTarget, as name: String, to writer: inout JSONWriter,
        report: inout TranslationReport
    ) {
        guard let cache else { return }
        guard target.acceptsCachePoints else { return report.drop(name) }
        writer.beginObject()
        writer.key("cachePoint")
        writer.beginObject()
        writer.member("type", "default")
        if target.isClaude, let lifetime = cache.lifetime { writer.member("ttl", lifetime.rawValue) }
        writer.endObject()
        writer.endObject()
    }

    /// Results of tools hold no points of their own: theirs come after them.
    private static func cache(of part: ChatPart) -> CacheMarker? {
        guard part.cache == nil, case .toolResult(let result) = part.content else { return part.cache }
        return result.parts.last { $0.cache != nil }?.cache
    }

    private static func isDocument(_ part: ChatPart) -> Bool {
        if case .media(let media) = part.content { media.kind == .document } else { false }
    }

    private mutating func write(
        _ part: ChatPart, prefix: String, to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        switch part.content {
        case .text(let text), .refusal(let text):
            writer.beginObject()
            writer.member("text", text)
            writer.endObject()
        case .reasoning(let reasoning): Self.write(reasoning, signature: part.signature, to: &writer)
        case .toolCall(let call):
            Self.open("toolUse", &writer)
            writer.member("toolUseId", ToolCallID.plain(call.id))
            writer.member("name", call.name)
            writer.key("input")
            call.arguments.writeObject(to: &writer)
            Self.close(&writer)
        case .toolResult(let result): write(result, to: &writer, report: &report)
        case .media(let media):
            guard let block = BedrockMedia(media, number: documents + 1) else {
                return report.refuse("\(prefix).\(media.kind.rawValue)")
            }
            if media.kind == .document { documents += 1 }
            if media.detail != nil { report.drop("\(prefix).image_url.detail") }
            block.write(to: &writer)
        case .other(let type, _): report.refuse("\(prefix).\(type)")
        }
    }

    private mutating func write(
        _ result: ToolResult, to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        Self.open("toolResult", &writer)
        writer.member("toolUseId", ToolCallID.plain(result.callID))
        writer.key("content")
        var parts = result.parts.filter { $0.text.map(AnthropicTurns.isBlank) != true }
        for index in parts.indices { parts[index].cache = nil }
        // It must hold something, and blank text is refused.
        if parts.isEmpty { parts = [ChatPart(.text("."))] }
        write(parts, prefix: "messages.content.tool_result", to: &writer, report: &report)
        writer.member("status", result.isError ? "error" : "success" as StaticString)
        Self.close(&writer)
    }

    private static func write(_ reasoning: Reasoning, signature: Signature?, to writer: inout JSONWriter) {
        open("reasoningContent", &writer)
        if let encrypted = reasoning.encrypted {
            writer.member("redactedContent", encrypted.value)
        } else {
            writer.key("reasoningText")
            writer.beginObject()
            writer.member("text", reasoning.text)
            if let signature { writer.member("signature", signature.value) }
            writer.endObject()
        }
        close(&writer)
    }

    private static func open(_ name: StaticString, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.key(name)
        writer.beginObject()
    }

    private static func close(_ writer: inout JSONWriter) {
        writer.endObject()
        writer.endObject()
    }
}
