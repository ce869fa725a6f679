/// A request head that passed every check. Keeps one copy of its bytes; text is made only when asked for.
///
/// An object: it is passed along through the whole life of its request.
public final class HTTP1RequestHead: Sendable {
    public let method: HTTPMethod
    /// 0 for HTTP/1.0, 1 for HTTP/1.1.
    public let minorVersion: Int
    public let framing: BodyFraming
    /// Whether the client lets the connection live on after this request (RFC 9112 §9.3).
    public let isKeepAlive: Bool
    /// Whether the client waits for `100 Continue` before it sends the body that `framing` announces.
    public let expectsContinue: Bool

    /// The head as received, field names lower-cased.
    @usableFromInline let bytes: [UInt8]
    let fieldLines: [FieldLine]
    /// The marks of the names of fields, a bit each: tells most absent fields without a look at the lines.
    let nameMarks: UInt64
    @usableFromInline let pathRange: ByteRange
    private let methodRange: ByteRange
    private let queryRange: ByteRange?
    private let hostRange: ByteRange?

    init(bytes: consuming [UInt8], line: RequestLine, fields: [FieldLine], control: ControlFields) {
        nameMarks = Self.lowercaseNames(of: fields, in: &bytes)
        self.bytes = bytes
        fieldLines = fields
        method = line.method
        methodRange = line.methodRange
        minorVersion = line.minorVersion
        pathRange = line.target.path
        queryRange = line.target.query
        hostRange = line.target.authority ?? control.host
        framing = control.framing
        isKeepAlive = !control.asksToClose && (line.minorVersion > 0 || control.asksToKeepAlive)
        expectsContinue = control.expectsContinue && framing != .none && framing != .length(0)
    }

    /// Returns the marks of the names.
    private static func lowercaseNames(of fields: [FieldLine], in bytes: inout [UInt8]) -> UInt64 {
        var span = bytes.mutableSpan
        var marks: UInt64 = 0
        for field in fields {
            for offset in field.name.range { span[offset] = ByteClass.lowercased(span[offset]) }
            let last = Int(field.name.end) - 1
            marks |= mark(length: field.name.count, first: span[Int(field.name.start)], last: span[last])
        }
        return marks
    }

    /// Which of the 64 bits stands for a name of one byte or more.
    private static func mark(length: Int, first: UInt8, last: UInt8) -> UInt64 {
        1 << UInt64((length &* 5 &+ Int(first) &+ Int(last) &* 11) & 63)
    }

    /// Whether a field of this name can be among the lines.
    func mayHave(_ name: StaticString) -> Bool {
        let length = name.utf8CodeUnitCount
        guard length > 0 else { return false }
        // Safe: a static string has as many bytes as it says, and here at least one.
        let (first, last) = unsafe (name.utf8Start[0], name.utf8Start[length - 1])
        return nameMarks & Self.mark(length: length, first: first, last: last) != 0
    }

    /// The method as sent.
    public var methodText: String { text(methodRange) }

    /// The raw path as sent, before `?`, escapes not decoded; an absolute form is reduced to its path.
    public var path: String { text(pathRange) }

    /// The raw query after `?`; nil without `?`.
    public var query: String? { queryRange.map(text) }

    /// Host and port: the authority of an absolute form, otherwise the Host field, which may be empty; nil only in 1.0.
    public var host: String? { hostRange.map(text) }

    /// Whether the raw path is exactly `text`.
    public func pathEquals(_ text: StaticString) -> Bool {
        // A span borrows from a variable, not from an object's member.
        let bytes = bytes
        return bytes.span.equals(text, in: pathRange)
    }

    /// Calls `body` with the bytes of the raw path.
    @inlinable
    public func withPathBytes<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let bytes = bytes
        return try body(bytes.span.extracting(pathRange.range))
    }

    /// Bytes that are not UTF-8 come out as U+FFFD.
    func text(_ range: ByteRange) -> String {
        String(decoding: bytes[range.range], as: UTF8.self)
    }
}
