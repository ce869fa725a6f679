/// Why a message is refused. The connection cannot be used afterwards: where the next message starts is unknown.
public struct HTTP1Error: Error, Sendable, Equatable {
    /// The status to answer with: 400, 405, 413, 414, 417, 431, 501 or 505.
    public var status: Int
    /// Names what is wrong; fixed text that never repeats what the peer sent.
    public var reason: String

    public init(status: Int, reason: String) {
        self.status = status
        self.reason = reason
    }

    static func malformed(_ reason: String) -> HTTP1Error {
        HTTP1Error(status: 400, reason: reason)
    }
}
