internal import Wire

/// A content part of an output message.
struct ResponsesContent: Sendable {
    enum Kind: Sendable {
        case text, refusal
    }

    var kind: Kind
    var text = ""
    var citations: [Citation] = []
    /// Lists of tokens, as chat completions have them.
    var logprobs: [JSONValue] = []

    init(kind: Kind) {
        self.kind = kind
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        switch kind {
        case .text:
            writer.member("type", "output_text")
            writer.member("text", text)
            writer.key("annotations")
            writer.beginArray()
            let length = text.unicodeScalars.count
            for citation in citations where citation.url != nil {
                ResponsesItem.write(citation, length: length, to: &writer)
            }
            writer.endArray()
            writer.key("logprobs")
            writeLogprobs(to: &writer)
        case .refusal:
            writer.member("type", "refusal")
            writer.member("refusal", text)
        }
        writer.endObject()
    }

    func writeLogprobs(to writer: inout JSONWriter) {
        writer.beginArray()
        for list in logprobs {
            for token in list.elements { writer.value(token) }
        }
        writer.endArray()
    }
}

/// Writes output items.
enum ResponsesItem {
    static func writeMessage(
        _ content: [ResponsesContent], id: String, status: StaticString, to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("type", "message")
        writer.member("status", status)
        writer.member("role", "assistant")
        writer.key("content")
        writer.beginArray()
        for part in content { part.write(to: &writer) }
        writer.endArray()
        writer.endObject()
    }

    static func write(_ call: ToolCall, id: String, status: StaticString, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("type", "function_call")
        writer.member("status", status)
        writer.member("call_id", call.id)
        writer.member("name", call.name)
        writer.key("arguments")
        call.arguments.writeText(to: &writer)
        writer.endObject()
    }

    static func writeImage(_ data: String, mediaType: String, id: String, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("type", "image_generation_call")
        writer.member("status", "completed")
        writer.member("output_format", String(mediaType.drop { $0 != "/" }.dropFirst()))
        writer.member("result", data)
        writer.endObject()
    }

    /// A place on the web. Others' citations belong to the whole text.
    static func write(_ citation: Citation, length: Int, to writer: inout JSONWriter) {
        if let source = citation.source, source["type"]?.equals("url_citation") == true, source["url"] != nil {
            return writer.value(source)
        }
        writer.beginObject()
        writer.member("type", "url_citation")
        writer.member("start_index", 0)
        writer.member("end_index", length)
        writer.member("url", citation.url ?? "")
        writer.member("title", citation.title ?? "")
        writer.endObject()
    }
}
