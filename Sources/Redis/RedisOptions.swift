public import Reactor

/// How a Redis server, or a cluster known by one of its nodes, is reached, and how much is asked of it at once.
public struct RedisOptions: Sendable {
    public var address: RedisAddress
    /// Nil: no TLS.
    public var tls: TLSClientContext?
    public var credentials: RedisCredentials?
    /// Selected on every connection. A cluster has 0 only.
    public var database = 0

    /// From the command's start to its reply, redirects included.
    public var operationTimeout = Duration.milliseconds(100)
    /// From the look-up of the name to the first reply.
    public var connectTimeout = Duration.seconds(1)
    /// A connection on which nothing came for so long, though a reply is due, is replaced.
    public var stallTimeout = Duration.seconds(1)
    /// Per connection; more are refused at once.
    public var maximumCommandsInFlight = 4096
    /// Per connection, as written; more are refused at once.
    public var maximumBytesInFlight = 16 << 20
    /// Larger replies cost the connection.
    public var maximumReplyBytes = 8 << 20
    /// Of arrays, in all. The same.
    public var maximumReplyElements = 1 << 17
    public var breaker = RedisBreaker.Limits()

    public init(address: RedisAddress) {
        self.address = address
    }
}

/// A user of Redis. Never shown.
public struct RedisCredentials: Sendable, CustomStringConvertible, CustomReflectable {
    /// Nil: the user `default`.
    public var user: String?
    public var password: String

    public init(user: String? = nil, password: String) {
        self.user = user
        self.password = password
    }

    public var description: String { "[redacted]" }
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
