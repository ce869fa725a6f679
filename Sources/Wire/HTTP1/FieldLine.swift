/// One field line, `name: value`, as offsets into the bytes it was parsed from (RFC 9112 §5).
struct FieldLine: Sendable {
    var name: ByteRange
    /// Without the whitespace around it; may be empty.
    var value: ByteRange

    /// Parses a line without its CRLF, in which the scanner has found no control character but HTAB.
    static func parse(_ bytes: Span<UInt8>, in line: ByteRange) throws(HTTP1Error) -> FieldLine {
        let start = Int(line.start)
        let end = Int(line.end)
        precondition(end <= bytes.count)
        var colon = start
        while colon < end, unsafe ByteClass.isToken(bytes[unchecked: colon]) { colon += 1 }
        guard colon < end else { throw .malformed("field line without a colon") }
        guard bytes[colon] == UInt8(ascii: ":") else { throw nameError(at: colon, in: bytes, lineStart: start) }
        guard colon > start else { throw .malformed("empty field name") }
        let value = bytes.trimmingOptionalWhitespace(ByteRange(colon + 1, end))
        return FieldLine(name: ByteRange(start, colon), value: value)
    }

    private static func nameError(at offset: Int, in bytes: Span<UInt8>, lineStart: Int) -> HTTP1Error {
        guard ByteClass.isOptionalWhitespace(bytes[offset]) else {
            return .malformed("character not allowed in a field name")
        }
        // Folding and a space before the colon are read differently from server to server (RFC 9112 §5.1, §5.2).
        return offset == lineStart
            ? .malformed("line folding or whitespace before a field name")
            : .malformed("whitespace in or after a field name")
    }
}
