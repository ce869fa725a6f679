internal import Reactor

/// How long each deadline of a connection is, in nanoseconds: worked out once, as every request sets several.
struct DeadlineWaits {
    private let idle: UInt64
    private let head: UInt64
    private let body: UInt64
    private let discard: UInt64
    private let write: UInt64
    private let linger: UInt64
    private let keepAlive: UInt64

    init(_ configuration: HTTPServerConfiguration) {
        idle = configuration.idleDeadline.saturatedNanoseconds
        head = configuration.headDeadline.saturatedNanoseconds
        body = configuration.bodyDeadline.saturatedNanoseconds
        discard = configuration.discardDeadline.saturatedNanoseconds
        write = configuration.writeDeadline.saturatedNanoseconds
        linger = configuration.lingerDeadline.saturatedNanoseconds
        keepAlive = configuration.streamKeepAlive.saturatedNanoseconds
    }

    subscript(_ reason: HTTPConnection.Deadline) -> UInt64 {
        switch reason {
        case .none: .max
        case .idle: idle
        case .head: head
        case .body: body
        case .discard: discard
        case .write: write
        case .linger: linger
        case .keepAlive: keepAlive
        }
    }
}
