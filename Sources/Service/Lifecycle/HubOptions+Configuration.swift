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
        callDeadlines = CallDeadlines(
            firstByte: configuration.timeouts.providerFirstByte, idle: configuration.timeouts.streamIdle,
            total: configuration.timeouts.providerTotal)
        planner = RoutePlanner(
            routes: configuration.routing.routes.map { route in
                RoutePlanner.Route(
                    pattern: route.pattern,
                    targets: (route.targets + route.fallbacks).map {
                        RoutePlanner.RouteTarget(provider: $0.provider, model: $0.model)
                    })
            },
            defaultProvider: configuration.routing.defaultProvider)
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
