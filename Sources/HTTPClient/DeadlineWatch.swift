import Reactor

/// Which deadline of a transfer comes next. Pure: it is told the time.
///
/// Bytes of the body only store a time; the one timer of a transfer is compared with that when it fires.
struct DeadlineWatch {
    enum Consequence: Equatable {
        /// The connect deadline passed: libcurl enforces it, but not for calls that wait for a connection.
        case checkConnection
        case expire(HTTPClientError)
    }

    private enum Phase: Equatable {
        /// With the time until which the pool may take.
        case awaitingPlace(MonotonicTime)
        case connecting, awaitingHead, awaitingBody, receivingBody
    }

    /// Limits in nanoseconds: each event of a stream looks at them.
    private let connect: UInt64
    private let head: UInt64?
    private let firstByte: UInt64?
    private let idle: UInt64?
    private let total: UInt64?
    private let start: MonotonicTime
    /// When the pool gave a place: what comes before is not the server's.
    private var connectStart: MonotonicTime
    private var phase = Phase.connecting
    private var isPaused = false
    /// When the idle time began: the head's end, the last read that counts or the last resume.
    private var idleStart: MonotonicTime

    init(limits: HTTPDeadlines, connect: Duration, start: MonotonicTime) {
        self.connect = connect.saturatedNanoseconds
        head = limits.head?.saturatedNanoseconds
        firstByte = limits.firstByte?.saturatedNanoseconds
        idle = limits.idle?.saturatedNanoseconds
        total = limits.total?.saturatedNanoseconds
        self.start = start
        connectStart = start
        idleStart = start
    }

    mutating func awaitPlace(until end: MonotonicTime) {
        phase = .awaitingPlace(end)
    }

    mutating func placeTaken(at now: MonotonicTime) {
        phase = .connecting
        connectStart = now
    }

    mutating func connectionChecked() {
        if phase == .connecting { phase = .awaitingHead }
    }

    mutating func headReceived(at now: MonotonicTime) {
        phase = .awaitingBody
        idleStart = now
    }

    /// A read that counts.
    /// - Returns: whether it was the first, after which an earlier deadline may apply.
    mutating func bodyReceived(at now: MonotonicTime) -> Bool {
        idleStart = now
        defer { phase = .receivingBody }
        return phase != .receivingBody
    }

    mutating func pause() {
        isPaused = true
    }

    mutating func resume(at now: MonotonicTime) {
        isPaused = false
        idleStart = now
    }

    /// The earliest deadline and what its passing means; `distantFuture` when there is none.
    var next: (time: MonotonicTime, consequence: Consequence) {
        var next = (time: MonotonicTime.distantFuture, consequence: Consequence.expire(.totalTimeout))
        func consider(_ limit: UInt64?, since begin: MonotonicTime, _ consequence: Consequence) {
            guard let limit else { return }
            let end = begin.after(nanoseconds: limit)
            if end < next.time { next = (end, consequence) }
        }
        consider(total, since: start, .expire(.totalTimeout))
        if isPaused { return next }
        switch phase {
        case .awaitingPlace(let end):
            consider(0, since: end, .expire(.poolExhausted))
        case .connecting:
            consider(firstByte, since: start, .expire(.firstByteTimeout))
            consider(head, since: start, .expire(.headTimeout))
            consider(connect, since: connectStart, .checkConnection)
        case .awaitingHead:
            consider(firstByte, since: start, .expire(.firstByteTimeout))
            consider(head, since: start, .expire(.headTimeout))
        case .awaitingBody where firstByte != nil:
            consider(firstByte, since: start, .expire(.firstByteTimeout))
        case .awaitingBody, .receivingBody:
            consider(idle, since: idleStart, .expire(.idleTimeout))
        }
        return next
    }
}
