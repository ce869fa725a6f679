/// What a request asks for, as offsets into the head (RFC 9112 §3.2).
struct RequestTarget: Sendable {
    /// Without the query; `/` when an absolute form has none, `*` for the asterisk form.
    var path: ByteRange
    /// After `?`; nil when there is no `?`.
    var query: ByteRange?
    /// Host and port of an absolute form; wins over the Host field.
    var authority: ByteRange?

    /// Parses a target that is not empty and holds visible ASCII only.
    static func parse(
        _ bytes: Span<UInt8>, in range: ByteRange, method: HTTPMethod
    ) throws(HTTP1Error) -> RequestTarget {
        guard method != .connect else { throw HTTP1Error(status: 405, reason: "CONNECT is not supported") }
        if bytes[Int(range.start)] == UInt8(ascii: "/") {
            return splitQuery(bytes, in: range, authority: nil)
        }
        if bytes.equals("*", in: range) {
            guard method == .options else { throw .malformed("asterisk target without OPTIONS") }
            return RequestTarget(path: range, query: nil, authority: nil)
        }
        guard let schemeEnd = endOfScheme(bytes, in: range) else {
            throw .malformed("request target is not a path or an http URI")
        }
        return try parseAbsolute(bytes, from: schemeEnd, to: Int(range.end))
    }

    /// Offset after `http://` or `https://`.
    private static func endOfScheme(_ bytes: Span<UInt8>, in range: ByteRange) -> Int? {
        let start = Int(range.start)
        if range.count >= 7, bytes.equalsIgnoringCase("http://", in: ByteRange(start, start + 7)) { return start + 7 }
        if range.count >= 8, bytes.equalsIgnoringCase("https://", in: ByteRange(start, start + 8)) { return start + 8 }
        return nil
    }

    private static func parseAbsolute(
        _ bytes: Span<UInt8>, from start: Int, to end: Int
    ) throws(HTTP1Error) -> RequestTarget {
        var offset = start
        while offset < end, bytes[offset] != UInt8(ascii: "/"), bytes[offset] != UInt8(ascii: "?") { offset += 1 }
        let authority = ByteRange(start, offset)
        guard HostRule.accepts(bytes, in: authority) else { throw .malformed("malformed authority in request target") }
        var target = splitQuery(bytes, in: ByteRange(offset, end), authority: authority)
        // An empty path means "/" (RFC 9110 §4.2.3); the slash just before the authority serves as its byte.
        if target.path.isEmpty { target.path = ByteRange(start - 1, start) }
        return target
    }

    private static func splitQuery(_ bytes: Span<UInt8>, in range: ByteRange, authority: ByteRange?) -> RequestTarget {
        var offset = Int(range.start)
        let end = Int(range.end)
        while offset < end, bytes[offset] != UInt8(ascii: "?") { offset += 1 }
        let query = offset < end ? ByteRange(offset + 1, end) : nil
        return RequestTarget(path: ByteRange(Int(range.start), offset), query: query, authority: authority)
    }
}
