internal import Wire

/// Writes turns of no dialect as OpenAI's messages.
enum OpenAIMessageWriter {
    static func write(
        _ messages: [ChatMessage], to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        writer.beginArray()
        for message in messages {
            switch message.role {
            case .assistant: writeAssistant(message, to: &writer, report: &report)
            case .user: writeUser(message, to: &writer, report: &report)
            case .system, .developer: write(message, message.parts[...], to: &writer, report: &report)
            }
        }
        writer.endArray()
    }

    /// Results become messages of their own, before what the user said beside them. Media in a result follow in the
    /// user's message: OpenAI takes only text from tools.
    private static func writeUser(_ message: ChatMessage, to writer: inout JSONWriter, report: inout TranslationReport)
    {
        var rest: [ChatPart] = []
        var media: [ChatPart] = []
        for part in message.parts {
            guard case .toolResult(let result) = part.content else {
                rest.append(part)
                continue
            }
            if part.cache != nil { report.drop("messages.content.cache_control") }
            writeResult(result, to: &writer, report: &report)
            media += result.parts.filter { if case .media = $0.content { true } else { false } }
        }
        rest = media + rest
        if !rest.isEmpty || message.parts.isEmpty { write(message, rest[...], to: &writer, report: &report) }
    }

    private static func writeResult(_ result: ToolResult, to writer: inout JSONWriter, report: inout TranslationReport)
    {
        for part in result.parts {
            if case .other(let type, _) = part.content { report.refuse("messages.content.tool_result.\(type)") }
        }
        writer.beginObject()
        writer.member("role", "tool")
        writer.member("tool_call_id", result.callID)
        writer.member("content", result.isError ? "Error: " + result.text : result.text)
        writer.endObject()
    }

    private static func writeAssistant(
        _ message: ChatMessage, to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        var visible: [ChatPart] = []
        var calls: [ChatPart] = []
        var refusal = ""
        for part in message.parts {
            switch part.content {
            case .toolCall: calls.append(part)
            case .refusal(let text): refusal += text
            case .reasoning: break
            case .other(let type, _): report.drop("messages.content.\(type)")
            default: visible.append(part)
            }
        }
        writer.beginObject()
        writer.member("role", "assistant")
        if let name = message.name { writer.member("name", name) }
        OpenAIReasoning.writeMembers(message.parts, to: &writer)
        writer.key("content")
        // Only beside calls or a refusal there may be none.
        if visible.isEmpty, !calls.isEmpty || !refusal.isEmpty {
            writer.null()
        } else {
            writeContent(visible[...], to: &writer, report: &report)
        }
        if !refusal.isEmpty { writer.member("refusal", refusal) }
        writeCalls(calls, to: &writer)
        writer.endObject()
    }

    /// `tool_calls` of a message; nothing without any.
    static func writeCalls(_ calls: [ChatPart], to writer: inout JSONWriter) {
        guard !calls.isEmpty else { return }
        writer.key("tool_calls")
        writer.beginArray()
        for part in calls {
            guard case .toolCall(let call) = part.content else { continue }
            writer.beginObject()
            writer.member("id", call.id)
            writer.member("type", "function")
            writer.key("function")
            writer.beginObject()
            writer.member("name", call.name)
            writer.key("arguments")
            call.arguments.writeText(to: &writer)
            writer.endObject()
            OpenAIReasoning.writeToolSignature(part.signature, to: &writer)
            writer.endObject()
        }
        writer.endArray()
    }

    private static func write(
        _ message: ChatMessage, _ parts: ArraySlice<ChatPart>, to writer: inout JSONWriter,
        report: inout TranslationReport
    ) {
        writer.beginObject()
        writer.member("role", message.role.rawValue)
        if let name = message.name { writer.member("name", name) }
        writer.key("content")
        writeContent(parts, to: &writer, report: &report)
        writer.endObject()
    }

    // MARK: Content

    /// Text alone is a string: every server takes that.
    private static func writeContent(
        _ parts: ArraySlice<ChatPart>, to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        if parts.contains(where: { $0.cache != nil }) { report.drop("messages.content.cache_control") }
        if parts.count == 1, let text = parts.first?.text { return writer.string(text) }
        if parts.isEmpty { return writer.string("") }
        writer.beginArray()
        for part in parts { writePart(part, to: &writer, report: &report) }
        writer.endArray()
    }

    private static func writePart(_ part: ChatPart, to writer: inout JSONWriter, report: inout TranslationReport) {
        switch part.content {
        case .text(let text): writeText(text, to: &writer)
        case .media(let media): writeMedia(media, to: &writer, report: &report)
        case .refusal(let text):
            writer.beginObject()
            writer.member("type", "refusal")
            writer.member("refusal", text)
            writer.endObject()
        case .other(let type, _): report.refuse("messages.content.\(type)")
        case .toolCall, .toolResult, .reasoning: break
        }
    }

    private static func writeText(_ text: String, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("type", "text")
        writer.member("text", text)
        writer.endObject()
    }

    private static func writeMedia(_ media: Media, to writer: inout JSONWriter, report: inout TranslationReport) {
        switch (media.kind, media.source) {
        case (.image, .url(let url)): writeImage(url, media, to: &writer)
        case (.image, .data(let data, let type)): writeImage("data:\(type);base64,\(data)", media, to: &writer)
        case (.audio, .data(let data, let type)):
            writer.beginObject()
            writer.member("type", "input_audio")
            writer.key("input_audio")
            writer.beginObject()
            writer.member("data", data)
            writer.member("format", MediaTypes.audioFormat(type))
            writer.endObject()
            writer.endObject()
        case (.document, .data(let data, let type)):
            writeFile(name: media.name ?? "document", data: "data:\(type);base64,\(data)", to: &writer)
        case (.document, .text(let text)): writeText(text, to: &writer)
        default: report.refuse("messages.content.\(media.kind.rawValue)")
        }
    }

    private static func writeImage(_ url: String, _ media: Media, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("type", "image_url")
        writer.key("image_url")
        writer.beginObject()
        writer.member("url", url)
        if let detail = media.detail { writer.member("detail", detail) }
        writer.endObject()
        writer.endObject()
    }

    private static func writeFile(name: String, data: String, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("type", "file")
        writer.key("file")
        writer.beginObject()
        writer.member("filename", name)
        writer.member("file_data", data)
        writer.endObject()
        writer.endObject()
    }
}
