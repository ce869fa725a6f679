internal import Wire

extension OpenAIResponse {
    /// Writes an answer of another dialect as OpenAI's object.
    /// - Parameters:
    ///   - created: seconds since 1970, where the answer does not say.
    ///   - hub: what the `hub` object of contract 2.9 says; nil leaves it out.
    public static func render(
        _ response: ChatResponse, id: String, created: Int, model: String, hub: AnswerMetadata?
    ) -> [UInt8] {
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        writer.member("id", id)
        writer.member("object", "chat.completion")
        writer.member("created", response.created ?? created)
        writer.member("model", response.model ?? model)
        writer.key("choices")
        writer.beginArray()
        for choice in response.choices { write(choice, to: &writer) }
        writer.endArray()
        if let usage = response.usage {
            writer.key("usage")
            OpenAIUsage.write(usage, to: &writer)
        }
        if let tier = response.serviceTier { writer.member("service_tier", tier) }
        if let hub { HubObject.write(hub, to: &writer) }
        writer.endObject()
        return writer.bytes
    }

    private static func write(_ choice: ChatChoice, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("index", choice.index)
        writer.key("message")
        writeMessage(choice, to: &writer)
        writer.key("logprobs")
        if let logprobs = choice.logprobs { writer.value(logprobs) } else { writer.null() }
        writer.member("finish_reason", word(choice.finish))
        if let native = choice.finish.native { writer.member("native_finish_reason", native) }
        if let filter = choice.contentFilter { writer.member("content_filter_results", filter) }
        writer.endObject()
    }

    private static func writeMessage(_ choice: ChatChoice, to writer: inout JSONWriter) {
        var text = ""
        var hasText = false
        var refusal = ""
        var citations: [(citation: Citation, start: Int, end: Int)] = []
        for part in choice.parts {
            switch part.content {
            case .text(let piece):
                let start = text.unicodeScalars.count
                text += piece
                hasText = true
                let end = part.citations.isEmpty ? start : text.unicodeScalars.count
                citations += part.citations.map { ($0, start, end) }
            case .refusal(let piece): refusal += piece
            default: break
            }
        }
        writer.beginObject()
        writer.member("role", "assistant")
        writer.key("content")
        if hasText { writer.string(text) } else { writer.null() }
        writer.key("refusal")
        if refusal.isEmpty { writer.null() } else { writer.string(refusal) }
        OpenAIReasoning.writeMembers(choice.parts, to: &writer)
        let signed = choice.parts.last { $0.text != nil && $0.signature?.origin == .google }
        OpenAIReasoning.writeToolSignature(signed?.signature, to: &writer)
        writeAnnotations(citations, to: &writer)
        OpenAIImages.write(choice.parts, to: &writer)
        let calls = choice.parts.filter { if case .toolCall = $0.content { true } else { false } }
        OpenAIMessageWriter.writeCalls(calls, to: &writer)
        writer.endObject()
    }

    /// Only places on the web have a form here.
    private static func writeAnnotations(
        _ citations: [(citation: Citation, start: Int, end: Int)], to writer: inout JSONWriter
    ) {
        let places = citations.filter { $0.citation.url != nil }
        guard !places.isEmpty else { return }
        writer.key("annotations")
        writer.beginArray()
        for (citation, start, end) in places { write(citation, start: start, end: end, to: &writer) }
        writer.endArray()
    }

    static func write(_ citation: Citation, start: Int, end: Int, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("type", "url_citation")
        writer.key("url_citation")
        writer.beginObject()
        writer.member("start_index", start)
        writer.member("end_index", end)
        writer.member("url", citation.url ?? "")
        writer.member("title", citation.title ?? "")
        writer.endObject()
        writer.endObject()
    }
}
