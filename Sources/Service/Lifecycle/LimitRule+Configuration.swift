internal import HubCore

extension LimitRule {
    /// The limits for all callers.
    static func rules(_ configuration: RateLimitConfiguration) -> [LimitRule] {
        var rules = configuration.limits.flatMap(rules)
        if configuration.isEnabled {
            rules.insert(LimitRule(scope: .key, unit: .requests, algorithm: requests(configuration)), at: 0)
        }
        return rules
    }

    /// Those of one key.
    static func rules(_ configuration: KeyLimitConfiguration) -> [LimitRule] {
        var rules: [LimitRule] = []
        if let requests = configuration.requestsPerMinute {
            rules.append(
                LimitRule(
                    scope: .key, unit: .requests, algorithm: .slidingWindow(limit: requests, milliseconds: 60_000)))
        }
        if let tokens = configuration.tokensPerMinute {
            rules.append(
                LimitRule(scope: .key, unit: .tokens, algorithm: .slidingWindow(limit: tokens, milliseconds: 60_000)))
        }
        if let concurrent = configuration.maximumConcurrent {
            rules.append(LimitRule(scope: .key, unit: .concurrent, algorithm: .concurrency(limit: concurrent)))
        }
        return rules
    }

    private static func rules(_ limit: LimitConfiguration) -> [LimitRule] {
        var rules: [LimitRule] = []
        for (unit, amount) in [(LimitUnit.requests, limit.requests), (.tokens, limit.tokens)] {
            guard let amount else { continue }
            let milliseconds = limit.window.wholeMilliseconds
            let algorithm: LimitAlgorithm =
                switch limit.algorithm {
                case .fixedWindow: .fixedWindow(limit: amount, milliseconds: milliseconds)
                case .slidingWindow: .slidingWindow(limit: amount, milliseconds: milliseconds)
                case .tokenBucket:
                    .tokenBucket(capacity: amount, perSecond: Double(amount) / Double(milliseconds) * 1000)
                }
            rules.append(LimitRule(scope: limit.scope, pattern: limit.pattern, unit: unit, algorithm: algorithm))
        }
        if let concurrent = limit.concurrent {
            rules.append(
                LimitRule(
                    scope: limit.scope, pattern: limit.pattern, unit: .concurrent,
                    algorithm: .concurrency(limit: concurrent)))
        }
        return rules
    }

    private static func requests(_ configuration: RateLimitConfiguration) -> LimitAlgorithm {
        let strategy = configuration.algorithm.strategy
        if let bucket = strategy.tokenBucket {
            return .tokenBucket(capacity: bucket.capacity, perSecond: bucket.refillPerSecond)
        }
        if let window = strategy.fixedWindow {
            return .fixedWindow(limit: window.maximumRequests, milliseconds: window.window.wholeMilliseconds)
        }
        if let window = strategy.slidingWindow {
            return .slidingWindow(limit: window.maximumRequests, milliseconds: window.window.wholeMilliseconds)
        }
        let seconds = Double(configuration.window.wholeMilliseconds) / 1000
        return .tokenBucket(
            capacity: configuration.maximumRequests, perSecond: Double(configuration.maximumRequests) / seconds)
    }
}
