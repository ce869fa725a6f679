internal import Reactor

/// Where a Redis server listens.
public struct RedisAddress: Hashable, Sendable, CustomStringConvertible {
    /// A name or a literal address, without brackets.
    public let host: String
    public let port: UInt16

    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    public var description: String { host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Nil for names.
    var literal: SocketAddress? { SocketAddress(literal: host, port: port) }
}
