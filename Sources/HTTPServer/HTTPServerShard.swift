internal import Glibc
internal import Reactor
internal import Synchronization
internal import Wire

/// The server's part on one reactor: its listeners, its connections and the buffers they share.
///
/// `@unchecked Sendable`: used on its reactor only, but for `reactor` itself.
final class HTTPServerShard: @unchecked Sendable {
    let reactor: Reactor
    let configuration: HTTPServerConfiguration
    let waits: DeadlineWaits
    let handler: any HTTPHandler
    let limiter: ConnectionLimiter
    /// Every connection reads here first: an idle connection owns no buffer.
    let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
    private(set) var isDraining = false
    private var largeBodies = 0
    private var acceptors: [Acceptor] = []
    private var connections: [Int32: HTTPConnection] = [:]
    private var drained: [CheckedContinuation<Void, Never>] = []
    private var drainTimer: ReactorTimer?
    private var assembly: [UInt8] = []
    private var dateText: [UInt8] = []
    private var dateSecond: UInt64 = 0

    init(
        reactor: Reactor, configuration: HTTPServerConfiguration, handler: any HTTPHandler, limiter: ConnectionLimiter
    ) {
        self.reactor = reactor
        self.configuration = configuration
        waits = DeadlineWaits(configuration)
        self.handler = handler
        self.limiter = limiter
    }

    deinit {
        readBuffer.deallocate()
    }

    func listen(_ listener: Listener, tls: TLSSource) {
        acceptors.append(Acceptor(listener: listener, tls: tls, shard: self))
    }

    /// Room for one large body; false if there is none.
    func takeLargeBody() -> Bool {
        guard largeBodies < configuration.maximumLargeBodies else { return false }
        largeBodies += 1
        return true
    }

    func releaseLargeBody() {
        largeBodies -= 1
    }

    func open(_ descriptor: Int32, peer: SocketAddress, tls: TLSContext?) {
        let admission = limiter.take(for: peer)
        if admission == .refused {
            Glibc.close(descriptor)
            return
        }
        guard let transport = try? StreamTransport(descriptor: descriptor, tls: tls) else {
            limiter.release(peer)
            Glibc.close(descriptor)
            return
        }
        let connection = HTTPConnection(
            shard: self, transport: transport, peer: peer, isOverLimit: admission == .overLimit)
        connections[descriptor] = connection
        connection.start()
    }

    func remove(_ connection: HTTPConnection, peer: SocketAddress) {
        connections[connection.descriptor] = nil
        if connections.capacity > 1024, connections.count < connections.capacity / 8 { shrinkConnections() }
        limiter.release(peer)
        if isDraining, connections.isEmpty { finishDraining() }
    }

    /// A dictionary keeps the room it once needed.
    private func shrinkConnections() {
        var smaller = [Int32: HTTPConnection](minimumCapacity: 2 * connections.count)
        for (descriptor, connection) in connections { smaller[descriptor] = connection }
        connections = smaller
    }

    /// Gives `body` an empty buffer to build a message in. Not to be nested.
    func assemble<R>(_ body: (inout [UInt8]) -> R) -> R {
        var buffer: [UInt8] = []
        swap(&buffer, &assembly)
        let result = body(&buffer)
        // Not later: a large message would hold its memory until the next one.
        buffer.removeAll(keepingCapacity: buffer.capacity <= 64 << 10)
        swap(&buffer, &assembly)
        return result
    }

    /// Appends `date: ...` with its line end; the text is made once a second.
    func appendDate(to out: inout [UInt8]) {
        let second = WallClock.nanoseconds / 1_000_000_000
        if second != dateSecond {
            dateSecond = second
            dateText.removeAll(keepingCapacity: true)
            dateText.append("date: ")
            HTTPDate.append(secondsSince1970: Int(second), to: &dateText)
            dateText.append("\r\n")
        }
        out.append(contentsOf: dateText)
    }

    // MARK: Draining

    /// Closes the listeners. What waited to be accepted is taken in first.
    func stopAccepting() async {
        await withCheckedContinuation { continuation in
            reactor.submit {
                self.closeAcceptors()
                continuation.resume()
            }
        }
    }

    private func closeAcceptors() {
        isDraining = true
        for acceptor in acceptors { acceptor.close() }
        acceptors = []
    }

    /// Stops accepting, lets requests finish until `deadline`, then closes what is left.
    func drain(until deadline: MonotonicTime) async {
        await withCheckedContinuation { continuation in
            reactor.submit {
                self.drained.append(continuation)
                self.startDraining(until: deadline)
            }
        }
    }

    private func startDraining(until deadline: MonotonicTime) {
        closeAcceptors()
        for connection in Array(connections.values) { connection.drain() }
        if let drainTimer { reactor.cancel(drainTimer) }
        drainTimer = reactor.setTimer(at: deadline, handler: self)
        if connections.isEmpty { finishDraining() }
    }

    private func finishDraining() {
        if let drainTimer { reactor.cancel(drainTimer) }
        drainTimer = nil
        let waiting = drained
        drained = []
        for continuation in waiting { continuation.resume() }
    }
}

extension HTTPServerShard: TimerHandler {
    /// The time to drain is over.
    func timerFired(tag: Int) {
        for connection in Array(connections.values) { connection.close() }
    }
}
