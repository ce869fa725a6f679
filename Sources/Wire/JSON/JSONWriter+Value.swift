extension JSONWriter {
    /// Writes a parsed value again: same meaning, same order, duplicates kept. Recurses as deep as the value, which is
    /// at most `JSONDocument.deepestNesting`.
    public mutating func value(_ value: JSONValue) {
        self.value(at: value.index, in: value.document)
    }

    /// Goes by place on the tape rather than by `JSONValue`, which would count a reference for each value.
    private mutating func value(at index: Int, in document: JSONDocument) {
        switch document.type(at: index) {
        case JSONTape.object: object(at: index, in: document)
        case JSONTape.array: array(at: index, in: document)
        case JSONTape.string: unsafe string(utf8: document.utf8(at: index))
        case JSONTape.int: int(Int(truncatingIfNeeded: document.number(at: index)))
        case JSONTape.uint: uint(document.number(at: index))
        case JSONTape.double: double(Double(bitPattern: document.number(at: index)))
        case JSONTape.true: bool(true)
        case JSONTape.false: bool(false)
        default: null()
        }
    }

    private mutating func object(at index: Int, in document: JSONDocument) {
        beginObject()
        let end = document.end(of: index)
        var position = index + 1
        while position < end {
            unsafe key(utf8: document.utf8(at: position))
            value(at: position + 1, in: document)
            position = document.next(after: position + 1)
        }
        endObject()
    }

    private mutating func array(at index: Int, in document: JSONDocument) {
        beginArray()
        let end = document.end(of: index)
        var position = index + 1
        while position < end {
            value(at: position, in: document)
            position = document.next(after: position)
        }
        endArray()
    }
}
