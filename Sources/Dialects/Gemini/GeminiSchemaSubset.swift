internal import Wire

/// Writes a JSON Schema in the subset of OpenAPI's that older Gemini models take. Keywords outside it are reported.
struct GeminiSchemaSubset {
    /// Where the schema is, for the report: `tools.parameters`.
    let prefix: String
    private let root: JSONValue
    /// References inside references; a schema that refers to itself has no end.
    private static let deepestReference = 8

    init(_ root: JSONValue, prefix: String) {
        self.root = root
        self.prefix = prefix
    }

    /// Whether it says that there are no arguments: then it must be left out.
    static func isEmptyObject(_ schema: JSONValue) -> Bool {
        (schema["properties"]?.count ?? 0) == 0 && schema["anyOf"] == nil && schema["oneOf"] == nil
            && schema["$ref"] == nil && (schema["type"] == nil || schema["type"]?.equals("object") == true)
    }

    func write(to writer: inout JSONWriter, report: inout TranslationReport) {
        write(root, references: 0, to: &writer, &report)
    }

    private func write(
        _ schema: JSONValue, references: Int, to writer: inout JSONWriter, _ report: inout TranslationReport
    ) {
        // `true`, which allows anything, has no form of its own.
        guard schema.isObject else { return writer.raw("{}") }
        if let reference = schema["$ref"]?.string {
            guard references < Self.deepestReference, let target = resolve(reference) else {
                report.drop("\(prefix).$ref")
                return writer.raw(#"{"type":"OBJECT"}"#)
            }
            return write(target, references: references + 1, to: &writer, &report)
        }
        writer.beginObject()
        for (key, value) in schema.members where !value.isNull {
            write(key.string, value, schema, references: references, to: &writer, &report)
        }
        writer.endObject()
    }

    private func write(
        _ key: String, _ value: JSONValue, _ schema: JSONValue, references: Int, to writer: inout JSONWriter,
        _ report: inout TranslationReport
    ) {
        switch key {
        case "type": writeType(value, to: &writer)
        case "description", "title", "nullable", "required", "minItems", "maxItems", "minimum", "maximum", "minLength",
            "maxLength", "pattern", "default", "minProperties", "maxProperties":
            writer.key(key)
            writer.value(value)
        case "format":
            // Others are refused.
            if ["date-time", "enum", "int32", "int64", "float", "double"].contains(value.string) {
                writer.member("format", value)
            } else {
                report.drop("\(prefix).format")
            }
        case "enum": writeValues(Array(value.elements), to: &writer, &report)
        case "const": writeValues([value], to: &writer, &report)
        case "items":
            writer.key("items")
            write(value, references: references, to: &writer, &report)
        case "properties":
            // An empty list of properties is refused.
            guard value.count > 0 else { return }
            writer.key("properties")
            writer.beginObject()
            for (name, property) in value.members {
                writer.key(name)
                write(property, references: references, to: &writer, &report)
            }
            writer.endObject()
        case "oneOf" where schema["anyOf"] != nil: report.drop("\(prefix).oneOf")
        case "anyOf", "oneOf":
            writer.key("anyOf")
            writer.beginArray()
            for element in value.elements { write(element, references: references, to: &writer, &report) }
            writer.endArray()
        // They only name the schema, or hold what is written where it is referred to.
        case "$schema", "$id", "$defs", "definitions", "$comment": break
        default: report.drop("\(prefix).\(key)")
        }
    }

    /// `["string","null"]` is a string that may be null.
    private func writeType(_ type: JSONValue, to writer: inout JSONWriter) {
        if let word = type.string { return writer.member("type", word.uppercased()) }
        let words = type.elements.compactMap(\.string)
        guard let word = words.first(where: { $0 != "null" }) else { return }
        writer.member("type", word.uppercased())
        if words.contains("null") { writer.member("nullable", true) }
    }

    /// Only texts can be listed.
    private func writeValues(
        _ values: [JSONValue], to writer: inout JSONWriter, _ report: inout TranslationReport
    ) {
        let texts = values.compactMap(\.string)
        guard texts.count == values.count else { return report.drop("\(prefix).enum") }
        writer.key("enum")
        writer.beginArray()
        for text in texts { writer.string(text) }
        writer.endArray()
    }

    /// `#/$defs/Name`.
    private func resolve(_ reference: String) -> JSONValue? {
        guard reference.hasPrefix("#/") else { return reference == "#" ? root : nil }
        var value: JSONValue? = root
        for step in reference.dropFirst(2).split(separator: "/") { value = value?[named: String(step)] }
        return value
    }
}
