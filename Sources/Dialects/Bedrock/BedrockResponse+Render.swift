internal import Wire

/// Answers in Converse's form, for its clients.
extension BedrockResponse {
    /// The answer of a provider of this dialect as it came, but for the `hub` object of contract 2.9.
    public static func render(_ response: CompletionResponse, hub: AnswerMetadata?) -> [UInt8] {
        if hub == nil, let bytes = response.bytes { return bytes }
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        for (key, value) in response.body.members {
            writer.key(key)
            writer.value(value)
        }
        if let hub { HubObject.write(hub, to: &writer) }
        writer.endObject()
        return writer.bytes
    }

    /// Writes an answer of another dialect. It has one choice: the first.
    /// - Parameter latencyMilliseconds: of the provider.
    public static func render(
        _ response: ChatResponse, latencyMilliseconds: Int, hub: AnswerMetadata?
    ) -> [UInt8] {
        let choice = response.choices.first
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        writer.key("output")
        writer.beginObject()
        writer.key("message")
        writer.beginObject()
        writer.member("role", "assistant")
        writer.key("content")
        writer.beginArray()
        for part in choice?.parts ?? [] { write(part, to: &writer) }
        writer.endArray()
        writer.endObject()
        writer.endObject()
        let isRefusal = choice?.parts.contains { if case .refusal = $0.content { true } else { false } } ?? false
        writer.member("stopReason", word(choice?.finish ?? Finish(.stop), isRefusal: isRefusal))
        writer.key("usage")
        BedrockUsage.write(response.usage ?? TokenUsage(), to: &writer)
        writeMetrics(latencyMilliseconds, to: &writer)
        if let hub { HubObject.write(hub, to: &writer) }
        writer.endObject()
        return writer.bytes
    }

    static func writeMetrics(_ latencyMilliseconds: Int, to writer: inout JSONWriter) {
        writer.key("metrics")
        writer.beginObject()
        writer.member("latencyMs", latencyMilliseconds)
        writer.endObject()
    }

    static func word(_ finish: Finish, isRefusal: Bool) -> StaticString {
        if isRefusal { return "content_filtered" }
        return switch finish.reason {
        case .stop, .pause: finish.stopSequence == nil ? "end_turn" : "stop_sequence"
        case .length: "max_tokens"
        case .toolCalls: "tool_use"
        case .contentFilter: "content_filtered"
        case .malformed: "malformed_model_output"
        }
    }

    private static func write(_ part: ChatPart, to writer: inout JSONWriter) {
        switch part.content {
        case .text(let text), .refusal(let text):
            if !text.isEmpty { write(text, part.citations, to: &writer) }
            if let signature = part.signature {
                writeOpaque(SignatureCarrier.textForPartBefore(signature), to: &writer)
            }
        case .reasoning(let reasoning):
            if let encrypted = reasoning.encrypted {
                return writeOpaque(SignatureCarrier.text(encrypted), to: &writer)
            }
            open("reasoningContent", &writer)
            writer.key("reasoningText")
            writer.beginObject()
            writer.member("text", reasoning.text)
            if let signature = part.signature { writer.member("signature", SignatureCarrier.text(signature)) }
            writer.endObject()
            close(&writer)
        case .toolCall(let call):
            if let signature = part.signature { writeOpaque(SignatureCarrier.textForNextPart(signature), to: &writer) }
            open("toolUse", &writer)
            writer.member("toolUseId", ToolCallID.plain(call.id))
            writer.member("name", call.name)
            writer.key("input")
            call.arguments.writeObject(to: &writer)
            close(&writer)
        case .media(let media):
            // Its clients know of no other.
            if media.kind == .image { BedrockMedia(media, number: 1)?.write(to: &writer) }
        case .toolResult, .other: break
        }
    }

    private static func writeOpaque(_ text: String, to writer: inout JSONWriter) {
        open("reasoningContent", &writer)
        writer.member("redactedContent", BedrockSignature.blob(text))
        close(&writer)
    }

    private static func write(_ text: String, _ citations: [Citation], to writer: inout JSONWriter) {
        guard !citations.isEmpty else {
            writer.beginObject()
            writer.member("text", text)
            return writer.endObject()
        }
        open("citationsContent", &writer)
        writer.key("content")
        writer.beginArray()
        writer.beginObject()
        writer.member("text", text)
        writer.endObject()
        writer.endArray()
        writer.key("citations")
        writer.beginArray()
        for citation in citations { write(citation, to: &writer) }
        writer.endArray()
        close(&writer)
    }

    static func write(_ citation: Citation, to writer: inout JSONWriter) {
        if let source = citation.source, source["sourceContent"] != nil || source["location"] != nil {
            return writer.value(source)
        }
        writer.beginObject()
        if let title = citation.title { writer.member("title", title) }
        if let text = citation.citedText {
            writer.key("sourceContent")
            writer.beginArray()
            writer.beginObject()
            writer.member("text", text)
            writer.endObject()
            writer.endArray()
        }
        if let url = citation.url {
            writer.key("location")
            writer.beginObject()
            writer.key("web")
            writer.beginObject()
            writer.member("url", url)
            writer.endObject()
            writer.endObject()
        }
        writer.endObject()
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
