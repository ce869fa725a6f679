extension HTTP1RequestHead {
    /// The first value of a field; nil when it is absent. `name` is lower case.
    public func value(of name: StaticString) -> String? {
        firstLine(name).map { text($0.value) }
    }

    /// What follows `prefix` in the first value of a field, as the credential follows its scheme; nil when the field is
    /// absent or its value begins otherwise. Case counts in neither; both arguments are lower case.
    public func value(of name: StaticString, after prefix: StaticString) -> String? {
        guard let line = firstLine(name), line.value.count >= prefix.utf8CodeUnitCount else { return nil }
        let start = Int(line.value.start)
        let rest = start + prefix.utf8CodeUnitCount
        let bytes = bytes
        guard bytes.span.equalsIgnoringCase(prefix, in: ByteRange(start, rest)) else { return nil }
        return text(ByteRange(rest, Int(line.value.end)))
    }

    /// All values of a field, in the order sent. `name` is lower case.
    public func values(of name: StaticString) -> [String] {
        var values: [String] = []
        guard mayHave(name) else { return values }
        let bytes = bytes
        let span = bytes.span
        for line in fieldLines where span.equals(name, in: line.name) { values.append(text(line.value)) }
        return values
    }

    public func has(_ name: StaticString) -> Bool {
        firstLine(name) != nil
    }

    /// Whether the first value of a field is `value` but for ASCII case; both arguments are lower case.
    public func valueEquals(_ name: StaticString, _ value: StaticString) -> Bool {
        guard let line = firstLine(name) else { return false }
        let bytes = bytes
        return bytes.span.equalsIgnoringCase(value, in: line.value)
    }

    /// Calls `body` with the bytes of a field's first value; nil when it is absent. `name` is lower case.
    public func withValueBytes<Result>(of name: StaticString, _ body: (Span<UInt8>) -> Result) -> Result? {
        guard let line = firstLine(name) else { return nil }
        let bytes = bytes
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
        guard mayHave(name) else { return nil }
        let bytes = bytes
        let span = bytes.span
        for line in fieldLines where span.equals(name, in: line.name) { return line }
        return nil
    }
}
