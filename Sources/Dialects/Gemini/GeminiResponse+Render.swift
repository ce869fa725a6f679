internal import Wire

extension GeminiResponse {
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

    /// Writes an answer of another dialect as Gemini's object.
    public static func render(_ response: ChatResponse, id: String, model: String, hub: AnswerMetadata?) -> [UInt8] {
        var writer = JSONWriter(reserving: 1024)
        writer.beginObject()
        writer.key("candidates")
        writer.beginArray()
        for choice in response.choices { write(choice, to: &writer) }
        writer.endArray()
        if let usage = response.usage {
            writer.key("usageMetadata")
            GeminiUsage.write(usage, to: &writer)
        }
        writer.member("modelVersion", response.model ?? model)
        writer.member("responseId", id)
        if let hub { HubObject.write(hub, to: &writer) }
        writer.endObject()
        return writer.bytes
    }

    private static func write(_ choice: ChatChoice, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("content")
        writer.beginObject()
        writer.key("parts")
        writer.beginArray()
        for part in choice.parts { write(part, to: &writer) }
        writer.endArray()
        writer.member("role", "model")
        writer.endObject()
        let isRefusal = choice.parts.contains { if case .refusal = $0.content { true } else { false } }
        writer.member("finishReason", GeminiFinish.word(choice.finish, isRefusal: isRefusal))
        writer.member("index", choice.index)
        GeminiCitations.write(choice.parts.flatMap(\.citations), to: &writer)
        GeminiLogprobs.write(choice.logprobs, to: &writer)
        writer.endObject()
    }

    private static func write(_ part: ChatPart, to writer: inout JSONWriter) {
        if case .reasoning(let reasoning) = part.content, let encrypted = reasoning.encrypted {
            return write(thought: "", signature: GeminiSignature.text(encrypted, isEncrypted: true), to: &writer)
        }
        let signature = part.signature.map { GeminiSignature.text($0) }
        switch part.content {
        case .text(let text), .refusal(let text): write(text: text, signature: signature, to: &writer)
        case .reasoning(let reasoning): write(thought: reasoning.text, signature: signature, to: &writer)
        case .toolCall(let call):
            write(call: call.id, name: call.name, call.arguments, signature: signature, to: &writer)
        case .media(let media) where GeminiMediaWriter.accepts(media):
            writer.beginObject()
            GeminiMediaWriter.write(media, to: &writer)
            if let signature { writer.member("thoughtSignature", signature) }
            writer.endObject()
        case .media, .toolResult, .other: break
        }
    }

    static func write(text: String, signature: String?, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("text", text)
        if let signature { writer.member("thoughtSignature", signature) }
        writer.endObject()
    }

    static func write(thought: String, signature: String?, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("text", thought)
        writer.member("thought", true)
        if let signature { writer.member("thoughtSignature", signature) }
        writer.endObject()
    }

    static func write(
        call id: String, name: String, _ arguments: ToolArguments, signature: String?, to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.key("functionCall")
        writer.beginObject()
        writer.member("id", id)
        writer.member("name", name)
        writer.key("args")
        arguments.writeObject(to: &writer)
        writer.endObject()
        if let signature { writer.member("thoughtSignature", signature) }
        writer.endObject()
    }
}
