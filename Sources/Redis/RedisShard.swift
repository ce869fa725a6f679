internal import Reactor
internal import Wire

/// One reactor's part of the client: its connections, and which of them a command goes to.
///
/// Whether there is one server or a cluster, the server says itself: the first connection asks for the slots. A server
/// that has none is alone.
///
/// `@unchecked Sendable`: used on its reactor only.
@safe final class RedisShard: @unchecked Sendable {
    static let maximumRedirects = 5
    /// Between two questions for the slots.
    static let refreshInterval = Duration.seconds(1)
    private static let slotsTimeout = Duration.seconds(1)
    private static let readBytes = 64 << 10

    let reactor: Reactor
    let options: RedisOptions
    let resolver: NameResolver
    var random: RandomSource
    /// What a read puts its bytes into; freed with the shard.
    let readBuffer = UnsafeMutableRawBufferPointer.allocate(byteCount: readBytes, alignment: 16)

    private let health: RedisHealth
    private var connections: [RedisAddress: RedisConnection] = [:]
    /// Nil as long as there is no cluster.
    private var slots: SlotMap?
    private var isTopologyKnown = false
    private var isRefreshing = false
    private var refreshTimer: ReactorTimer?
    private var nextRefresh = MonotonicTime(nanoseconds: 0)
    private var isShutDown = false

    /// Failures that the journal has not heard of yet.
    private var failures: [RedisAddress: (count: Int, reason: String)] = [:]
    private var nextFailureReport = MonotonicTime(nanoseconds: 0)

    init(reactor: Reactor, options: RedisOptions, resolver: NameResolver, health: RedisHealth, seed: UInt64) {
        self.reactor = reactor
        self.options = options
        self.resolver = resolver
        self.health = health
        random = RandomSource(seed: seed)
    }

    deinit {
        unsafe readBuffer.deallocate()
    }

    func connect() {
        guard !isShutDown else { return }
        _ = connection(to: options.address)
    }

    func shutDown() {
        isShutDown = true
        if let refreshTimer { reactor.cancel(refreshTimer) }
        refreshTimer = nil
        for connection in connections.values { connection.shutDown() }
    }

    // MARK: Commands

    func start(_ command: RedisCommand, _ completion: @escaping @Sendable (PendingCommand.Outcome) -> Void) {
        reactor.assertCurrent()
        if isShutDown { return completion(.failure(.shutDown)) }
        let pending = PendingCommand(
            command: command, deadline: .now + options.operationTimeout, completion: completion)
        connection(for: command).submit(pending)
    }

    /// Sends a command where a node of the cluster says it belongs.
    func follow(_ redirect: Redirect, _ command: PendingCommand) {
        if isShutDown { return fail(command, .shutDown) }
        var command = command
        command.redirects += 1
        command.isAsking = redirect.kind == .ask
        if redirect.kind == .moved {
            if slots == nil { slots = SlotMap() }
            slots?.set(redirect.slot, to: redirect.node)
            refreshSlots()
        }
        guard command.redirects <= Self.maximumRedirects, connections.count < SlotMap.maximumNodes else {
            return fail(command, .tooManyRedirects)
        }
        connection(to: redirect.node).submit(command)
    }

    private func fail(_ command: PendingCommand, _ error: RedisError) {
        command.completion?(.failure(error))
    }

    private func connection(for command: RedisCommand) -> RedisConnection {
        guard let slots else { return connection(to: options.address) }
        if let slot = command.slot, let node = slots.owner(of: slot) { return connection(to: node) }
        return connections.values.first { $0.isUp && !$0.isRetiring } ?? connection(to: options.address)
    }

    private func connection(to address: RedisAddress) -> RedisConnection {
        if let connection = connections[address], !connection.isRetiring { return connection }
        let connection = RedisConnection(address, shard: self)
        connections[address] = connection
        connection.open()
        return connection
    }

    // MARK: Topology

    func becameReady(_ connection: RedisConnection) {
        if !isTopologyKnown || slots != nil { refreshSlots() }
    }

    /// Asks a node for the slots: at once, or when enough time has passed since it was asked last.
    private func refreshSlots() {
        guard !isShutDown, !isRefreshing, refreshTimer == nil else { return }
        guard nextRefresh <= .now else {
            refreshTimer = reactor.setTimer(at: nextRefresh, handler: self)
            return
        }
        guard let source = connections.values.first(where: { $0.isUp && !$0.isRetiring }) else { return }
        isRefreshing = true
        nextRefresh = .now + Self.refreshInterval
        source.submit(
            PendingCommand(command: RedisCommand("CLUSTER", Array("SLOTS".utf8)), deadline: .now + Self.slotsTimeout) {
                [self] outcome in
                isRefreshing = false
                switch outcome {
                case .success(let reply):
                    if let map = SlotMap(reply, from: source.address) { adopt(map) } else { isTopologyKnown = true }
                // It is alone, or does not tell us.
                case .failure(.server): isTopologyKnown = true
                case .failure: refreshSlots()
                }
            })
    }

    private func adopt(_ map: SlotMap) {
        guard !isShutDown else { return }
        isTopologyKnown = true
        // A node that has no slots yet knows of nothing worth following.
        guard !map.nodes.isEmpty else { return }
        slots = map
        let members = Set(map.nodes)
        for member in members { _ = connection(to: member) }
        for connection in connections.values where !members.contains(connection.address) { connection.retire() }
    }

    // MARK: Told by connections

    func forget(_ connection: RedisConnection) {
        guard connections[connection.address] === connection else { return }
        connections[connection.address] = nil
        let (address, index) = (connection.address, reactor.index)
        health.note { journal in
            journal.forget(address, reactor: index)
            return nil
        }
    }

    func healthChanged(of connection: RedisConnection, isUp: Bool, reason: String) {
        let (address, index, now) = (connection.address, reactor.index, MonotonicTime.now)
        reportFailures(of: address)
        health.note { journal in
            isUp
                ? journal.cameUp(address, reactor: index)
                : journal.wentDown(address, reactor: index, reason: reason, at: now)
        }
        guard !isUp, slots != nil else { return }
        // Another node may have taken over.
        if connections.values.contains(where: { $0.isUp && !$0.isRetiring }) {
            refreshSlots()
        } else {
            // Its name may lead to nodes that are not known.
            _ = self.connection(to: options.address)
        }
    }

    /// Counts a command that failed. The journal hears of it once in a second.
    func noteFailure(of connection: RedisConnection, _ reason: String) {
        failures[connection.address, default: (0, reason)].count += 1
        guard nextFailureReport <= .now else { return }
        nextFailureReport = .now + .seconds(1)
        reportFailures(of: connection.address)
    }

    private func reportFailures(of address: RedisAddress) {
        guard let (count, reason) = failures.removeValue(forKey: address) else { return }
        let now = MonotonicTime.now
        health.note { $0.failed(address, count, reason: reason, at: now) }
    }
}

extension RedisShard: TimerHandler {
    func timerFired(tag: Int) {
        refreshTimer = nil
        refreshSlots()
    }
}
