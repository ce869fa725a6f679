internal import Reactor

/// One reactor's connection to one server: opened again whenever it ends, with all commands pipelined on it.
///
/// Opening is in `RedisConnection+Opening`, bytes and replies in `RedisConnection+Traffic`; this file holds the state, what
/// is accepted, and the deadlines.
///
/// `@unchecked Sendable`: used on its reactor only.
final class RedisConnection: @unchecked Sendable {
    enum Phase {
        /// Waits until it may connect again.
        case resting
        case resolving
        case connecting
        case securing
        /// Says who we are.
        case greeting
        case ready
        case closed
    }

    enum TimerTag {
        static let reconnect = 0
        static let opening = 1
        static let deadline = 2
        static let probe = 3
    }

    let shard: RedisShard
    let address: RedisAddress

    var phase = Phase.resting
    /// Tells an answer of the resolver to this attempt from one to an earlier.
    var attempt = 0
    /// What the name led to and was not tried yet.
    var candidates: [SocketAddress] = []
    var transport: StreamTransport?
    var interest: DescriptorInterest = []
    /// What TLS needs to go on.
    var transportWants: DescriptorInterest = []
    var reader: ReplyReader?
    var output: [UInt8] = []
    var outputStart = 0
    var isFlushScheduled = false

    /// On their way to the server, or to be written at the end of the turn.
    var sent = CommandQueue()
    /// Came before the first connection was open. Later, while there is none, commands are refused.
    var waiting = CommandQueue()
    var isFirstAttempt = true
    /// To end as soon as the replies that are due have come.
    var isRetiring = false
    var breaker: RedisBreaker
    var delay = ReconnectDelay()
    /// When bytes came last, or when the first command was sent after a silence without anything due.
    var lastProgress = MonotonicTime(nanoseconds: 0)

    /// Until then a connection to a replica is put up with.
    private var nextSearchForMaster = MonotonicTime(nanoseconds: 0)

    var reconnectTimer: ReactorTimer?
    var openingTimer: ReactorTimer?
    private var deadlineTimer: ReactorTimer?
    /// When it fires; it may be earlier than the next deadline, never later.
    private var deadlineTimerTime = MonotonicTime.distantFuture
    private var probeTimer: ReactorTimer?
    private var wasUp: Bool?

    init(_ address: RedisAddress, shard: RedisShard) {
        self.address = address
        self.shard = shard
        breaker = RedisBreaker(shard.options.breaker)
    }

    var reactor: Reactor { shard.reactor }
    var options: RedisOptions { shard.options }
    /// Whether commands are sent.
    var isUp: Bool { phase == .ready && breaker.isClosed }

    // MARK: Commands

    func submit(_ command: PendingCommand) {
        if isUp {
            guard hasRoom(sent) else { return fail(command, .overloaded) }
            send(command)
        } else if isFirstAttempt, phase != .closed {
            guard hasRoom(waiting) else { return fail(command, .overloaded) }
            waiting.append(command)
            watch(until: command.deadline)
        } else {
            fail(command, phase == .closed ? .shutDown : .unavailable)
        }
    }

    private func hasRoom(_ queue: CommandQueue) -> Bool {
        queue.count < options.maximumCommandsInFlight && queue.bytes < options.maximumBytesInFlight
    }

    private func fail(_ command: PendingCommand, _ error: RedisError) {
        shard.noteFailure(of: self, "\(error)")
        command.completion?(.failure(error))
    }

    // MARK: Health

    /// Not slow is a reply that was there while the reactor was busy with something else.
    func noteReply(to command: PendingCommand) {
        let wait = reactor.idleNanoseconds &- command.idleWhenSent
        if let change = breaker.noteReply(after: wait, at: .now) {
            reportHealth(change == .opened ? "every reply takes longer than \(options.breaker.slowReply)" : "")
        }
        armProbe()
    }

    func noteFailure(_ reason: String) {
        shard.noteFailure(of: self, reason)
        if breaker.noteFailure(at: .now) != nil { reportHealth(reason) }
        armProbe()
    }

    /// The server has become a replica: its name may lead to the new master by now. Once in a while, as it may not.
    func searchForMaster() {
        guard nextSearchForMaster <= .now else { return }
        nextSearchForMaster = .now + .seconds(5)
        lose("it is a replica and takes no writes")
    }

    /// Says so if commands are sent from now on, or are not any more.
    func reportHealth(_ reason: String) {
        guard wasUp != isUp else { return }
        wasUp = isUp
        shard.healthChanged(of: self, isUp: isUp, reason: reason)
    }

    /// Sets the timer of the next probe while the breaker is open.
    func armProbe() {
        guard probeTimer == nil, phase == .ready, let time = breaker.nextProbe else { return }
        probeTimer = reactor.setTimer(at: time, handler: self, tag: TimerTag.probe)
    }

    private func probe() {
        probeTimer = nil
        guard phase == .ready else { return }
        guard breaker.beginProbe(at: .now) else { return armProbe() }
        send(PendingCommand(command: RedisCommand("PING"), deadline: .now + options.operationTimeout) { _ in })
    }

    // MARK: Deadlines

    /// Makes sure that the timer fires no later than `deadline`.
    func watch(until deadline: MonotonicTime) {
        guard deadline < deadlineTimerTime else { return }
        deadlineTimerTime = deadline
        if let deadlineTimer, reactor.move(deadlineTimer, to: deadline) { return }
        deadlineTimer = reactor.setTimer(at: deadline, handler: self, tag: TimerTag.deadline)
    }

    private func expire() {
        deadlineTimer = nil
        deadlineTimerTime = .distantFuture
        let now = MonotonicTime.now
        var next = MonotonicTime.distantFuture
        let expired = sent.expire(at: now, next: &next) + waiting.expire(at: now, next: &next)
        for completion in expired {
            noteFailure("no reply within \(options.operationTimeout)")
            completion(.failure(.timedOut))
        }
        if phase == .ready, sent.isHeadExpired {
            let stall = lastProgress + options.stallTimeout
            if stall <= now { return lose("nothing came for \(options.stallTimeout)") }
            next = min(next, stall)
        }
        if next < .distantFuture { watch(until: next) }
    }

    // MARK: Ends

    /// Serves no more commands, and ends when the replies that are due have come.
    func retire() {
        isRetiring = true
        if sent.isEmpty || phase != .ready { shutDown(.unavailable) }
    }

    /// Ends for good.
    func shutDown(_ reason: RedisError = .shutDown) {
        guard phase != .closed else { return }
        disconnect()
        phase = .closed
        for timer in [reconnectTimer, deadlineTimer] { if let timer { reactor.cancel(timer) } }
        reconnectTimer = nil
        deadlineTimer = nil
        shard.forget(self)
        failAll(reason)
    }

    /// The connection is of no use any more: what it carried fails, and another is opened later.
    func lose(_ reason: String) {
        guard phase != .closed else { return }
        disconnect()
        if isRetiring { return shutDown(.connectionLost) }
        phase = .resting
        isFirstAttempt = false
        breaker.noteConnectionLost(at: .now)
        reportHealth(reason)
        reconnectTimer = reactor.setTimer(
            after: delay.afterFailure(&shard.random), handler: self, tag: TimerTag.reconnect)
        failAll(.connectionLost)
    }

    private func failAll(_ sentError: RedisError) {
        // Taken first: a completion may send the next command.
        let unanswered = sent.removeAll()
        let unsent = waiting.removeAll()
        for command in unanswered { if command.completion != nil { fail(command, sentError) } }
        for command in unsent { fail(command, sentError == .shutDown ? .shutDown : .unavailable) }
    }

    private func disconnect() {
        attempt += 1
        candidates = []
        closeTransport()
        reader = nil
        output = []
        outputStart = 0
        for timer in [openingTimer, probeTimer] { if let timer { reactor.cancel(timer) } }
        openingTimer = nil
        probeTimer = nil
    }

    func closeTransport() {
        guard let transport else { return }
        reactor.unwatch(transport.descriptor)
        transport.close()
        self.transport = nil
        interest = []
        transportWants = []
    }
}

extension RedisConnection: TimerHandler {
    func timerFired(tag: Int) {
        switch tag {
        case TimerTag.reconnect:
            reconnectTimer = nil
            open()
        case TimerTag.opening:
            openingTimer = nil
            lose("no connection within \(options.connectTimeout)")
        case TimerTag.probe: probe()
        default: expire()
        }
    }
}
