public import Wire

/// What the server serves. Called on the reactor of the connection.
public protocol HTTPHandler: Sendable {
    /// Decides on a head before its body is read.
    func admit(_ head: HTTP1RequestHead) -> HTTPAdmission

    /// Answers what needs no waiting, without a task. False: nothing was done, and `respond` is called.
    func answerAtOnce(_ request: HTTPRequest, with writer: HTTPResponseWriter) -> Bool

    /// Answers through the writer, whole or as a stream. The task is cancelled when the client goes away.
    func respond(to request: HTTPRequest, with writer: HTTPResponseWriter) async

    /// The answer to a request the server refuses by itself.
    /// - Parameter head: nil when the head could not be read.
    func refusal(_ error: HTTP1Error, head: HTTP1RequestHead?) -> HTTPResponse
}

extension HTTPHandler {
    public func answerAtOnce(_ request: HTTPRequest, with writer: HTTPResponseWriter) -> Bool { false }
}

public enum HTTPAdmission: Sendable {
    /// Read the body, up to so many bytes; more is answered 413.
    case read(maximumBodyBytes: Int)
    /// The same, but only a few at the same time, for a whole one is held in memory: one more is answered 503.
    case readLarge(maximumBodyBytes: Int)
    /// Answer now, without reading the body.
    case refuse(HTTPResponse)
}
