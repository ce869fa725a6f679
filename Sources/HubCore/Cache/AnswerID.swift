internal import Dialects
internal import Wire

/// Gives a kept answer a new id: two answers never share one.
enum AnswerID {
    /// In the form that the client's own vendor gives them.
    static func fresh(_ context: RequestContext) -> String {
        switch context.request?.dialect {
        case .anthropic: context.identifier("msg_").text
        case .responses, .gemini, .bedrock: context.identifier("resp_").text
        case .textCompletion: context.completionID("cmpl-")
        case .openAI, .unified, .embeddings, nil: context.completionID()
        }
    }

    /// The same JSON text with another id; as it is where it has none.
    static func replacing(in json: [UInt8], _ dialect: WireDialect, with id: String) -> [UInt8] {
        if dialect == .bedrock { return json }
        // OpenAI's answers and chunks begin so.
        if json.starts(with: Self.beginning), let end = json[Self.beginning.count...].firstIndex(of: UInt8(ascii: "\""))
        {
            var text: [UInt8] = []
            text.reserveCapacity(json.count + id.utf8.count)
            text += Self.beginning
            text += id.utf8
            text += json[end...]
            return text
        }
        guard let body = try? JSONDocument.parse(json, maximumDepth: 512).root, let old = Self.id(body), !old.isEmpty
        else { return json }
        var writer = JSONWriter(reserving: json.count + 64)
        write(body, replacing: old, with: id, to: &writer)
        return writer.bytes
    }

    private static let beginning = Array("{\"id\":\"".utf8)

    /// Anthropic's first event and those of Responses hold the answer; Gemini has a name of its own.
    private static func id(_ body: JSONValue) -> String? {
        (body["id"] ?? body["responseId"] ?? body["message"]?["id"] ?? body["response"]?["id"])?.string
    }

    private static func write(_ value: JSONValue, replacing old: String, with new: String, to writer: inout JSONWriter)
    {
        switch value.kind {
        case .object:
            writer.beginObject()
            for (key, member) in value.members {
                writer.key(key)
                let isID = key.equals("id") || key.equals("responseId") || key.equals("response_id")
                if isID, member.string == old {
                    writer.string(new)
                } else {
                    write(member, replacing: old, with: new, to: &writer)
                }
            }
            writer.endObject()
        case .array:
            writer.beginArray()
            for element in value.elements { write(element, replacing: old, with: new, to: &writer) }
            writer.endArray()
        default: writer.value(value)
        }
    }
}
