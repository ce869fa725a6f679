/// A complete response.
public struct HTTPClientResponse: Sendable {
    public var status: Int
    public var headers: HTTPClientHeaders
    public var body: [UInt8]
    public var timings: HTTPTimings
    public var usesHTTP2: Bool
}

/// How a stream ended that ended well.
public struct HTTPStreamEnd: Sendable {
    public var status: Int
    public var bodyBytes: Int
    public var timings: HTTPTimings
    public var usesHTTP2: Bool
}

/// Measured from the start of the call.
public struct HTTPTimings: Sendable, Equatable {
    /// Until the connection was ready, TLS included; zero when an open one was used.
    public var connect = Duration.zero
    /// Until the response head was complete.
    public var head = Duration.zero
    /// Until the first byte of the body; of the head where there is no body.
    public var firstByte = Duration.zero
    public var total = Duration.zero

    public init() {}
}
