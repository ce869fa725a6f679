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

struct RateLimitConfiguration: ConfigurationGroup {
    var isEnabled = false
    var window = Duration.seconds(60)
    var maximumRequests = 100
    var counterStore = CounterStore.auto
    var algorithm = RateLimitAlgorithm()
}

enum CounterStore: String, Sendable, CaseIterable {
    case auto, memory, redis, postgres
}

/// `rate_limit`: how requests are counted. Without it, `window` and `maximumRequests` as a token bucket.
struct RateLimitAlgorithm: ConfigurationGroup {
    var strategy = RateLimitStrategy()
}

/// At most one is set.
struct RateLimitStrategy: ConfigurationGroup {
    var tokenBucket: TokenBucketConfiguration?
    var fixedWindow: WindowConfiguration?
    var slidingWindow: WindowConfiguration?
}

struct TokenBucketConfiguration: ConfigurationGroup {
    var capacity = 100
    var refillPerSecond = 10.0
}

struct WindowConfiguration: ConfigurationGroup {
    var window = Duration.seconds(60)
    var maximumRequests = 100
}
