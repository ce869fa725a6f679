extension JSONWriter {
    /// Writes a parsed value again: same meaning, same order, duplicates kept. Recurses as deep as the value, which is
    /// at most `JSONDocument.deepestNesting`.
    public mutating func value(_ value: JSONValue) {
        switch value.kind {
        case .object: object(value)
        case .array: array(value)
        case .string: unsafe value.withUTF8 { unsafe string(utf8: $0) }
        case .int: int(Int(truncatingIfNeeded: value.document.number(at: value.index)))
        case .uint: uint(value.document.number(at: value.index))
        case .double: double(Double(bitPattern: value.document.number(at: value.index)))
        case .bool: bool(value.type == JSONTape.true)
        case .null: null()
        }
    }

    private mutating func object(_ object: JSONValue) {
        beginObject()
        for member in object.members {
            key(member.key)
            value(member.value)
        }
        endObject()
    }

    private mutating func array(_ array: JSONValue) {
        beginArray()
        for element in array.elements { value(element) }
        endArray()
    }
}
