internal import Wire

/// Makes the smallest JSON value that fits a JSON Schema of the common kind.
enum SchemaInstance {
    static func minimal(_ schema: JSONValue) -> [UInt8] {
        var writer = JSONWriter(reserving: 128)
        write(schema, to: &writer, depth: 0)
        return writer.bytes
    }

    private static func write(_ schema: JSONValue, to writer: inout JSONWriter, depth: Int) {
        if let constant = schema["const"] ?? schema["default"] ?? schema["enum"]?[index: 0] {
            return writer.value(constant)
        }
        if let first = (schema["anyOf"] ?? schema["oneOf"] ?? schema["allOf"])?[index: 0], depth < 32 {
            return write(first, to: &writer, depth: depth + 1)
        }
        switch schema["type"]?.string ?? schema["type"]?[index: 0]?.string {
        case "string": writer.string("")
        case "integer": writer.int(schema["minimum"]?.int ?? 0)
        case "number": writer.double(schema["minimum"]?.double ?? 0)
        case "boolean": writer.bool(false)
        case "null": writer.null()
        case "array": writeArray(schema, to: &writer, depth: depth)
        default: writeObject(schema, to: &writer, depth: depth)
        }
    }

    private static func writeArray(_ schema: JSONValue, to writer: inout JSONWriter, depth: Int) {
        writer.beginArray()
        if let items = schema["items"], depth < 32 {
            for _ in 0..<min(16, schema["minItems"]?.int ?? 0) { write(items, to: &writer, depth: depth + 1) }
        }
        writer.endArray()
    }

    private static func writeObject(_ schema: JSONValue, to writer: inout JSONWriter, depth: Int) {
        writer.beginObject()
        if let required = schema["required"], let properties = schema["properties"], depth < 32 {
            for name in required.elements {
                guard let name = name.string, let property = properties[name] else { continue }
                writer.key(name)
                write(property, to: &writer, depth: depth + 1)
            }
        }
        writer.endObject()
    }
}
