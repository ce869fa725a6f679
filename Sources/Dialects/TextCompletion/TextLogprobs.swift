internal import Wire

/// A chat's log probabilities as the legacy form has them: a list each of tokens, of their probabilities, of their
/// alternatives, and of where they begin in the text.
enum TextLogprobs {
    /// Writes an object, or null where the chat gave none.
    /// - Parameter offset: characters of the text before the first token.
    static func write(_ logprobs: JSONValue?, offset: Int, to writer: inout JSONWriter) {
        guard let tokens = logprobs?["content"], tokens.isArray else { return writer.null() }
        writer.beginObject()
        writeList("tokens", tokens, to: &writer) { $1.string($0["token"]?.string ?? "") }
        writeList("token_logprobs", tokens, to: &writer) { writeNumber($0["logprob"], to: &$1) }
        writeList("top_logprobs", tokens, to: &writer) { writeAlternatives($0["top_logprobs"], to: &$1) }
        var position = offset
        writeList("text_offset", tokens, to: &writer) { token, writer in
            writer.int(position)
            position += token["token"]?.string?.unicodeScalars.count ?? 0
        }
        writer.endObject()
    }

    private static func writeList(
        _ name: StaticString, _ tokens: JSONValue, to writer: inout JSONWriter,
        _ write: (JSONValue, inout JSONWriter) -> Void
    ) {
        writer.key(name)
        writer.beginArray()
        for token in tokens.elements { write(token, &writer) }
        writer.endArray()
    }

    private static func writeAlternatives(_ alternatives: JSONValue?, to writer: inout JSONWriter) {
        guard let alternatives, alternatives.isArray else { return writer.null() }
        writer.beginObject()
        for alternative in alternatives.elements {
            writer.key(alternative["token"]?.string ?? "")
            writeNumber(alternative["logprob"], to: &writer)
        }
        writer.endObject()
    }

    private static func writeNumber(_ value: JSONValue?, to writer: inout JSONWriter) {
        if let value { writer.value(value) } else { writer.null() }
    }
}
