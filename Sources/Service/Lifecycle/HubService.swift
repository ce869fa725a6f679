internal import Dialects
internal import HTTPClient
internal import HTTPServer
internal import HubCore
internal import Providers
internal import Reactor
internal import Redis
internal import Store
internal import Synchronization
internal import Wire

/// The running service: everything that a configuration becomes.
final class HubService: Sendable {
    struct StartFailure: Error, CustomStringConvertible {
        let description: String
    }

    /// Where the hub listens; the metrics port is nil if it is off.
    struct Addresses: Sendable {
        var main: SocketAddress
        var metrics: SocketAddress?
        var isEncrypted: Bool
    }

    let addresses: Addresses
    private let reactors: ReactorGroup
    private let client: HTTPClient
    /// Nil without `redis_url`.
    private let redis: RedisClient?
    private let server: HTTPServer
    private let metricsServer: HTTPServer?
    let state: ServiceState
    private let logger: Logger
    private let monitor: Task<Void, Never>
    private let storage: HubStorage
    private let keeper: Task<Void, Never>
    private let ledgerKeeper: (keeper: LedgerKeeper, task: Task<Void, Never>)?
    private let batchRunner: BatchRunner
    private let running: Mutex<LoadedConfiguration>
    /// For a hub that asks for a key while its configuration has none.
    let firstKey: Secret?

    /// - Parameters:
    ///   - waiting: how requests wait between attempts; nil: on their reactors.
    ///   - healthWaiting: how the health monitor waits; nil: on its reactor.
    ///   - streamKeepAlive: silence after which a stream is sent a comment: contract 1.8.
    init(
        _ loaded: LoadedConfiguration, clock: any TimeSource = MachineTime(), log: LogWriter = LogWriter(),
        waiting: (any Waiting)? = nil, healthWaiting: (any Waiting)? = nil,
        streamKeepAlive: Duration = HTTPServerConfiguration().streamKeepAlive
    ) throws(StartFailure) {
        let configuration = loaded.configuration
        logger = Logger(
            level: configuration.logging.level, format: configuration.logging.format, writer: log, clock: clock)
        let parts = try Self.mapped { () throws(SystemError) in
            try ReactorGroup(count: configuration.server.reactors)
        }
        reactors = parts
        client = HTTPClient(reactors: reactors, configuration: try Self.clientConfiguration(configuration))
        redis = try Self.redis(configuration.storage, reactors, logger)
        storage = try HubStorage(
            configuration, reactors: reactors.reactors.count, clock: clock, logger: logger)
        firstKey = APIKeyText.firstKey(configuration.authentication)
        let health = Self.health(configuration, logger)
        let factory = ProviderFactory(reactors: reactors, client: client, health: health, clock: clock)
        let hub = ConnectorHub(
            providers: factory.providers(loaded.providers), options: HubOptions(loaded),
            authenticator: Self.authenticator(configuration.authentication, firstKey),
            metrics: HubMetrics(shards: reactors.reactors.count), responses: storage.responses,
            cacheSize: CacheSize(configuration.cache), sharedCache: redis.map { RedisCache($0) },
            health: health, waiting: waiting ?? ReactorWaiting(reactors: reactors),
            limiter: Self.limiter(configuration, redis, clock), ledger: storage.ledger)
        state = ServiceState(
            hub: hub, clock: clock,
            accessLog: AccessLog(logger: logger, isEnabled: configuration.logging.isAccessLogged),
            cors: CrossOrigin(origins: configuration.server.corsOrigins), health: HealthBoard(),
            models: ModelDirectory(), redis: redis, storage: storage, logger: logger)
        let tls = try Self.certificate(configuration.server)
        let shards = Self.shards(reactors, log)
        var serverConfiguration = HTTPServerConfiguration(configuration.server)
        serverConfiguration.streamKeepAlive = streamKeepAlive
        let routes = Routes.all(
            maximumBodyBytes: configuration.server.maximumBodyBytes,
            withMetrics: configuration.telemetry.areMetricsEnabled)
        server = HTTPServer(
            reactors: reactors, configuration: serverConfiguration, tls: tls,
            handler: ServiceHandler(router: Router(routes), service: state, shards: shards))
        let main = try Self.listen(server, configuration.server.host.name, configuration.server.port)
        (metricsServer, addresses) = try Self.metricsServer(
            configuration, main, tls != nil, reactors, serverConfiguration, state, shards)
        monitor = HealthMonitor(
            hub: hub, board: state.health, models: state.models, logger: logger,
            waiting: healthWaiting ?? ReactorWaiting(reactors: reactors),
            interval: configuration.retry.healthCheckInterval
        ).start(on: reactors.reactors[0])
        keeper = StorageKeeper(storage: storage, logger: logger).start(on: reactors.reactors[0])
        let ledgerKeeper = storage.ledger.map { [storage] in
            LedgerKeeper(ledger: $0, database: storage.database, clock: clock)
        }
        self.ledgerKeeper = ledgerKeeper.map { [reactors] in ($0, $0.start(on: reactors.reactors[0])) }
        batchRunner = BatchRunner(
            service: state, reactors: reactors, configuration: configuration.batches,
            maximumLineBytes: configuration.server.maximumBodyBytes)
        batchRunner.start(on: reactors.reactors[0])
        running = Mutex(loaded)
        MemoryKeeper(reactors: reactors).start()
        let server = server
        state.countConnections { server.connectionCount }
    }

    // MARK: Life

    /// Puts a new configuration in force as far as that works without a restart. Requests under way keep the old one. Where
    /// its certificate cannot be read nothing changes.
    func reload(_ loaded: LoadedConfiguration) {
        let certificate: TLSContext?
        do throws(StartFailure) {
            certificate = try addresses.isEncrypted ? Self.certificate(loaded.configuration.server) : nil
        } catch {
            return reportRejectedReload(error.description)
        }
        let factory = ProviderFactory(
            reactors: reactors, client: client, health: state.hub.health, clock: state.clock)
        state.hub.reconfigure(
            providers: factory.providers(loaded.providers), options: HubOptions(loaded),
            authenticator: Self.authenticator(loaded.configuration.authentication, firstKey))
        if let certificate { server.replaceCertificate(certificate) }
        running.withLock { $0 = loaded }
        logger.log(
            .info, "configuration.reloaded", ("changed", loaded.changes.live.joined(separator: ",")),
            ("needs_restart", loaded.changes.awaitingRestart.joined(separator: ",")))
    }

    var configuration: LoadedConfiguration { running.withLock { $0 } }

    func reportRejectedReload(_ reason: String) {
        logger.log(.error, "configuration.rejected", ("reason", reason))
    }

    /// Stops taking connections, lets requests finish within the configured time, and ends everything.
    func shutDown() async {
        state.beginDraining()
        await server.stopAccepting()
        logger.log(.info, "hub.draining")
        let limit = configuration.configuration.server.drainDeadline
        monitor.cancel()
        async let batches: Void = batchRunner.drain(within: limit)
        await server.drain(within: limit)
        await batches
        await metricsServer?.drain(within: .zero)
        if let (keeper, task) = ledgerKeeper {
            task.cancel()
            await task.value
            await keeper.drain(on: reactors.reactors[0])
        }
        keeper.cancel()
        await keeper.value
        let database = storage.database
        await BlockingWork.run { database.close() }
        await client.shutDown()
        await redis?.shutDown()
        logger.log(.info, "hub.stopped")
        logger.writer.flush()
    }

    /// After `shutDown`; not from a reactor's thread.
    func stopReactors() {
        reactors.stop()
    }

    // MARK: Parts

    private static func authenticator(
        _ configuration: AuthenticationConfiguration, _ firstKey: Secret?
    ) -> any Authenticator {
        guard configuration.isEnabled else { return OpenDoor() }
        var configuration = configuration
        if !configuration.hasCredentials { configuration.adminKey = firstKey }
        return ConfiguredKeys(configuration)
    }

    private static func clientConfiguration(
        _ configuration: HubConfiguration
    ) throws(StartFailure) -> HTTPClientConfiguration {
        var client = HTTPClientConfiguration()
        client.connectTimeout = configuration.timeouts.connect
        client.userAgent = "connector-hub/\(Version.text)"
        client.proxy = configuration.providerNetwork.proxy?.text
        guard let authorities = configuration.providerNetwork.authorities else { return client }
        do throws(TLSContext.Failure) {
            // Said now, not by every call.
            _ = try TLSClientContext(authorities: authorities)
        } catch {
            throw StartFailure(description: "provider_ca: \(error.description)")
        }
        client.caFile = authorities
        return client
    }

    private static func health(_ configuration: HubConfiguration, _ logger: Logger) -> HealthRecord {
        HealthRecord(
            policy: BreakerPolicy(configuration.breaker), outliers: OutlierPolicy(configuration.outliers),
            onChange: { change in
                logger.log(
                    change.state == .open ? .warn : .info, "circuit_breaker", ("provider", change.provider),
                    ("model", change.model), ("key", change.key), ("state", "\(change.state.label)"))
            },
            onOutlier: { change in
                logger.log(
                    change.reason == nil ? .info : .warn, "outlier", ("provider", change.provider),
                    ("model", change.model), ("state", change.reason == nil ? "returned" : "ejected"),
                    ("reason", change.reason?.rawValue), ("seconds", change.reason.map { _ in "\(change.seconds)" }))
            })
    }

    private static func certificate(_ configuration: ServerConfiguration) throws(StartFailure) -> TLSContext? {
        guard let certificate = configuration.tlsCertificatePath, let key = configuration.tlsKeyPath else { return nil }
        do throws(TLSContext.Failure) {
            return try TLSContext(certificate: certificate, key: key)
        } catch {
            throw StartFailure(description: error.description)
        }
    }

    private static func redis(
        _ configuration: StorageConfiguration, _ reactors: ReactorGroup, _ logger: Logger
    ) throws(StartFailure) -> RedisClient? {
        guard let options = try RedisOptions(configuration) else { return nil }
        return RedisClient(reactors: reactors, options: options) { logger.log($0) }
    }

    private static func limiter(
        _ configuration: HubConfiguration, _ redis: RedisClient?, _ clock: any TimeSource
    ) -> any RateLimiter {
        let memory = MemoryLimiter(clock: clock)
        guard let redis, configuration.rateLimit.counterStore != .memory else { return memory }
        // A request that nobody ended is over by then.
        let lease = configuration.timeouts.request + .seconds(60)
        return RedisRateLimiter(redis, alone: memory, lease: lease)
    }

    private static func shards(_ reactors: ReactorGroup, _ log: LogWriter) -> [ServiceShard] {
        var generator = SystemRandomNumberGenerator()
        return reactors.reactors.map { ServiceShard(reactor: $0, log: log, seed: generator.next()) }
    }

    private static func metricsServer(
        _ configuration: HubConfiguration, _ main: SocketAddress, _ isEncrypted: Bool, _ reactors: ReactorGroup,
        _ serverConfiguration: HTTPServerConfiguration, _ state: ServiceState, _ shards: [ServiceShard]
    ) throws(StartFailure) -> (HTTPServer?, Addresses) {
        guard configuration.server.metricsPort > 0 else {
            return (nil, Addresses(main: main, metrics: nil, isEncrypted: isEncrypted))
        }
        let routes = Routes.monitoring(withMetrics: configuration.telemetry.areMetricsEnabled)
        let handler = ServiceHandler(router: Router(routes), service: state, shards: shards)
        let server = HTTPServer(reactors: reactors, configuration: serverConfiguration, handler: handler)
        let address = try listen(server, configuration.server.host.name, configuration.server.metricsPort)
        return (server, Addresses(main: main, metrics: address, isEncrypted: isEncrypted))
    }

    private static func listen(_ server: HTTPServer, _ host: String, _ port: Int) throws(StartFailure) -> SocketAddress
    {
        let name = host == "localhost" ? "127.0.0.1" : host
        guard let address = SocketAddress(literal: name, port: UInt16(clamping: port)) else {
            throw StartFailure(description: "host must be an address such as 127.0.0.1 or 0.0.0.0, not \(host)")
        }
        return try mapped { () throws(SystemError) in try server.listen(on: address) }
    }

    private static func mapped<Value>(_ body: () throws(SystemError) -> Value) throws(StartFailure) -> Value {
        do throws(SystemError) {
            return try body()
        } catch {
            throw StartFailure(description: error.description)
        }
    }
}
