internal import Wire

/// Writes parts of no dialect as Gemini's, for a provider.
struct GeminiPartWriter {
    let target: GeminiTarget
    /// By the ids of the calls.
    let toolNames: [String: String]

    /// Writes `parts` of a turn.
    func write(_ turn: GeminiTurns.Turn, to writer: inout JSONWriter, report: inout TranslationReport) {
        // Of calls at the same time only the first has a signature.
        var owesSignature = target.needsSignatures && turn.role == .assistant
        writer.beginArray()
        for part in turn.parts {
            if part.cache != nil { report.drop("messages.content.cache_control") }
            if case .toolCall = part.content {
                write(part, signature: part.signature?.value ?? (owesSignature ? unchecked : nil), &writer, &report)
                owesSignature = false
            } else {
                write(part, signature: part.signature?.value, &writer, &report)
            }
        }
        writer.endArray()
    }

    private var unchecked: String { "\(GeminiSignature.unchecked)" }

    private func write(
        _ part: ChatPart, signature: String?, _ writer: inout JSONWriter, _ report: inout TranslationReport
    ) {
        switch part.content {
        case .other(let type, _): return report.refuse("messages.content.\(type)")
        case .media(let media) where !GeminiMediaWriter.accepts(media):
            return report.refuse("messages.content.\(media.kind.rawValue)")
        default: break
        }
        writer.beginObject()
        switch part.content {
        case .text(let text), .refusal(let text): writer.member("text", text)
        case .reasoning(let reasoning):
            writer.member("text", reasoning.text)
            writer.member("thought", true)
        case .toolCall(let call): write(call, &writer)
        case .toolResult(let result): write(result, &writer, &report)
        case .media(let media): write(media, &writer, &report)
        case .other: break
        }
        if let signature { writer.member("thoughtSignature", signature) }
        writer.endObject()
    }

    // MARK: Calls and results

    private func write(_ call: ToolCall, _ writer: inout JSONWriter) {
        writer.key("functionCall")
        writer.beginObject()
        if target.acceptsCallIDs { writer.member("id", call.id) }
        writer.member("name", call.name)
        writer.key("args")
        call.arguments.writeObject(to: &writer)
        writer.endObject()
    }

    private func write(_ result: ToolResult, _ writer: inout JSONWriter, _ report: inout TranslationReport) {
        writer.key("functionResponse")
        writer.beginObject()
        if target.acceptsCallIDs { writer.member("id", result.callID) }
        writer.member("name", result.name ?? toolNames[result.callID] ?? result.callID)
        writer.key("response")
        writeResponse(result, &writer)
        var media: [Media] = []
        for part in result.parts {
            switch part.content {
            case .media(let item): media.append(item)
            case .other(let type, _): report.refuse("messages.content.tool_result.\(type)")
            default: break
            }
        }
        if !media.isEmpty, target.acceptsResultMedia {
            writer.key("parts")
            writer.beginArray()
            for item in media {
                guard GeminiMediaWriter.accepts(item) else {
                    report.refuse("messages.content.tool_result.\(item.kind.rawValue)")
                    continue
                }
                writer.beginObject()
                GeminiMediaWriter.write(item, to: &writer)
                writer.endObject()
            }
            writer.endArray()
        } else if let first = media.first {
            report.refuse("messages.content.tool_result.\(first.kind.rawValue)")
        }
        writer.endObject()
    }

    /// It must be an object: a text that is none becomes the one member of one.
    private func writeResponse(_ result: ToolResult, _ writer: inout JSONWriter) {
        let text = result.text
        if !result.isError, let value = try? JSONDocument.parse(text, maximumDepth: 256).root, value.isObject {
            return writer.value(value)
        }
        writer.beginObject()
        writer.member(result.isError ? "error" : "result", text)
        writer.endObject()
    }

    // MARK: Media

    private func write(_ media: Media, _ writer: inout JSONWriter, _ report: inout TranslationReport) {
        GeminiMediaWriter.write(media, to: &writer)
        guard let detail = media.detail, detail != "auto" else { return }
        guard target.acceptsResultMedia else { return report.drop("messages.content.image_url.detail") }
        writer.key("mediaResolution")
        writer.beginObject()
        writer.member("level", detail == "low" ? "MEDIA_RESOLUTION_LOW" : "MEDIA_RESOLUTION_HIGH" as StaticString)
        writer.endObject()
    }
}

/// The members that hold media.
enum GeminiMediaWriter {
    /// Files of other providers cannot be read.
    static func accepts(_ media: Media) -> Bool {
        if case .file(let id) = media.source { return GeminiMedia.isGoogles(id) }
        return true
    }

    static func write(_ media: Media, to writer: inout JSONWriter) {
        switch media.source {
        case .text(let text): writer.member("text", text)
        case .data(let data, let type):
            writer.key("inlineData")
            writer.beginObject()
            writer.member("mimeType", type == "image/jpg" ? "image/jpeg" : type)
            writer.member("data", data)
            writer.endObject()
        case .url(let url), .file(let url):
            writer.key("fileData")
            writer.beginObject()
            if let type = GeminiMedia.type(ofURL: url, kind: media.kind) { writer.member("mimeType", type) }
            writer.member("fileUri", url)
            writer.endObject()
        }
    }
}
