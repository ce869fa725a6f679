internal import Wire

extension ResponsesRequest {
    /// The request's own input as a JSON array of items that all have an id: what is stored, and listed as `input_items`.
    /// - Parameter response: the id of its answer.
    public static func inputItems(_ request: CompletionRequest, response: String) -> [UInt8] {
        var ids = ResponsesItemID(response: response + "_in")
        var writer = JSONWriter(reserving: request.body.documentBytes)
        writer.beginArray()
        if let input = request.body["input"] {
            if input.isString {
                writeMessage(input, role: "user", id: ids.next("msg"), to: &writer)
            } else {
                for item in input.elements { write(item, &ids, to: &writer) }
            }
        }
        writer.endArray()
        return writer.bytes
    }

    private static func write(_ item: JSONValue, _ ids: inout ResponsesItemID, to writer: inout JSONWriter) {
        let type = item["type"]?.string ?? "message"
        if type == "message", let content = item["content"], content.isString, let role = item["role"]?.string,
            role != "assistant"
        {
            return writeMessage(content, role: role, id: item["id"]?.string ?? ids.next("msg"), to: &writer)
        }
        let prefix =
            switch type {
            case "message": "msg"
            case "reasoning": "rs"
            case "function_call": "fc"
            default: "item"
            }
        writer.beginObject()
        if item["id"]?.isString != true { writer.member("id", ids.next(prefix)) }
        if item["type"] == nil { writer.member("type", type) }
        for (key, value) in item.members {
            writer.key(key)
            writer.value(value)
        }
        writer.endObject()
    }

    private static func writeMessage(_ text: JSONValue, role: String, id: String, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("type", "message")
        writer.member("role", role)
        writer.key("content")
        writer.beginArray()
        writer.beginObject()
        writer.member("type", "input_text")
        writer.member("text", text)
        writer.endObject()
        writer.endArray()
        writer.endObject()
    }
}
