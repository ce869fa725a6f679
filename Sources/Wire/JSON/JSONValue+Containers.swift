extension JSONValue {
    /// The value of the first member called `key`. Nil if there is none or the value is no object.
    public subscript(_ key: StaticString) -> JSONValue? {
        let position = position(of: key)
        return position > 0 ? JSONValue(document: document, index: position) : nil
    }

    /// The same for a key that is not known before. Labelled, as a literal would otherwise be made a String.
    public subscript(named key: String) -> JSONValue? {
        let position: Int = unsafe key.utf8Span.span.bytes.withUnsafeBytes { unsafe self.position(of: $0) }
        return position > 0 ? JSONValue(document: document, index: position) : nil
    }

    /// Not inlined: inside the subscript a reference would be counted for absent members, too.
    @inline(never)
    private func position(of key: StaticString) -> Int {
        key.withUTF8Buffer { unsafe position(of: UnsafeRawBufferPointer($0)) }
    }

    /// The index of the value of the first member called `key`, else 0.
    @inline(__always)
    private func position(of key: UnsafeRawBufferPointer) -> Int {
        guard isObject, let key = unsafe document.member(named: key, from: index + 1, in: index) else { return 0 }
        return key + 1
    }

    /// The element at `index`, found by walking there. Nil if out of range or the value is no array.
    public subscript(index wanted: Int) -> JSONValue? {
        guard isArray, wanted >= 0 else { return nil }
        let end = document.end(of: index)
        var position = index + 1
        for _ in 0..<wanted where position < end {
            position = document.next(after: position)
        }
        return position < end ? JSONValue(document: document, index: position) : nil
    }

    /// Members of an object or elements of an array; 0 for anything else.
    public var count: Int {
        guard isObject || isArray else { return 0 }
        let count = document.saturatedCount(of: index)
        return count < 0xFF_FFFF ? count : countByWalking()
    }

    private func countByWalking() -> Int {
        let end = document.end(of: index)
        var position = index + 1
        var values = 0
        while position < end {
            position = document.next(after: position)
            values += 1
        }
        return isObject ? values / 2 : values
    }

    /// The members of an object in order, duplicates included; empty for anything else.
    public var members: Members { Members(of: self) }

    /// The elements of an array in order; empty for anything else.
    public var elements: Elements { Elements(of: self) }

    @frozen
    public struct Members: Sequence, IteratorProtocol, Sendable {
        @usableFromInline let document: JSONDocument
        @usableFromInline var position: Int
        @usableFromInline let end: Int

        @inlinable
        init(of value: JSONValue) {
            document = value.document
            position = value.index + 1
            end = value.isObject ? value.document.end(of: value.index) : position
        }

        @inlinable
        public mutating func next() -> (key: JSONKey, value: JSONValue)? {
            guard position < end else { return nil }
            let key = position
            position = document.next(after: key + 1)
            return (JSONKey(document: document, index: key), JSONValue(document: document, index: key + 1))
        }
    }

    @frozen
    public struct Elements: Sequence, IteratorProtocol, Sendable {
        @usableFromInline let document: JSONDocument
        @usableFromInline var position: Int
        @usableFromInline let end: Int

        @inlinable
        init(of value: JSONValue) {
            document = value.document
            position = value.index + 1
            end = value.isArray ? value.document.end(of: value.index) : position
        }

        @inlinable
        public mutating func next() -> JSONValue? {
            guard position < end else { return nil }
            let element = position
            position = document.next(after: element)
            return JSONValue(document: document, index: element)
        }
    }
}
