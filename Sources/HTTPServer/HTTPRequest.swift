public import Reactor
public import Wire

/// One request, its body read whole.
public final class HTTPRequest: Sendable {
    public let head: HTTP1RequestHead
    public let body: [UInt8]
    public let peer: SocketAddress
    public let isEncrypted: Bool
    /// When its last byte was read.
    public let receivedAt: MonotonicTime

    public init(
        head: HTTP1RequestHead, body: [UInt8], peer: SocketAddress, isEncrypted: Bool, receivedAt: MonotonicTime
    ) {
        self.head = head
        self.body = body
        self.peer = peer
        self.isEncrypted = isEncrypted
        self.receivedAt = receivedAt
    }
}
