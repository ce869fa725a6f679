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
        if unsafe isOneLine(data) { return unsafe append(line: data, to: &bytes) }
        unsafe append(field: "data: ", lines: data, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
    }

    /// The end of nearly every event: `data`, which holds no line end, and the blank line, with room made once.
    private static func append(line data: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
        let name: StaticString = "data: "
        let nameBytes = name.utf8CodeUnitCount
        let total = nameBytes + data.count + 2
        bytes.append(addingCapacity: total) { span in
            unsafe span.withUnsafeMutableBufferPointer { buffer, count in
                // Slices of a buffer of at least `total` bytes; each copy traps if it would not fit.
                let room = UnsafeMutableRawBufferPointer(buffer)
                unsafe room.copyMemory(from: UnsafeRawBufferPointer(start: name.utf8Start, count: nameBytes))
                unsafe UnsafeMutableRawBufferPointer(rebasing: room[nameBytes...]).copyMemory(from: data)
                unsafe room[total - 2] = UInt8(ascii: "\n")
                unsafe room[total - 1] = UInt8(ascii: "\n")
                count = total
            }
        }
    }

    private static func isOneLine(_ data: UnsafeRawBufferPointer) -> Bool {
        guard let start = data.baseAddress else { return true }
        return unsafe memchr(start, Int32(UInt8(ascii: "\n")), data.count) == nil
            && memchr(start, Int32(UInt8(ascii: "\r")), data.count) == nil
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
