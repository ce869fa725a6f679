internal import Dialects
internal import HTTPServer
internal import HubCore
internal import Redis
internal import Store
internal import Synchronization

/// What all endpoints share.
final class ServiceState: Sendable {
    let hub: ConnectorHub
    let clock: any TimeSource
    let accessLog: AccessLog
    let cors: CrossOrigin
    let health: HealthBoard
    let models: ModelDirectory
    /// Nil where replicas share nothing.
    let redis: RedisClient?
    let storage: HubStorage
    let logger: Logger
    let startedAt: UInt64
    private let draining = Atomic<Bool>(false)
    private let lastMoment = Mutex<UInt64>(0)
    private let connections = Mutex<@Sendable () -> Int>({ 0 })

    init(
        hub: ConnectorHub, clock: any TimeSource, accessLog: AccessLog, cors: CrossOrigin, health: HealthBoard,
        models: ModelDirectory, redis: RedisClient?, storage: HubStorage, logger: Logger
    ) {
        self.hub = hub
        self.clock = clock
        self.accessLog = accessLog
        self.cors = cors
        self.health = health
        self.models = models
        self.redis = redis
        self.storage = storage
        self.logger = logger
        startedAt = clock.monotonicNanoseconds
    }

    var database: Database { storage.database }

    /// The process is going away: no new completions.
    var isDraining: Bool { draining.load(ordering: .relaxed) }
    func beginDraining() { draining.store(true, ordering: .relaxed) }

    /// Now, and later than any moment before it, for ids that tell an order: clocks stand still for milliseconds.
    func nextMoment() -> UInt64 {
        lastMoment.withLock { last in
            last = max(clock.wallNanoseconds, last + Identifier.step)
            return last
        }
    }

    var connectionCount: Int { connections.withLock { $0 }() }
    func countConnections(_ count: @escaping @Sendable () -> Int) { connections.withLock { $0 = count } }
}
