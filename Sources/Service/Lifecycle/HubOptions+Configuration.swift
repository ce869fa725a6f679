internal import HTTPServer
internal import HubCore

extension HubOptions {
    init(_ loaded: LoadedConfiguration) {
        self.init()
        let configuration = loaded.configuration
        catalogue = loaded.catalogue
        prices = PriceBook(loaded.prices)
        requestTimeout = configuration.timeouts.request
        cache = CacheOptions(configuration.cache)
        limits = LimitRule.rules(configuration.rateLimit)
        deadlines = DeadlineTable(configuration.timeouts) { loaded.sources[$0] != nil }
        retry = RetryPolicy(configuration.retry)
        ledgersSimulatedCalls = configuration.ledger.hasSimulatedCalls
        planner = RoutePlanner(
            routes: configuration.routing.routes.map { ModelRoute($0) },
            defaultProvider: configuration.routing.defaultProvider)
        planner.strategy = configuration.routing.strategy
        planner.rescuesStreams = configuration.routing.rescuesStreams
        planner.hedge = HedgeMeter(HedgePolicy(configuration.routing.hedge))
        for provider in loaded.providers { planner.traits[provider.id] = ProviderTraits(provider.connection) }
    }
}

extension RetryPolicy {
    init(_ configuration: RetryConfiguration) {
        self.init()
        attemptsPerTarget = max(1, configuration.maximumAttempts)
        delay = configuration.delay
        maximumDelay = configuration.maximumDelay
        multiplier = configuration.multiplier
    }
}

extension BreakerPolicy {
    init(_ configuration: BreakerConfiguration) {
        self.init()
        failures = configuration.failures
        openTime = configuration.openTime
        successes = configuration.successes
        errorRate = configuration.errorRate
        minimumAttempts = configuration.minimumAttempts
        window = configuration.window
    }
}

extension OutlierPolicy {
    init(_ configuration: OutlierConfiguration) {
        self.init()
        isEnabled = configuration.isEnabled
        interval = configuration.interval
        strikes = configuration.strikes
        minimumCalls = configuration.minimumCalls
        latencyFactor = configuration.latencyFactor
        cutShare = configuration.cutShare
        baseTime = configuration.baseTime
        maximumTime = max(configuration.maximumTime, configuration.baseTime)
        maximumShare = configuration.maximumShare
    }
}

extension HedgePolicy {
    init(_ configuration: HedgeConfiguration) {
        self.init()
        share = configuration.share
        percentile = configuration.percentile
        minimumDelay = configuration.minimumDelay
        maximumDelay = max(configuration.minimumDelay, configuration.maximumDelay)
        allowsSameTarget = configuration.allowsSameTarget
    }
}

extension ModelRoute {
    init(_ configuration: RouteConfiguration) {
        self.init(
            pattern: configuration.pattern, targets: configuration.targets.map { RouteTarget($0) },
            fallbacks: configuration.fallbacks.map { RouteTarget($0) })
        strategy = configuration.strategy
        isSticky = configuration.isSticky
        rescuesStreams = configuration.rescuesStreams
        likeness = configuration.likeness
        hedge = configuration.hedge.map { HedgeMeter(HedgePolicy($0)) }
        limits.regions = configuration.regions
        limits.tags = configuration.tags
        limits.cost = configuration.maximumCost.map { Int($0 * 1e9) }
        limits.latency = configuration.maximumLatency
    }
}

extension RouteTarget {
    init(_ configuration: RouteTargetConfiguration) {
        self.init(provider: configuration.provider, model: configuration.model, weight: configuration.weight)
    }
}

extension ProviderTraits {
    init(_ connection: ProviderConnection) {
        self.init()
        weight = connection.weight
        priority = connection.priority
        region = connection.region
        tags = connection.tags
    }
}

extension CacheOptions {
    init(_ configuration: CacheConfiguration) {
        self.init()
        isEnabled = configuration.isEnabled
        lifetime = configuration.lifetime
        sharedLifetime = configuration.sharedLifetime
        maximumTemperature = configuration.maximumTemperature
        isGlobal = configuration.scope == .global
        rules = configuration.rules.map { rule in
            Rule(
                pattern: rule.pattern, isEnabled: rule.isEnabled, lifetime: rule.lifetime,
                maximumTemperature: rule.maximumTemperature)
        }
    }
}

extension CacheSize {
    init(_ configuration: CacheConfiguration) {
        self.init()
        maximumEntries = configuration.maximumEntries
        maximumBytes = configuration.maximumBytes
    }
}

extension HTTPServerConfiguration {
    init(_ configuration: ServerConfiguration) {
        self.init()
        maximumConnections = configuration.maximumConnections
        maximumConnectionsPerAddress = configuration.maximumConnectionsPerAddress
        headDeadline = configuration.headDeadline
        bodyDeadline = configuration.bodyProgressDeadline
        idleDeadline = configuration.idleDeadline
        writeDeadline = configuration.writeProgressDeadline
    }
}
