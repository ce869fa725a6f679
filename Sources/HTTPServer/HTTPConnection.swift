internal import Reactor
internal import Wire

/// One client connection: reads requests, hands them to the handler one at a time, writes the answers.
///
/// Stays on its reactor from accept to close. Reading is in `HTTPConnection+Reading`, writing in
/// `HTTPConnection+Writing`; this file holds the state, the deadlines and the end.
///
/// `@unchecked Sendable`: used on its reactor only.
final class HTTPConnection: @unchecked Sendable {
    enum Phase {
        case handshake
        /// Waiting for, or in the middle of, a request.
        case reading
        /// A request is with the handler. What the client sends ahead waits in `input`.
        case responding
        /// The last answer is on its way; what still comes is read and thrown away.
        case lingering
        case closed
    }

    /// What the current deadline is for.
    enum Deadline {
        case none, idle, head, body, discard, write, linger, keepAlive
    }

    let shard: HTTPServerShard
    let transport: StreamTransport
    let peer: SocketAddress
    /// Accepted over the limit of connections: every request is answered 503.
    let isOverLimit: Bool

    var phase = Phase.reading
    var reader: RequestReader
    /// Received but not yet read as a request.
    var input: [UInt8] = []
    var isAdvancing = false
    var output = OutputBuffer()
    var isFlushScheduled = false
    /// The stream was told to pause; it is told once when there is room again.
    var owesRoom = false
    var hasShutDown = false
    /// The last answer was cut where only a reset tells it from a whole one.
    var mustReset = false
    /// The client has finished its direction. It may still read.
    var peerHasEnded = false

    /// It has room for the large body that it reads. With the request, the room passes on to the exchange.
    var holdsLargeBody = false

    /// Answers the request that is with the handler.
    var exchange: HTTPResponseWriter?

    private var interest: DescriptorInterest = .read
    /// What TLS needs besides, to go on.
    var transportWants: DescriptorInterest = []
    private var timer: ReactorTimer?
    private var timerDeadline = MonotonicTime.distantFuture
    private var deadline = MonotonicTime.distantFuture
    private var deadlineReason = Deadline.none

    init(shard: HTTPServerShard, transport: StreamTransport, peer: SocketAddress, isOverLimit: Bool) {
        self.shard = shard
        self.transport = transport
        self.peer = peer
        self.isOverLimit = isOverLimit
        reader = RequestReader(limits: shard.configuration.head)
    }

    var descriptor: Int32 { transport.descriptor }
    var reactor: Reactor { shard.reactor }

    func start() {
        do {
            try reactor.watch(descriptor, for: interest, handler: self)
        } catch {
            return close()
        }
        phase = transport.isEncrypted ? .handshake : .reading
        setDeadline(phase == .handshake ? .head : .idle)
    }

    /// The server is going away: an idle connection closes, others after their answer.
    func drain() {
        if phase == .handshake { return close() }
        // A request that has already arrived is not lost.
        if phase == .reading { readAvailable() }
        guard phase == .reading, input.isEmpty, !reader.isReadingBody else { return updateInterest() }
        if output.isEmpty { close() } else { linger() }
    }

    /// No more requests: what is left of the last answer is sent, then our direction ends.
    func linger() {
        phase = .lingering
        input = []
        scheduleFlush()
    }

    /// Ends everything at once. The handler's task is cancelled.
    func close() {
        guard phase != .closed else { return }
        phase = .closed
        reactor.unwatch(descriptor)
        if let timer { reactor.cancel(timer) }
        timer = nil
        if mustReset { transport.reset() } else { transport.close() }
        if holdsLargeBody { shard.releaseLargeBody() }
        holdsLargeBody = false
        shard.remove(self, peer: peer)
        let exchange = exchange
        self.exchange = nil
        exchange?.cancelTask()
        exchange?.disconnect()
    }

    /// Watches for what the state needs; most requests change nothing.
    func updateInterest() {
        guard phase != .closed else { return }
        var wanted = transportWants
        if wantsInput { wanted.formUnion(.read) }
        if !output.isEmpty && !isFlushScheduled { wanted.formUnion(.write) }
        guard wanted != interest else { return }
        interest = wanted
        reactor.update(descriptor, for: wanted)
    }
}

extension HTTPConnection: DescriptorHandler {
    func descriptorReady(_ events: DescriptorEvents) {
        if !events.isDisjoint(with: [.hangUp, .error]) { return close() }
        transportWants = []
        if phase == .handshake { return shakeHands() }
        if events.contains(.writable) || transport.isEncrypted { flush() }
        if events.contains(.readable) { readAvailable() }
        updateInterest()
    }

    private func shakeHands() {
        switch transport.handshake() {
        case .bytes:
            phase = .reading
            setDeadline(.idle)
            readAvailable()
        case .wouldBlock(let wanted):
            transportWants = wanted
        case .endOfStream, .failed:
            return close()
        }
        updateInterest()
    }
}

extension HTTPConnection: TimerHandler {
    /// Sets what the connection waits for from now on. The timer itself moves only to an earlier time;
    /// one that fires too early looks again.
    func setDeadline(_ reason: Deadline) {
        deadlineReason = reason
        deadline = reason == .none ? .distantFuture : .now.after(nanoseconds: shard.waits[reason])
        if let timer {
            guard deadline < timerDeadline else { return }
            _ = reactor.move(timer, to: deadline)
            timerDeadline = deadline
        } else if reason != .none {
            timerDeadline = deadline
            timer = reactor.setTimer(at: deadline, handler: self)
        }
    }

    func timerFired(tag: Int) {
        timer = nil
        guard phase != .closed, deadlineReason != .none else { return }
        if deadline > .now {
            timerDeadline = deadline
            timer = reactor.setTimer(at: deadline, handler: self)
            return
        }
        switch deadlineReason {
        case .none: break
        case .idle, .write, .linger: close()
        // The request has its answer already.
        case .discard: linger()
        case .head where phase == .handshake: close()
        case .head: refuse(HTTP1Error(status: 408, reason: "the request head took too long"), head: nil)
        case .body: refuse(HTTP1Error(status: 408, reason: "the request body stopped arriving"), head: nil)
        case .keepAlive: sendKeepAlive()
        }
    }

    /// The deadline of the current state, after a change of state or of output.
    /// - Parameter madeProgress: the client took bytes. One that takes none gets no more time.
    func refreshDeadline(madeProgress: Bool = false) {
        switch phase {
        case .closed, .handshake: break
        case _ where !output.isEmpty: if madeProgress || deadlineReason != .write { setDeadline(.write) }
        case .lingering: if deadlineReason != .linger { setDeadline(.linger) }
        case .responding: setDeadline(exchange?.streamKeepAlive == nil ? .none : .keepAlive)
        case .reading where reader.isReadingBody: setDeadline(.body)
        // As of a head, the time is for all of it.
        case .reading where reader.isDiscardingBody: if deadlineReason != .discard { setDeadline(.discard) }
        case .reading where input.isEmpty: setDeadline(.idle)
        // The head's time runs from its first byte: more bytes do not extend it.
        case .reading: if deadlineReason != .head { setDeadline(.head) }
        }
    }
}
