extension Span where Element == UInt8 {
    /// Whether the bytes in `range` are exactly `text`.
    func equals(_ text: StaticString, in range: ByteRange) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return text.withUTF8Buffer { expected in
            unsafe bytes.extracting(range.range).withUnsafeBytes { unsafe $0.equals(UnsafeRawBufferPointer(expected)) }
        }
    }

    /// Whether the bytes in `range` are `text` but for ASCII case; `text` is lower case.
    func equalsIgnoringCase(_ text: StaticString, in range: ByteRange) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        let start = Int(range.start)
        return text.withUTF8Buffer { expected in
            for offset in 0..<expected.count
            where unsafe ByteClass.lowercased(self[start + offset]) != expected[offset] { return false }
            return true
        }
    }

    /// `range` without the SP and HTAB at both of its ends.
    func trimmingOptionalWhitespace(_ range: ByteRange) -> ByteRange {
        var start = Int(range.start)
        var end = Int(range.end)
        while start < end, ByteClass.isOptionalWhitespace(self[start]) { start += 1 }
        while end > start, ByteClass.isOptionalWhitespace(self[end - 1]) { end -= 1 }
        return ByteRange(start, end)
    }

    /// Calls `body` with every non-empty element of a comma-separated list (RFC 9110 §5.6.1), trimmed.
    func forEachListElement(in range: ByteRange, _ body: (ByteRange) -> Void) {
        var start = Int(range.start)
        while start < Int(range.end) {
            var end = start
            while end < Int(range.end), self[end] != UInt8(ascii: ",") { end += 1 }
            let element = trimmingOptionalWhitespace(ByteRange(start, end))
            if !element.isEmpty { body(element) }
            start = end + 1
        }
    }
}
