internal import Wire

/// Makes the smallest JSON value that fits a JSON Schema of the common kind.
///
/// Schemas come from callers, and a small one can ask for an endless value: values, depth and bytes are bounded. What
/// is beyond the bounds is null.
struct SchemaInstance {
    private let root: JSONValue
    private var writer = JSONWriter(reserving: 128)
    private var remainingValues = 4096
    private static let maximumDepth = 32
    private static let maximumBytes = 1 << 20

    private init(root: JSONValue) {
        self.root = root
    }

    static func minimal(_ schema: JSONValue) -> [UInt8] {
        var instance = SchemaInstance(root: schema)
        instance.write(schema, depth: 0)
        return instance.writer.bytes
    }

    private mutating func write(_ schema: JSONValue, depth: Int) {
        guard depth < Self.maximumDepth, remainingValues > 0, writer.bytes.count < Self.maximumBytes else {
            return writer.null()
        }
        remainingValues -= 1
        if let constant = schema["const"] ?? schema["default"] ?? schema["enum"]?[index: 0] {
            return writer.value(constant)
        }
        if let other = referenced(schema) ?? (schema["anyOf"] ?? schema["oneOf"] ?? schema["allOf"])?[index: 0] {
            return write(other, depth: depth + 1)
        }
        switch schema["type"]?.string ?? schema["type"]?[index: 0]?.string {
        case "string": writer.string(String(repeating: "x", count: Self.count(schema["minLength"])))
        case "integer": writer.int(Int(exactly: Self.number(schema).rounded(.up)) ?? 0)
        case "number": writer.double(Self.number(schema))
        case "boolean": writer.bool(false)
        case "null": writer.null()
        case "array": writeArray(schema, depth: depth)
        default: writeObject(schema, depth: depth)
        }
    }

    /// `{"$ref":"#/$defs/Name"}`: within the schema only.
    private func referenced(_ schema: JSONValue) -> JSONValue? {
        guard let reference = schema["$ref"]?.string, reference.hasPrefix("#") else { return nil }
        return reference.split(separator: "/").dropFirst().reduce(root) { $0?[named: String($1)] }
    }

    private mutating func writeArray(_ schema: JSONValue, depth: Int) {
        writer.beginArray()
        if let items = schema["items"] {
            for _ in 0..<min(Self.count(schema["minItems"]), remainingValues) { write(items, depth: depth + 1) }
        }
        writer.endArray()
    }

    private mutating func writeObject(_ schema: JSONValue, depth: Int) {
        writer.beginObject()
        if let required = schema["required"], let properties = schema["properties"] {
            var written: Set<String> = []
            for name in required.elements {
                guard let name = name.string, let property = properties[named: name], written.insert(name).inserted
                else {
                    continue
                }
                writer.key(name)
                write(property, depth: depth + 1)
            }
        }
        writer.endObject()
    }

    private static func count(_ limit: JSONValue?) -> Int {
        min(max(0, limit?.int ?? 0), 4096)
    }

    /// Zero, or what is nearest to it within the bounds.
    private static func number(_ schema: JSONValue) -> Double {
        var value = 0.0
        if let bound = schema["minimum"]?.double { value = max(value, bound) }
        if let bound = schema["exclusiveMinimum"]?.double, value <= bound { value = bound + 1 }
        if let bound = schema["maximum"]?.double { value = min(value, bound) }
        if let bound = schema["exclusiveMaximum"]?.double, value >= bound { value = bound - 1 }
        return value
    }
}
