public import Wire

/// Limits and deadlines of the server. Every one is on by default.
public struct HTTPServerConfiguration: Sendable {
    /// Of the request head; a larger one is answered 431, a longer target 414.
    public var head = HTTP1Limits()
    /// Connections at once, over all reactors; one more is answered 503.
    public var maximumConnections = 20_000
    /// Connections at once from one address; one more is answered 503. 0: no limit.
    public var maximumConnectionsPerAddress = 0
    /// Large bodies at the same time, on each reactor, until their requests are answered; one more is answered 503.
    public var maximumLargeBodies = 4
    /// Of the body of a refused request: so much is read and thrown away, and the connection goes on; it ends where there is more.
    public var maximumDiscardedBytes = 64 << 10
    /// From a request's first byte to the end of its head.
    public var headDeadline: Duration = .seconds(10)
    /// Between two pieces of a body.
    public var bodyDeadline: Duration = .seconds(30)
    /// For the whole of a body that is thrown away.
    public var discardDeadline: Duration = .seconds(5)
    /// Between two requests on one connection, and before the first.
    public var idleDeadline: Duration = .seconds(75)
    /// Between two writes that the client took bytes from.
    public var writeDeadline: Duration = .seconds(30)
    /// For a client to take the last answer and close, before the socket is closed under it.
    public var lingerDeadline: Duration = .seconds(2)
    /// Quiet time on an event stream after which its keep-alive bytes are sent.
    public var streamKeepAlive: Duration = .seconds(15)
    /// Bytes waiting for a slow client above which a stream counts as congested.
    public var congestionBytes = 256 << 10

    public init() {}
}
