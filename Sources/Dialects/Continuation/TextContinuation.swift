internal import Wire

/// How a server of OpenAI's form is told to go on with the assistant's last message.
public enum TextContinuation: String, Sendable, CaseIterable {
    /// It does so unasked.
    case plain
    /// `prefix` in the message: Mistral, DeepSeek.
    case prefix
    /// `continue_final_message`, and no prompt for a new turn: vLLM, SGLang.
    case continueFinalMessage = "continue_final_message"

    /// - Parameter body: a request that ends in the assistant's message, as the hub wrote it.
    public func marked(_ body: [UInt8]) -> [UInt8] {
        guard self != .plain, let root = try? JSONDocument.parse(body, maximumDepth: 512).root else { return body }
        var writer = JSONWriter(reserving: body.count + 64)
        writer.beginObject()
        for (key, value) in root.members {
            writer.key(key)
            if self == .prefix, key.equals("messages") {
                Self.write(messages: value, to: &writer)
            } else {
                writer.value(value)
            }
        }
        if self == .continueFinalMessage {
            writer.member("continue_final_message", true)
            writer.member("add_generation_prompt", false)
        }
        writer.endObject()
        return writer.bytes
    }

    private static func write(messages: JSONValue, to writer: inout JSONWriter) {
        writer.beginArray()
        for (position, message) in messages.elements.enumerated() {
            guard position == messages.count - 1, message.isObject else {
                writer.value(message)
                continue
            }
            writer.beginObject()
            for (key, value) in message.members where !key.equals("prefix") {
                writer.key(key)
                writer.value(value)
            }
            writer.member("prefix", true)
            writer.endObject()
        }
        writer.endArray()
    }
}
