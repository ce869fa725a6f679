internal import Wire

/// Reasoning in OpenAI's chat form, which has no field for it: the extension that OpenRouter made common.
///
/// `reasoning` (or `reasoning_content`) is text for people. `reasoning_details` is a list of blocks that a client hands
/// back unchanged with the message; its `format` says whose signature it carries. A signature on a tool call is where
/// Google's own compatible surface puts it: `extra_content.google.thought_signature`.
enum OpenAIReasoning {
    // MARK: Read

    /// The reasoning of a message: from its details or, without any, from its text.
    static func parts(of message: JSONValue) -> [ChatPart] {
        if let details = message["reasoning_details"], details.isArray, details.count > 0 {
            let parts = merged(details)
            if !parts.isEmpty { return parts }
        }
        guard let text = text(of: message), !text.isEmpty else { return [] }
        return [ChatPart(.reasoning(Reasoning(text: text)))]
    }

    /// The text for people, of a message or a delta.
    static func text(of message: JSONValue) -> String? {
        message["reasoning"]?.string ?? message["reasoning_content"]?.string
    }

    /// Pieces with the same `index` that follow each other are one block.
    private static func merged(_ details: JSONValue) -> [ChatPart] {
        var parts: [ChatPart] = []
        var lastIndex: Int?
        for detail in details.elements {
            let index = detail["index"]?.int
            if let data = detail["data"]?.string, detail["type"]?.equals("reasoning.encrypted") == true {
                guard let origin = origin(detail) else { continue }
                parts.append(
                    ChatPart(.reasoning(Reasoning(text: "", encrypted: Signature(origin: origin, value: data)))))
                lastIndex = nil
                continue
            }
            let text: String = (detail["text"] ?? detail["summary"])?.string ?? ""
            let signature = signature(detail)
            if let last = parts.last, index != nil, index == lastIndex, last.signature == nil,
                case .reasoning(var reasoning) = last.content
            {
                reasoning.text += text
                parts[parts.count - 1] = ChatPart(.reasoning(reasoning), signature: signature)
            } else if !text.isEmpty || signature != nil {
                parts.append(ChatPart(.reasoning(Reasoning(text: text)), signature: signature))
            }
            lastIndex = index
        }
        return parts
    }

    static func signature(_ detail: JSONValue) -> Signature? {
        guard let value = detail["signature"]?.string, !value.isEmpty, let origin = origin(detail) else { return nil }
        return Signature(origin: origin, value: value)
    }

    static func origin(_ detail: JSONValue) -> Signature.Origin? {
        switch detail["format"]?.string {
        case "anthropic-claude-v1": .anthropic
        case "google-gemini-v1": .google
        case "openai-responses-v1": .openAI
        default: nil
        }
    }

    /// The content of a message with the signature on its text, which the message carries as a call does its own.
    static func signed(_ content: [ChatPart], by message: JSONValue) -> [ChatPart] {
        guard let signature = toolSignature(message) else { return content }
        guard let last = content.lastIndex(where: { $0.text != nil }) else {
            return content + [ChatPart(.text(""), signature: signature)]
        }
        var content = content
        content[last].signature = signature
        return content
    }

    /// Of a call, a message or a delta.
    static func toolSignature(_ call: JSONValue) -> Signature? {
        guard let value = call["extra_content"]?["google"]?["thought_signature"]?.string else { return nil }
        return Signature(origin: .google, value: value)
    }

    // MARK: Write

    /// The members `reasoning` and `reasoning_details` of a message.
    static func writeMembers(_ parts: [ChatPart], to writer: inout JSONWriter) {
        var text = ""
        var blockCount = 0
        for part in parts {
            guard case .reasoning(let reasoning) = part.content else { continue }
            text += reasoning.text
            blockCount += 1
        }
        guard blockCount > 0 else { return }
        if !text.isEmpty { writer.member("reasoning", text) }
        writer.key("reasoning_details")
        writer.beginArray()
        var index = 0
        for part in parts {
            guard case .reasoning(let reasoning) = part.content else { continue }
            if let encrypted = reasoning.encrypted {
                writeEncrypted(encrypted, index: index, to: &writer)
            } else {
                writeText(reasoning.text, part.signature, index: index, to: &writer)
            }
            index += 1
        }
        writer.endArray()
    }

    static func writeText(_ text: String?, _ signature: Signature?, index: Int, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("type", "reasoning.text")
        if let text { writer.member("text", text) }
        if let signature {
            writer.member("signature", signature.value)
            writer.member("format", format(signature.origin))
        }
        writer.member("index", index)
        writer.endObject()
    }

    static func writeEncrypted(_ encrypted: Signature, index: Int, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("type", "reasoning.encrypted")
        writer.member("data", encrypted.value)
        writer.member("format", format(encrypted.origin))
        writer.member("index", index)
        writer.endObject()
    }

    static func writeToolSignature(_ signature: Signature?, to writer: inout JSONWriter) {
        guard let signature, signature.origin == .google else { return }
        writer.key("extra_content")
        writer.beginObject()
        writer.key("google")
        writer.beginObject()
        writer.member("thought_signature", signature.value)
        writer.endObject()
        writer.endObject()
    }

    private static func format(_ origin: Signature.Origin) -> StaticString {
        switch origin {
        case .anthropic: "anthropic-claude-v1"
        case .google: "google-gemini-v1"
        case .openAI: "openai-responses-v1"
        }
    }
}
