import Reactor

/// Which deadline of a transfer comes next. Pure: it is told the time.
///
/// Body bytes only store a time; the one timer of a transfer is compared with that when it fires.
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

    private let connect: Duration
    private let limits: HTTPDeadlines
    private let start: MonotonicTime
    /// When the pool gave a place: what comes before is not the server's.
    private var connectStart: MonotonicTime
    private var phase = Phase.connecting
    private var isPaused = false
    /// When the idle time began: the head's end, the last read or the last resume.
    private var idleStart: MonotonicTime

    init(limits: HTTPDeadlines, connect: Duration, start: MonotonicTime) {
        self.limits = limits
        self.connect = connect
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

    /// - Returns: whether this was the first read, after which an earlier deadline may apply.
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
        func consider(_ limit: Duration?, since begin: MonotonicTime, _ consequence: Consequence) {
            guard let limit, begin + limit < next.time else { return }
            next = (begin + limit, consequence)
        }
        consider(limits.total, since: start, .expire(.totalTimeout))
        if isPaused { return next }
        switch phase {
        case .awaitingPlace(let end):
            consider(.zero, since: end, .expire(.poolExhausted))
        case .connecting:
            consider(limits.firstByte, since: start, .expire(.firstByteTimeout))
            consider(limits.head, since: start, .expire(.headTimeout))
            consider(connect, since: connectStart, .checkConnection)
        case .awaitingHead:
            consider(limits.firstByte, since: start, .expire(.firstByteTimeout))
            consider(limits.head, since: start, .expire(.headTimeout))
        case .awaitingBody where limits.firstByte != nil:
            consider(limits.firstByte, since: start, .expire(.firstByteTimeout))
        case .awaitingBody, .receivingBody:
            consider(limits.idle, since: idleStart, .expire(.idleTimeout))
        }
        return next
    }
}
