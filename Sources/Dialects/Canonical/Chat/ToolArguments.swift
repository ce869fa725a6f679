public import Wire

/// The arguments of a tool call: dialects write them as an object or as its text.
public enum ToolArguments: Sendable {
    /// As a model wrote it: maybe cut, maybe empty.
    case text(String)
    /// An object.
    case value(JSONValue)

    /// Writes an object. What is none, because the model was cut off or wrote something else, becomes the one member
    /// of an object, under the name that Anthropic's guide to fine-grained tool streaming uses.
    public func writeObject(to writer: inout JSONWriter) {
        switch self {
        case .value(let value) where value.isObject: writer.value(value)
        case .value(let value):
            writer.beginObject()
            writer.member("INVALID_JSON", value)
            writer.endObject()
        case .text(let text):
            if text.utf8.allSatisfy({ $0 <= 0x20 }) { return writer.raw("{}") }
            if let value = try? JSONDocument.parse(text, maximumDepth: 512).root, value.isObject {
                return writer.value(value)
            }
            writer.beginObject()
            writer.member("INVALID_JSON", text)
            writer.endObject()
        }
    }

    /// Writes a string that holds JSON.
    public func writeText(to writer: inout JSONWriter) {
        switch self {
        case .text(let text): writer.string(text)
        case .value: writer.string(text)
        }
    }

    public var text: String {
        switch self {
        case .text(let text): return text
        case .value(let value):
            var writer = JSONWriter(reserving: 256)
            writer.value(value)
            return String(decoding: writer.bytes, as: UTF8.self)
        }
    }
}
