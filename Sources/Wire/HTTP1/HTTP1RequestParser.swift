/// Incremental parser of HTTP/1.0 and HTTP/1.1 request heads, one per connection (RFC 9112).
///
/// Refuses whatever two servers could read in two ways. Each line is judged as soon as it is complete, and no byte is
/// scanned twice, so a head that drips in costs what a head that arrives at once does. After an error the parser's
/// connection is to be closed.
public struct HTTP1RequestParser: Sendable {
    public enum Step: Sendable {
        /// Call again with the same bytes and more after them.
        case needsMore
        /// The head took the first `consumed` bytes; the parser is ready for the next one.
        case head(HTTP1RequestHead, consumed: Int)
    }

    /// Empty lines tolerated before a request line: some clients end a body with one (RFC 9112 §2.2).
    static let leadingEmptyLines = 2

    private let limits: HTTP1Limits
    /// Every byte before this offset has been scanned and will not be again.
    private(set) var scanned = 0
    private var lineStart = 0
    private var emptyLines = 0
    private var requestLine: RequestLine?
    private var fields: [FieldLine] = []
    private var control = ControlFields()

    public init(limits: HTTP1Limits = .init()) {
        self.limits = limits
    }

    /// Parses `bytes`: everything buffered and not consumed yet, from the first byte of the head.
    public mutating func parse(_ bytes: UnsafeRawBufferPointer) throws(HTTP1Error) -> Step {
        let span = unsafe bytes.assumingMemoryBound(to: UInt8.self).span
        while let line = try nextLine(in: span) {
            guard let requestLine else {
                try takeFirstLine(line, in: span)
                continue
            }
            guard line.isEmpty else {
                try takeField(line, in: span, minorVersion: requestLine.minorVersion)
                continue
            }
            let consumed = lineStart
            return .head(
                try finish(requestLine, bytes: unsafe [UInt8](UnsafeRawBufferPointer(rebasing: bytes[..<consumed]))),
                consumed: consumed)
        }
        return .needsMore
    }

    /// Forgets a head begun and not finished.
    public mutating func reset() {
        self = HTTP1RequestParser(limits: limits)
    }

    /// The next complete line without its CRLF, or nil when more bytes are needed.
    private mutating func nextLine(in bytes: Span<UInt8>) throws(HTTP1Error) -> ByteRange? {
        let bound = lineBound
        let end = min(bytes.count, bound)
        let stop = LineScanner.firstControl(in: bytes, from: scanned, to: end)
        scanned = stop
        if stop < end, bytes[stop] != ByteClass.carriageReturn { throw Self.controlError(bytes[stop]) }
        guard stop + 1 < end else {
            if end == bound { throw boundError }
            return nil
        }
        guard bytes[stop + 1] == ByteClass.lineFeed else { throw .malformed("bare CR in the head") }
        let line = ByteRange(lineStart, stop)
        scanned = stop + 2
        lineStart = scanned
        return line
    }

    /// Longest a request line may be: the target, the longest method, the version and what stands between them.
    private var requestLineBound: Int { lineStart + limits.targetBytes + RequestLine.longestMethod + 12 }

    /// Offset that the current line must end before.
    private var lineBound: Int {
        requestLine == nil ? min(requestLineBound, limits.headBytes) : limits.headBytes
    }

    private var boundError: HTTP1Error {
        if requestLine == nil, requestLineBound <= limits.headBytes {
            return HTTP1Error(status: 414, reason: "request target too long")
        }
        return HTTP1Error(status: 431, reason: "request head too large")
    }

    private static func controlError(_ byte: UInt8) -> HTTP1Error {
        byte == ByteClass.lineFeed
            ? .malformed("bare LF in the head") : .malformed("control character in the head")
    }

    private mutating func takeFirstLine(_ line: ByteRange, in bytes: Span<UInt8>) throws(HTTP1Error) {
        guard !line.isEmpty else {
            emptyLines += 1
            guard emptyLines <= Self.leadingEmptyLines else {
                throw .malformed("too many empty lines before the request line")
            }
            return
        }
        requestLine = try RequestLine.parse(bytes, in: line, limits: limits)
        fields.reserveCapacity(16)
    }

    private mutating func takeField(
        _ line: ByteRange, in bytes: Span<UInt8>, minorVersion: Int
    ) throws(HTTP1Error) {
        guard fields.count < limits.fieldCount else { throw HTTP1Error(status: 431, reason: "too many fields") }
        let field = try FieldLine.parse(bytes, in: line)
        try control.add(field, in: bytes, minorVersion: minorVersion)
        fields.append(field)
    }

    private mutating func finish(_ line: RequestLine, bytes: consuming [UInt8]) throws(HTTP1Error) -> HTTP1RequestHead {
        if line.minorVersion > 0, control.host == nil { throw .malformed("missing Host") }
        let head = HTTP1RequestHead(bytes: bytes, line: line, fields: fields, control: control)
        reset()
        return head
    }
}
