internal import Wire

/// Writes turns of no dialect as input items.
enum ResponsesItemWriter {
    static func write(_ messages: [ChatMessage], to writer: inout JSONWriter, report: inout TranslationReport) {
        writer.beginArray()
        for message in messages {
            switch message.role {
            case .assistant: writeAssistant(message, to: &writer, report: &report)
            case .user: writeUser(message, to: &writer, report: &report)
            case .system, .developer:
                writeMessage(message.role, message.parts[...], to: &writer, report: &report)
            }
        }
        writer.endArray()
    }

    /// What a user said, as a string of another document.
    static func writeUser(text: JSONValue, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("role", "user")
        writer.member("content", text)
        writer.endObject()
    }

    /// Results are items of their own, before what the user said beside them.
    private static func writeUser(_ message: ChatMessage, to writer: inout JSONWriter, report: inout TranslationReport)
    {
        var rest: [ChatPart] = []
        for part in message.parts {
            if case .toolResult(let result) = part.content {
                if part.cache != nil { report.drop("messages.content.cache_control") }
                writeResult(result, to: &writer, report: &report)
            } else {
                rest.append(part)
            }
        }
        if !rest.isEmpty || message.parts.isEmpty {
            writeMessage(.user, rest[...], to: &writer, report: &report)
        }
        if message.name != nil { report.drop("messages.name") }
    }

    private static func writeResult(_ result: ToolResult, to writer: inout JSONWriter, report: inout TranslationReport)
    {
        writer.beginObject()
        writer.member("type", "function_call_output")
        writer.member("call_id", callID(result.callID))
        writer.key("output")
        let hasMedia = result.parts.contains { $0.text == nil }
        if hasMedia {
            writer.beginArray()
            if result.isError { writeText("Error:", type: "input_text", to: &writer) }
            for part in result.parts { writeInput(part, to: &writer, report: &report) }
            writer.endArray()
        } else {
            writer.string(result.isError ? "Error: " + result.text : result.text)
        }
        writer.endObject()
    }

    /// At most 64 characters.
    static func callID(_ id: String) -> String {
        id.utf8.count <= 64 ? id : ToolCallID.plain(id)
    }

    // MARK: Assistant

    /// Thoughts, texts and calls are items of their own, in their order.
    private static func writeAssistant(
        _ message: ChatMessage, to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        var visible: [ChatPart] = []
        for part in message.parts {
            switch part.content {
            case .text, .refusal: visible.append(part)
            case .reasoning(let reasoning):
                flush(&visible, to: &writer, report: &report)
                writeReasoning(reasoning, part.signature, to: &writer, report: &report)
            case .toolCall(let call):
                flush(&visible, to: &writer, report: &report)
                writeCall(call, to: &writer)
            case .media(let media): report.drop("messages.content.\(media.kind.rawValue)")
            case .other(let type, _): report.drop("messages.content.\(type)")
            case .toolResult: break
            }
        }
        flush(&visible, to: &writer, report: &report)
    }

    private static func flush(
        _ visible: inout [ChatPart], to writer: inout JSONWriter, report: inout TranslationReport
    ) {
        guard !visible.isEmpty else { return }
        writeMessage(.assistant, visible[...], to: &writer, report: &report)
        visible = []
    }

    /// Only OpenAI's own thoughts mean anything to OpenAI.
    private static func writeReasoning(
        _ reasoning: Reasoning, _ signature: Signature?, to writer: inout JSONWriter,
        report: inout TranslationReport
    ) {
        guard let given = reasoning.encrypted ?? signature, given.origin == .openAI else {
            return report.forget("messages.reasoning")
        }
        let (id, encrypted) = ResponsesReasoning.carried(signature: signature, redacted: reasoning.encrypted)
        writer.beginObject()
        writer.member("type", "reasoning")
        if let id { writer.member("id", id) }
        writer.key("summary")
        writer.beginArray()
        if !reasoning.text.isEmpty { ResponsesReasoning.writePart(reasoning.text, to: &writer) }
        writer.endArray()
        if let encrypted { writer.member("encrypted_content", encrypted) }
        writer.endObject()
    }

    private static func writeCall(_ call: ToolCall, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("type", "function_call")
        writer.member("call_id", callID(call.id))
        writer.member("name", call.name)
        writer.key("arguments")
        call.arguments.writeText(to: &writer)
        writer.endObject()
    }

    // MARK: Content

    private static func writeMessage(
        _ role: ChatMessage.Role, _ parts: ArraySlice<ChatPart>, to writer: inout JSONWriter,
        report: inout TranslationReport
    ) {
        writer.beginObject()
        writer.member("role", role.rawValue)
        writer.key("content")
        if parts.isEmpty {
            writer.string("")
        } else if parts.count == 1, let text = parts.first?.text {
            writer.string(text)
        } else {
            writer.beginArray()
            for part in parts {
                if role == .assistant {
                    writeOutput(part, to: &writer)
                } else {
                    writeInput(part, to: &writer, report: &report)
                }
            }
            writer.endArray()
        }
        writer.endObject()
        if parts.contains(where: { $0.cache != nil }) { report.drop("messages.content.cache_control") }
    }

    private static func writeOutput(_ part: ChatPart, to writer: inout JSONWriter) {
        switch part.content {
        case .text(let text): writeText(text, type: "output_text", to: &writer)
        case .refusal(let text):
            writer.beginObject()
            writer.member("type", "refusal")
            writer.member("refusal", text)
            writer.endObject()
        default: break
        }
    }

    private static func writeInput(_ part: ChatPart, to writer: inout JSONWriter, report: inout TranslationReport) {
        switch part.content {
        case .text(let text), .refusal(let text): writeText(text, type: "input_text", to: &writer)
        case .media(let media): writeMedia(media, to: &writer, report: &report)
        case .other(let type, _): report.refuse("messages.content.\(type)")
        case .toolCall, .toolResult, .reasoning: break
        }
    }

    private static func writeText(_ text: String, type: StaticString, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("type", type)
        writer.member("text", text)
        writer.endObject()
    }

    private static func writeMedia(_ media: Media, to writer: inout JSONWriter, report: inout TranslationReport) {
        switch (media.kind, media.source) {
        case (.document, .text(let text)): writeText(text, type: "input_text", to: &writer)
        case (.image, .url(let url)): writeImage("image_url", url, media, to: &writer)
        case (.image, .data(let data, let type)):
            writeImage("image_url", "data:\(type);base64,\(data)", media, to: &writer)
        case (.image, .file(let id)): writeImage("file_id", id, media, to: &writer)
        case (.document, .url(let url)): writeFile("file_url", url, name: nil, to: &writer)
        case (.document, .data(let data, let type)):
            writeFile("file_data", "data:\(type);base64,\(data)", name: media.name ?? "document", to: &writer)
        case (.document, .file(let id)): writeFile("file_id", id, name: nil, to: &writer)
        default: report.refuse("messages.content.\(media.kind.rawValue)")
        }
    }

    private static func writeImage(
        _ field: StaticString, _ value: String, _ media: Media, to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("type", "input_image")
        writer.member(field, value)
        writer.member("detail", media.detail ?? "auto")
        writer.endObject()
    }

    private static func writeFile(
        _ field: StaticString, _ value: String, name: String?, to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("type", "input_file")
        if let name { writer.member("filename", name) }
        writer.member(field, value)
        writer.endObject()
    }
}
