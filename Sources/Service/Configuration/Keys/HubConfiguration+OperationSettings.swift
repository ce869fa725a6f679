internal import HubCore

extension HubConfiguration {
    static let loggingSettings: [Setting<HubConfiguration>] = [
        .value("log_level", \.logging.level, .choice(aliases: ["warning": .warn]), "The least severe lines to write.")
            .fixedAtStart,
        .value("log_format", \.logging.format, .choice, "One JSON object or one text line per entry.").fixedAtStart,
        .value("log_access", \.logging.isAccessLogged, .boolean, "One line per request.").fixedAtStart,
        .value("log_prompts", \.logging.arePromptsLogged, .boolean, "Prompts and answers in logs, masked.").notUsedYet,
        .value(
            "sanitise", \.sanitising, .object(SanitisingConfiguration.settings),
            "What logs, events and audit mask beyond the built-in patterns."
        ).notUsedYet,
    ]

    static let deadlineSettings: [Setting<HubConfiguration>] = [
        .value("request_timeout_ms", \.timeouts.request, .milliseconds(1...600_000), "A request, retries included."),
        .value(
            "provider_timeout_ms", \.timeouts.providerFirstToken, .milliseconds(),
            "Until the first token of a provider's answer."),
        .value("provider_total_timeout_ms", \.timeouts.providerTotal, .milliseconds(), "One call of a provider."),
        .value("stream_idle_timeout_ms", \.timeouts.streamIdle, .milliseconds(), "Between two events of a stream."),
        .optional(
            "reasoning_timeout_ms", \.timeouts.reasoningFirstToken, .milliseconds(),
            "`provider_timeout_ms` of models that think; default: 300000, but no more than a `provider_timeout_ms` that is "
                + "given."),
        .optional(
            "reasoning_total_timeout_ms", \.timeouts.reasoningTotal, .milliseconds(),
            "`provider_total_timeout_ms` of models that think; default: 600000, likewise."),
        .optional(
            "reasoning_idle_timeout_ms", \.timeouts.reasoningIdle, .milliseconds(),
            "`stream_idle_timeout_ms` of models that think; default: 300000, likewise."),
        .optional(
            "embedding_timeout_ms", \.timeouts.embeddingTotal, .milliseconds(),
            "One call for embeddings; default: 30000, but no more than a `provider_total_timeout_ms` that is given."),
        .value(
            "connect_timeout_ms", \.timeouts.connect, .milliseconds(), "For a connection to a provider, TLS included."
        ).fixedAtStart,
        .value(
            "max_retries", \.retry.maximumAttempts, .integer(0...6),
            "Calls to one target for one request, 6 in all; 0 is as 1."),
        .value("retry_delay_ms", \.retry.delay, .milliseconds(0...86_400_000), "Before the second round of attempts."),
        .value("retry_max_delay_ms", \.retry.maximumDelay, .milliseconds(0...86_400_000), "The longest such wait."),
        .value("retry_backoff_multiplier", \.retry.multiplier, .number(1...100), "Growth of the wait per round."),
        .value(
            "health_check_interval_ms", \.retry.healthCheckInterval, .milliseconds(1000...86_400_000),
            "Between two checks of a provider."
        ).fixedAtStart,
        .value(
            "breaker_failures", \.breaker.failures, .integer(1...1000),
            "Failures in a row after which a target is left alone."
        ).fixedAtStart,
        .value(
            "breaker_open_ms", \.breaker.openTime, .milliseconds(1...86_400_000),
            "How long it is, unless the provider asks for longer."
        ).fixedAtStart,
        .value(
            "breaker_successes", \.breaker.successes, .integer(1...1000),
            "Calls, one at a time, that must then succeed."
        ).fixedAtStart,
        .optional(
            "breaker_error_rate", \.breaker.errorRate, .number(0.01...1),
            "The share of failures after which it is left alone too; default: only failures in a row count."
        ).fixedAtStart,
        .value(
            "breaker_min_requests", \.breaker.minimumAttempts, .integer(1...1_000_000),
            "Fewer calls than this in the window say nothing of the share."
        ).fixedAtStart,
        .value(
            "breaker_window_ms", \.breaker.window, .milliseconds(100...86_400_000),
            "The time over which the share is counted."
        ).fixedAtStart,
    ]

    static let cacheSettings: [Setting<HubConfiguration>] = [
        .value(
            "cache_enabled", \.cache.isEnabled, .boolean,
            "Answers repeated requests from memory, and from Redis where `redis_url` names one."),
        .value("cache_ttl", \.cache.lifetime, .seconds(1...31_536_000), "How long an answer is kept in memory."),
        .value("cache_l2_ttl", \.cache.sharedLifetime, .seconds(1...31_536_000), "How long it is kept in Redis."),
        .value("cache_max_size", \.cache.maximumEntries, .integer(1...100_000_000), "Answers in memory.").fixedAtStart,
        .value("cache_max_bytes", \.cache.maximumBytes, .integer(0...1 << 40, unit: "bytes"), "Memory for answers.")
            .fixedAtStart,
        .optional(
            "cache_max_temperature", \.cache.maximumTemperature, .number(0...2),
            "Hotter requests are not cached; one without a temperature counts as 1."),
        .value("cache_scope", \.cache.scope, .choice, "Who shares answers: one tenant or all."),
        .value(
            "cache_rules", \.cache.rules, .list(of: .object(CacheRuleConfiguration.settings), limit: 100),
            "What holds for some models or routes; the first that fits decides."),
    ]

    static let rateLimitSettings: [Setting<HubConfiguration>] = [
        .value("rate_limit_enabled", \.rateLimit.isEnabled, .boolean, "Limits completions per credential."),
        .value("rate_limit_window_ms", \.rateLimit.window, .milliseconds(), "The time that requests are counted in."),
        .value("rate_limit_max_requests", \.rateLimit.maximumRequests, .integer(1...1_000_000_000), "Requests in it."),
        .value(
            "rate_limit", \.rateLimit.algorithm, .object(RateLimitAlgorithm.settings),
            "How requests are counted, in place of the two keys above."),
        .value(
            "limits", \.rateLimit.limits,
            .list(of: .object(LimitConfiguration.settings, check: LimitConfiguration.check), limit: 100),
            "Further limits; all that fit a call hold."),
        .value(
            "counter_store", \.rateLimit.counterStore, .choice,
            "Where counters live: `auto` is Redis where there is one, else memory. While Redis is away each replica counts alone."
        ).fixedAtStart,
    ]
}

extension LimitConfiguration {
    static let settings: [Setting<LimitConfiguration>] = [
        .value("scope", \.scope, .choice, "Whom it is for; each has a counter of its own.").required,
        .optional("pattern", \.pattern, .text(maximumLength: 256), "A glob over them; without it all."),
        .optional("requests", \.requests, .integer(1...1_000_000_000), "Requests per window."),
        .optional("tokens", \.tokens, .integer(1...1_000_000_000_000), "Tokens of prompts and answers per window."),
        .optional("concurrent", \.concurrent, .integer(1...1_000_000), "Requests at the same time."),
        .value("window_secs", \.window, .seconds(1...31_536_000), "The window."),
        .value("algorithm", \.algorithm, .choice, "How requests and tokens are counted."),
    ]

    static func check(_ limit: LimitConfiguration, _ node: YAMLNode, _ path: String, _ context: inout DecodingContext) {
        guard limit.requests == nil, limit.tokens == nil, limit.concurrent == nil else { return }
        context.report(node.origin, path, "needs at least one of requests, tokens and concurrent")
    }
}

extension KeyLimitConfiguration {
    static let settings: [Setting<KeyLimitConfiguration>] = [
        .optional("requests_per_minute", \.requestsPerMinute, .integer(1...1_000_000_000), "In any minute."),
        .optional("tokens_per_minute", \.tokensPerMinute, .integer(1...1_000_000_000_000), "In any minute."),
        .optional("max_concurrent", \.maximumConcurrent, .integer(1...1_000_000), "At the same time."),
    ]
}

extension SanitisingConfiguration {
    static let settings: [Setting<SanitisingConfiguration>] = [
        .value(
            "patterns", \.patterns, .list(of: .text(maximumLength: 1024), limit: 100), "Regular expressions to mask."),
        .value("prompts", \.arePromptsMasked, .boolean, "Masks prompts too."),
    ]
}

extension RateLimitAlgorithm {
    static let settings: [Setting<RateLimitAlgorithm>] = [
        .value(
            "strategy", \.strategy,
            .object(RateLimitStrategy.settings) { strategy, node, path, context in
                guard case .mapping(let entries) = node.content, entries.count != 1 else { return }
                context.report(node.origin, path, "needs exactly one strategy, got \(entries.count)")
            }, "Exactly one of the strategies below."
        ).required
    ]
}

extension RateLimitStrategy {
    static let settings: [Setting<RateLimitStrategy>] = [
        .optional(
            "token_bucket", \.tokenBucket, .object(TokenBucketConfiguration.settings), "Bursts up to a capacity."),
        .optional("fixed_window", \.fixedWindow, .object(WindowConfiguration.settings), "Starts anew each window."),
        .optional("sliding_window", \.slidingWindow, .object(WindowConfiguration.settings), "Looks back one window."),
    ]
}

extension TokenBucketConfiguration {
    static let settings: [Setting<TokenBucketConfiguration>] = [
        .value("capacity", \.capacity, .integer(1...1_000_000_000), "The largest burst."),
        .value("refill_rate", \.refillPerSecond, .number(0.000001...1e9), "Requests per second."),
    ]
}

extension WindowConfiguration {
    static let settings: [Setting<WindowConfiguration>] = [
        .value("window_secs", \.window, .seconds(1...31_536_000), "The window."),
        .value("max_requests", \.maximumRequests, .integer(1...1_000_000_000), "Requests in it."),
    ]
}

extension CacheRuleConfiguration {
    static let settings: [Setting<CacheRuleConfiguration>] = [
        .value(
            "pattern", \.pattern, .text(maximumLength: 256),
            "A glob over the model asked for, the planned model and `provider/model`."
        ).required,
        .value("enabled", \.isEnabled, .boolean, "Whether answers are kept."),
        .optional("ttl", \.lifetime, .seconds(1...31_536_000), "How long, in memory and in Redis."),
        .optional("max_temperature", \.maximumTemperature, .number(0...2), "In place of `cache_max_temperature`."),
    ]
}
