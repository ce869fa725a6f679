extension JSONWriter {
    /// Writes a parsed value again: same meaning, same order, duplicates kept.
    public mutating func value(_ value: JSONValue) {
        switch value.type {
        case JSONTape.object, JSONTape.array: subtree(value)
        case JSONTape.string:
            unsafe append(JSONText(value.document.utf8(at: value.index), isPadded: true), isKey: false)
        case JSONTape.int: int(Int(truncatingIfNeeded: value.document.number(at: value.index)))
        case JSONTape.uint: uint(value.document.number(at: value.index))
        case JSONTape.double: double(Double(bitPattern: value.document.number(at: value.index)))
        case JSONTape.true: bool(true)
        case JSONTape.false: bool(false)
        default: null()
        }
    }

    private mutating func subtree(_ value: JSONValue) {
        var subtree = JSONSubtree(of: value, needsComma: followsValue)
        // The walk holds no reference of its own.
        withExtendedLifetime(value.document) {
            appendResuming { cursor in subtree.write(to: &cursor) }
        }
        followsValue = true
    }
}
