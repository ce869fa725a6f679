import Glibc

/// Writes server-sent events that any reader splits as they were meant, whatever the data holds.
public enum SSEWriter {
    /// Appends one event.
    ///
    /// Each line of `data` gets its own `data:` field; a reader joins them with LF, so CR and CRLF come back as LF.
    /// Line ends in `type` and `id` are left out, an `id` with a NUL is left out whole: they would end the field.
    public static func append(
        type: String? = nil, data: UnsafeRawBufferPointer, id: String? = nil, to bytes: inout [UInt8]
    ) {
        if let type { append(field: "event: ", text: type, to: &bytes) }
        if let id, !id.utf8.contains(0) { append(field: "id: ", text: id, to: &bytes) }
        unsafe append(field: "data: ", lines: data, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }

    public static func append(type: String? = nil, data: [UInt8], id: String? = nil, to bytes: inout [UInt8]) {
        unsafe data.span.bytes.withUnsafeBytes { unsafe append(type: type, data: $0, id: id, to: &bytes) }
    }

    /// Appends a comment, which readers ignore: a sign of life on an idle stream.
    public static func append(comment: String, to bytes: inout [UInt8]) {
        unsafe comment.utf8Span.span.bytes.withUnsafeBytes { unsafe append(field: ": ", lines: $0, to: &bytes) }
        bytes.append(UInt8(ascii: "\n"))
    }

    private static func append(field: StaticString, text: String, to bytes: inout [UInt8]) {
        append(field, to: &bytes)
        bytes.append(contentsOf: text.utf8.lazy.filter { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") })
        bytes.append(UInt8(ascii: "\n"))
    }

    private static func append(field: StaticString, lines: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        var scanner = unsafe SSELineScanner(lines, followsCarriageReturn: false)
        while let line = unsafe scanner.next() {
            unsafe append(field, line: line, to: &bytes)
        }
        unsafe append(field, line: scanner.rest, to: &bytes)
    }

    private static func append(_ field: StaticString, line: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        append(field, to: &bytes)
        unsafe bytes.append(contentsOf: line)
        bytes.append(UInt8(ascii: "\n"))
    }

    private static func append(_ text: StaticString, to bytes: inout [UInt8]) {
        text.withUTF8Buffer { unsafe bytes.append(contentsOf: UnsafeRawBufferPointer($0)) }
    }
}
