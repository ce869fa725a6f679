/// One call to an endpoint.
public struct HTTPClientRequest: Sendable {
    public var endpoint: HTTPEndpoint
    /// Sent in addition to the endpoint's headers, for what differs by call such as `traceparent`.
    public var extraHeaders: [(name: String, value: String)]
    public var body: [UInt8]
    public var deadlines: HTTPDeadlines
    /// Bound of the body of a whole response; a stream has none.
    public var maximumResponseBytes: Int
    /// Whose connections the call uses; nil for no bound.
    public var pool: ConnectionPool?

    public init(
        endpoint: HTTPEndpoint, extraHeaders: [(name: String, value: String)] = [], body: [UInt8] = [],
        deadlines: HTTPDeadlines = HTTPDeadlines(), maximumResponseBytes: Int = 32 << 20,
        pool: ConnectionPool? = nil
    ) {
        self.endpoint = endpoint
        self.extraHeaders = extraHeaders
        self.body = body
        self.deadlines = deadlines
        self.maximumResponseBytes = maximumResponseBytes
        self.pool = pool
    }
}
