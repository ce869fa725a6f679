internal import Wire

/// Schemas: Gemini's subset of OpenAPI's, and JSON Schema.
enum GeminiSchema {
    /// The numbers of Google's `Type`, where enums are written so.
    private static let types: [StaticString] = [
        "", "string", "number", "integer", "boolean", "array", "object", "null",
    ]

    // MARK: From a client

    /// The JSON Schema that means the same.
    static func jsonSchema(_ schema: JSONValue) -> JSONValue {
        var writer = JSONWriter(reserving: 512)
        writeJSONSchema(schema, to: &writer)
        return (try? JSONDocument.parse(writer.bytes, maximumDepth: 512).root) ?? schema
    }

    private static func writeJSONSchema(_ schema: JSONValue, to writer: inout JSONWriter) {
        guard schema.isObject else { return writer.value(schema) }
        let isNullable = schema["nullable"]?.bool ?? false
        writer.beginObject()
        for (key, value) in schema.members where !value.isNull {
            switch key.string {
            case "type": writeType(value, isNullable: isNullable, to: &writer)
            case "nullable", "propertyOrdering", "property_ordering": break
            // Says nothing that the list of values does not.
            case "format" where value.equals("enum"): break
            case "enum" where isNullable:
                writer.key("enum")
                writer.beginArray()
                for element in value.elements { writer.value(element) }
                writer.null()
                writer.endArray()
            case "items", "additionalProperties", "not":
                writer.key(key)
                writeJSONSchema(value, to: &writer)
            case "properties", "$defs", "definitions":
                writer.key(key)
                writer.beginObject()
                for (name, property) in value.members {
                    writer.key(name)
                    writeJSONSchema(property, to: &writer)
                }
                writer.endObject()
            case "anyOf", "any_of", "oneOf", "allOf", "prefixItems":
                if key.equals("any_of") { writer.key("anyOf" as StaticString) } else { writer.key(key) }
                writer.beginArray()
                for element in value.elements { writeJSONSchema(element, to: &writer) }
                writer.endArray()
            default: writeOther(key, value, to: &writer)
            }
        }
        writer.endObject()
    }

    private static func writeType(_ type: JSONValue, isNullable: Bool, to writer: inout JSONWriter) {
        if type.isArray {
            writer.key("type")
            return writer.value(type)
        }
        let number = type.int.flatMap { types.indices.contains($0) ? "\(types[$0])" : nil }
        guard let word = number ?? type.string?.lowercased(), !word.isEmpty, word != "type_unspecified" else { return }
        writer.key("type")
        guard isNullable else { return writer.string(word) }
        writer.beginArray()
        writer.string(word)
        writer.string("null")
        writer.endArray()
    }

    /// Bounds are 64-bit integers, which protocol buffers write as text.
    private static func writeOther(_ key: JSONKey, _ value: JSONValue, to writer: inout JSONWriter) {
        let name = bounds[key.string]
        if let name { writer.key(name) } else { writer.key(key) }
        if name != nil, let number = value.string.flatMap({ Int($0) }) { return writer.int(number) }
        writer.value(value)
    }

    private static let bounds: [String: StaticString] = [
        "minItems": "minItems", "min_items": "minItems", "maxItems": "maxItems", "max_items": "maxItems",
        "minLength": "minLength", "min_length": "minLength", "maxLength": "maxLength", "max_length": "maxLength",
        "minProperties": "minProperties", "min_properties": "minProperties", "maxProperties": "maxProperties",
        "max_properties": "maxProperties",
    ]
}
