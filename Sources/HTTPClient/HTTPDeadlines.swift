/// How long each part of a call may take. `nil` sets no limit of that kind.
public struct HTTPDeadlines: Sendable {
    /// From the start until the connection is ready; the client's `connectTimeout` when nil.
    public var connect: Duration?
    /// From the start to the end of the response head.
    public var head: Duration?
    /// From the start to the first byte of the body that the receiver counts.
    public var firstByte: Duration?
    /// Between reads of the body that the receiver counts, also from head to body where `firstByte` is nil. Stands still while paused.
    public var idle: Duration?
    /// From the start to the last byte.
    public var total: Duration?

    public init(
        connect: Duration? = nil, head: Duration? = .seconds(120), firstByte: Duration? = .seconds(120),
        idle: Duration? = .seconds(60), total: Duration? = .seconds(600)
    ) {
        self.connect = connect
        self.head = head
        self.firstByte = firstByte
        self.idle = idle
        self.total = total
    }
}
