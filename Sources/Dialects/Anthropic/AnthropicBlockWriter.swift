internal import Wire

/// Writes parts of no dialect as Anthropic's content blocks.
enum AnthropicBlockWriter {
    /// - Parameter prefix: where the parts are, for the report: `messages.content`.
    static func write(
        _ parts: [ChatPart], prefix: String, to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        writer.beginArray()
        for part in parts { write(part, prefix: prefix, to: &writer, report: &report) }
        writer.endArray()
    }

    private static func write(
        _ part: ChatPart, prefix: String, to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        switch part.content {
        case .text(let text), .refusal(let text):
            open("text", &writer)
            writer.member("text", text)
        case .reasoning(let reasoning):
            if let encrypted = reasoning.encrypted {
                open("redacted_thinking", &writer)
                writer.member("data", encrypted.value)
            } else {
                open("thinking", &writer)
                writer.member("thinking", reasoning.text)
                writer.member("signature", part.signature?.value ?? "")
            }
            // Thoughts cannot be marked for the cache.
            return writer.endObject()
        case .toolCall(let call):
            open("tool_use", &writer)
            writer.member("id", ToolCallID.plain(call.id))
            writer.member("name", call.name)
            writer.key("input")
            call.arguments.writeObject(to: &writer)
        case .toolResult(let result): writeResult(result, to: &writer, report: &report)
        case .media(let media):
            guard let source = source(of: media) else {
                return report.refuse("\(prefix).\(media.kind.rawValue)")
            }
            if media.detail != nil { report.drop("\(prefix).image_url.detail") }
            open(media.kind == .image ? "image" : "document", &writer)
            writer.key("source")
            source(&writer)
            if media.kind == .document, let name = media.name { writer.member("title", name) }
        case .other(let type, _): return report.refuse("\(prefix).\(type)")
        }
        writeCache(part.cache, to: &writer)
        writer.endObject()
    }

    private static func open(_ type: StaticString, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("type", type)
    }

    private static func writeResult(
        _ result: ToolResult, to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        open("tool_result", &writer)
        writer.member("tool_use_id", ToolCallID.plain(result.callID))
        let parts = result.parts.filter { $0.text?.isEmpty != true }
        if parts.count == 1, let text = parts[0].text, parts[0].cache == nil {
            writer.member("content", text)
        } else if !parts.isEmpty {
            writer.key("content")
            write(parts, prefix: "messages.content.tool_result", to: &writer, report: &report)
        }
        if result.isError { writer.member("is_error", true) }
    }

    static func writeCache(_ cache: CacheMarker?, to writer: inout JSONWriter) {
        guard let cache else { return }
        writer.key("cache_control")
        writer.beginObject()
        writer.member("type", "ephemeral")
        if let lifetime = cache.lifetime { writer.member("ttl", lifetime.rawValue) }
        writer.endObject()
    }

    // MARK: Media

    /// What it takes in base64.
    private static let mediaTypes: Set<String> = [
        "image/jpeg", "image/png", "image/gif", "image/webp", "application/pdf",
    ]

    /// What writes the source; nil where Anthropic takes no such thing.
    private static func source(of media: Media) -> ((inout JSONWriter) -> Void)? {
        guard media.kind == .image || media.kind == .document else { return nil }
        switch media.source {
        case .url(let url):
            return { writer in
                writer.beginObject()
                writer.member("type", "url")
                writer.member("url", url)
                writer.endObject()
            }
        case .data(let data, let type):
            if media.kind == .document, type.hasPrefix("text/") { return textSource(data) }
            let type = type == "image/jpg" ? "image/jpeg" : type
            guard mediaTypes.contains(type) else { return nil }
            return { writer in
                writer.beginObject()
                writer.member("type", "base64")
                writer.member("media_type", type)
                writer.member("data", data)
                writer.endObject()
            }
        case .text(let text): return plain(text)
        // Another provider's file.
        case .file: return nil
        }
    }

    /// Text documents are sent as text.
    private static func textSource(_ data: String) -> ((inout JSONWriter) -> Void)? {
        Base64.decode(data).map { plain(String(decoding: $0, as: UTF8.self)) }
    }

    private static func plain(_ text: String) -> (inout JSONWriter) -> Void {
        { writer in
            writer.beginObject()
            writer.member("type", "text")
            writer.member("media_type", "text/plain")
            writer.member("data", text)
            writer.endObject()
        }
    }
}
