internal import HubCore

struct RateLimitConfiguration: ConfigurationGroup {
    var isEnabled = false
    var window = Duration.seconds(60)
    var maximumRequests = 100
    var counterStore = CounterStore.auto
    var algorithm = RateLimitAlgorithm()
    /// Beside it, whether it is enabled or not.
    var limits: [LimitConfiguration] = []
}

/// One of `limits`: at least one of requests, tokens and concurrent is set.
struct LimitConfiguration: ConfigurationGroup {
    var scope = LimitScope.key
    /// A glob over whom it is for; nil for all.
    var pattern: String?
    var requests: Int?
    var tokens: Int?
    var concurrent: Int?
    var window = Duration.seconds(60)
    var algorithm = LimitKind.slidingWindow
}

enum LimitKind: String, Sendable, CaseIterable {
    case tokenBucket = "token_bucket"
    case fixedWindow = "fixed_window"
    case slidingWindow = "sliding_window"
}

/// The limits of one key.
struct KeyLimitConfiguration: ConfigurationGroup {
    var requestsPerMinute: Int?
    var tokensPerMinute: Int?
    var maximumConcurrent: Int?
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
