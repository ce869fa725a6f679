/// What a client needs to know once. Limits hold per reactor.
public struct HTTPClientConfiguration: Sendable {
    /// Time for name look-up, TCP and TLS handshakes, where a request sets none of its own.
    public var connectTimeout: Duration = .seconds(5)
    /// Open connections to one host and port; further calls wait for one until their connect deadline.
    public var maximumConnectionsPerHost = 1024
    /// Connections kept open beyond the most that were in use at one time.
    public var idleConnections = 64
    /// Age at which an unused connection is closed.
    public var idleConnectionLifetime: Duration = .seconds(30)
    /// URL of the proxy for every call; none when nil, whatever the environment says.
    public var proxy: String?
    /// PEM file of the authorities to trust instead of the system's.
    public var caFile: String?
    /// Offers HTTP/2 to https servers (ALPN); http always speaks HTTP/1.1.
    public var allowsHTTP2 = true
    /// Idle libcurl handles kept for reuse (about 6 KB each).
    public var maximumIdleEasyHandles = 32
    /// The User-Agent of every request; none when empty.
    public var userAgent = "connector-hub"

    public init() {}
}
