/// The first line of a request, as offsets into the head (RFC 9112 §3).
struct RequestLine: Sendable {
    var method: HTTPMethod
    var methodRange: ByteRange
    var target: RequestTarget
    /// 0 or 1.
    var minorVersion: Int

    static let longestMethod = 32

    /// Parses a line without its CRLF: method, target and version, one space between them.
    static func parse(
        _ bytes: Span<UInt8>, in line: ByteRange, limits: HTTP1Limits
    ) throws(HTTP1Error) -> RequestLine {
        let method = try parseMethod(bytes, in: line)
        let target = try targetRange(bytes, from: Int(method.end) + 1, to: Int(line.end), limit: limits.targetBytes)
        // The version goes first: what a target means in HTTP/2.0 is not ours to judge.
        let minorVersion = try parseVersion(bytes, in: ByteRange(Int(target.end) + 1, Int(line.end)))
        let kind = HTTPMethod(bytes.extracting(method.range))
        return RequestLine(
            method: kind, methodRange: method, target: try RequestTarget.parse(bytes, in: target, method: kind),
            minorVersion: minorVersion)
    }

    private static func parseMethod(_ bytes: Span<UInt8>, in line: ByteRange) throws(HTTP1Error) -> ByteRange {
        let start = Int(line.start)
        var offset = start
        while offset < Int(line.end), ByteClass.isToken(bytes[offset]) { offset += 1 }
        guard offset < Int(line.end) else { throw .malformed("request line without a target") }
        guard bytes[offset] == ByteClass.space, offset > start else {
            throw .malformed("character not allowed in a method")
        }
        guard offset - start <= longestMethod else { throw HTTP1Error(status: 501, reason: "method too long") }
        return ByteRange(start, offset)
    }

    /// From `start` to the space before the version.
    private static func targetRange(
        _ bytes: Span<UInt8>, from start: Int, to end: Int, limit: Int
    ) throws(HTTP1Error) -> ByteRange {
        var offset = start
        while offset < end, ByteClass.isTarget(bytes[offset]) { offset += 1 }
        guard offset - start <= limit else { throw HTTP1Error(status: 414, reason: "request target too long") }
        guard offset < end else { throw .malformed("request line without a version") }
        guard bytes[offset] == ByteClass.space else { throw .malformed("character not allowed in a request target") }
        guard offset > start else { throw .malformed("more than one space in the request line") }
        return ByteRange(start, offset)
    }

    /// The minor version of HTTP/1.0 or HTTP/1.1; any other well-formed version is 505.
    private static func parseVersion(_ bytes: Span<UInt8>, in range: ByteRange) throws(HTTP1Error) -> Int {
        if bytes.equals("HTTP/1.1", in: range) { return 1 }
        if bytes.equals("HTTP/1.0", in: range) { return 0 }
        let start = Int(range.start)
        guard range.count == 8, bytes.equals("HTTP/", in: ByteRange(start, start + 5)),
            ByteClass.isDigit(bytes[start + 5]), bytes[start + 6] == UInt8(ascii: "."),
            ByteClass.isDigit(bytes[start + 7])
        else { throw .malformed("malformed HTTP version") }
        throw HTTP1Error(status: 505, reason: "HTTP version not supported")
    }
}
