/// How the end of a request body is found (RFC 9112 §6). A request without either field has no body.
public enum BodyFraming: Sendable, Equatable {
    case none
    /// Content-Length, in bytes; may be zero.
    case length(Int)
    case chunked
}
