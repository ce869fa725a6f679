extension HTTP1RequestHead {
    /// The first value of a field; nil when it is absent. `name` is lower case.
    public func value(of name: StaticString) -> String? {
        firstLine(name).map { text($0.value) }
    }

    /// All values of a field, in the order sent. `name` is lower case.
    public func values(of name: StaticString) -> [String] {
        let span = bytes.span
        var values: [String] = []
        for line in fieldLines where span.equals(name, in: line.name) { values.append(text(line.value)) }
        return values
    }

    public func has(_ name: StaticString) -> Bool {
        firstLine(name) != nil
    }

    /// Whether the first value of a field is `value` but for ASCII case; both arguments are lower case.
    public func valueEquals(_ name: StaticString, _ value: StaticString) -> Bool {
        guard let line = firstLine(name) else { return false }
        return bytes.span.equalsIgnoringCase(value, in: line.value)
    }

    /// Calls `body` with the bytes of a field's first value; nil when it is absent. `name` is lower case.
    public func withValueBytes<Result>(of name: StaticString, _ body: (Span<UInt8>) -> Result) -> Result? {
        guard let line = firstLine(name) else { return nil }
        return body(bytes.span.extracting(line.value.range))
    }

    /// Every field in the order sent, names in lower case.
    public var fields: Fields { Fields(head: self, index: 0) }

    /// A lazy sequence: text is made element by element.
    public struct Fields: Sequence, IteratorProtocol, Sendable {
        let head: HTTP1RequestHead
        var index: Int

        public mutating func next() -> (name: String, value: String)? {
            guard index < head.fieldLines.count else { return nil }
            defer { index += 1 }
            let line = head.fieldLines[index]
            return (head.text(line.name), head.text(line.value))
        }
    }

    private func firstLine(_ name: StaticString) -> FieldLine? {
        let span = bytes.span
        for line in fieldLines where span.equals(name, in: line.name) { return line }
        return nil
    }
}
