internal import Reactor

/// The health of all servers as all reactors see it, and what of it is worth an event: changes, and once in a minute how
/// many commands failed. Pure.
struct RedisJournal {
    static let interval = Duration.seconds(60)

    private struct Server {
        var down: Set<Int> = []
        var up: Set<Int> = []
        /// An operator knows it as unavailable.
        var isAnnouncedDown = false
        var lastUnavailable: MonotonicTime?
        var lastFailing: MonotonicTime?
        var failures = 0
    }

    private var servers: [RedisAddress: Server] = [:]

    /// Every server serves every reactor that knows it.
    var isHealthy: Bool {
        !servers.isEmpty && servers.values.allSatisfy { $0.down.isEmpty && !$0.up.isEmpty }
    }

    mutating func wentDown(_ address: RedisAddress, reactor: Int, reason: String, at now: MonotonicTime) -> RedisEvent?
    {
        servers[address, default: Server()].up.remove(reactor)
        servers[address, default: Server()].down.insert(reactor)
        guard let server = servers[address], !server.isAnnouncedDown, isOver(server.lastUnavailable, at: now) else {
            return nil
        }
        servers[address]?.isAnnouncedDown = true
        servers[address]?.lastUnavailable = now
        return .unavailable(address, reason: reason)
    }

    mutating func cameUp(_ address: RedisAddress, reactor: Int) -> RedisEvent? {
        let isNew = servers[address] == nil
        servers[address, default: Server()].down.remove(reactor)
        servers[address, default: Server()].up.insert(reactor)
        guard let server = servers[address], server.down.isEmpty, isNew || server.isAnnouncedDown else { return nil }
        servers[address]?.isAnnouncedDown = false
        servers[address]?.failures = 0
        return .available(address, failures: server.failures)
    }

    mutating func failed(_ address: RedisAddress, _ count: Int, reason: String, at now: MonotonicTime) -> RedisEvent? {
        servers[address, default: Server()].failures += count
        guard let server = servers[address], isOver(server.lastFailing, at: now) else { return nil }
        servers[address]?.lastFailing = now
        servers[address]?.failures = 0
        return .failing(address, failures: server.failures, reason: reason)
    }

    /// The server is none of ours any more.
    mutating func forget(_ address: RedisAddress, reactor: Int) {
        servers[address]?.up.remove(reactor)
        servers[address]?.down.remove(reactor)
        if let server = servers[address], server.up.isEmpty, server.down.isEmpty { servers[address] = nil }
    }

    /// Whether the interval since `time` has passed.
    private func isOver(_ time: MonotonicTime?, at now: MonotonicTime) -> Bool {
        time.map { now >= $0 + Self.interval } ?? true
    }
}
