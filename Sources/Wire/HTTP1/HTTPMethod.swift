/// A request method (RFC 9110 §9). Methods are case-sensitive: `get` is `.other`.
public enum HTTPMethod: Sendable, Equatable {
    case get, head, post, put, patch, delete, options, connect, trace
    /// Any other token; the head keeps its text.
    case other

    /// The method spelled by `bytes`; the caller has checked that they are a token.
    public init(_ bytes: Span<UInt8>) {
        let range = ByteRange(0, bytes.count)
        let (first, second) = Self.candidates(length: bytes.count)
        if bytes.equals(first.text, in: range) {
            self = first
        } else if bytes.equals(second.text, in: range) {
            self = second
        } else {
            self = .other
        }
    }

    /// As sent on the wire; empty for `.other`.
    public var text: StaticString {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .connect: "CONNECT"
        case .trace: "TRACE"
        case .other: ""
        }
    }

    /// Candidates whose length fits, most frequent first.
    private static func candidates(length: Int) -> (HTTPMethod, HTTPMethod) {
        switch length {
        case 3: (.get, .put)
        case 4: (.post, .head)
        case 5: (.patch, .trace)
        case 6: (.delete, .delete)
        case 7: (.options, .connect)
        default: (.other, .other)
        }
    }
}
