enum CacheScope: String, Sendable, CaseIterable {
    case tenant, global
}

struct CacheConfiguration: ConfigurationGroup {
    var isEnabled = true
    var lifetime = Duration.seconds(300)
    /// In Redis.
    var sharedLifetime = Duration.seconds(3600)
    var maximumEntries = 10_000
    var maximumBytes = 256 << 20
    /// Requests above this temperature are not cached; nil caches all.
    var maximumTemperature: Double?
    var scope = CacheScope.tenant
    /// The first that fits decides.
    var rules: [CacheRuleConfiguration] = []
}

/// One of `cache_rules`.
struct CacheRuleConfiguration: ConfigurationGroup {
    var pattern = ""
    var isEnabled = true
    var lifetime: Duration?
    var maximumTemperature: Double?
}
