import CSimdJSON

/// A parsed JSON text: simdjson's tape and strings in one block, immutable, read through `JSONValue`.
///
/// Duplicate keys are kept and visible; numbers are exact 64-bit integers or doubles, anything larger is refused, and
/// so are lone surrogates and a byte order mark (RFC 8259, section 8.1).
@safe
public final class JSONDocument: @unchecked Sendable {
    /// The deepest nesting any caller can ask for: walks over a document recurse this far at most.
    public static let deepestNesting = CSIMDJSON_DEEPEST_NESTING

    @usableFromInline let tape: UnsafePointer<UInt64>
    @usableFromInline let strings: UnsafePointer<UInt8>

    /// Of the text it was read from: about what writing it again takes.
    let textBytes: Int

    private init(_ parsed: csimdjson_document, textBytes: Int) {
        self.textBytes = textBytes
        unsafe tape = parsed.tape
        unsafe strings = parsed.strings
    }

    deinit {
        unsafe csimdjson_free(tape)
    }

    public var root: JSONValue { JSONValue(document: self, index: 1) }

    /// `{}`, for where a document must be and there is none.
    public static let emptyObject: JSONValue = {
        guard let document = try? parse("{}") else { preconditionFailure("{} is an object") }
        return document.root
    }()

    /// Parses a whole text of less than 4 GiB in which at most `maximumDepth` objects and arrays are open at once.
    public static func parse(
        _ bytes: UnsafeRawBufferPointer, maximumDepth: Int = 64
    ) throws(JSONError) -> JSONDocument {
        let depth = min(max(maximumDepth, 0), deepestNesting)
        var parsed = unsafe csimdjson_document()
        let status = unsafe csimdjson_parse(bytes.baseAddress, bytes.count, depth, &parsed)
        guard status == CSIMDJSON_OK else {
            throw unsafe JSONDiagnosis.error(for: status, in: bytes, maximumDepth: depth)
        }
        return unsafe JSONDocument(parsed, textBytes: bytes.count)
    }

    public static func parse(_ bytes: [UInt8], maximumDepth: Int = 64) throws(JSONError) -> JSONDocument {
        try unsafe bytes.span.bytes.withUnsafeBytes { (buffer) throws(JSONError) in
            try unsafe parse(buffer, maximumDepth: maximumDepth)
        }
    }

    public static func parse(_ text: String, maximumDepth: Int = 64) throws(JSONError) -> JSONDocument {
        try unsafe text.utf8Span.span.bytes.withUnsafeBytes { (buffer) throws(JSONError) in
            try unsafe parse(buffer, maximumDepth: maximumDepth)
        }
    }
}
