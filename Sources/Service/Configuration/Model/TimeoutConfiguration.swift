/// Deadlines of a completion, from the caller's request down to one provider call.
struct TimeoutConfiguration: ConfigurationGroup {
    /// The whole request, retries included.
    var request = Duration.seconds(600)
    /// Until the first token of a provider's answer.
    var providerFirstToken = Duration.seconds(60)
    /// One provider call as a whole.
    var providerTotal = Duration.seconds(300)
    /// Between two events of a stream.
    var streamIdle = Duration.seconds(60)
    var connect = Duration.seconds(5)
    /// Of models that think; nil: `DeadlineTable`'s, or the shorter of it and what is given for all.
    var reasoningFirstToken: Duration?
    var reasoningTotal: Duration?
    var reasoningIdle: Duration?
    /// Of embeddings, likewise.
    var embeddingTotal: Duration?
}

/// When a target is left alone for a while.
struct BreakerConfiguration: ConfigurationGroup {
    /// In a row.
    var failures = 5
    var openTime = Duration.seconds(60)
    /// Probes that close it again.
    var successes = 3
    /// Nil: only failures in a row count.
    var errorRate: Double?
    var minimumAttempts = 20
    var window = Duration.seconds(30)
}

/// When a target that is worse than the others of its group is left alone for a while.
struct OutlierConfiguration: ConfigurationGroup {
    var isEnabled = true
    /// Between two looks at a target.
    var interval = Duration.seconds(10)
    /// Looks in a row.
    var strikes = 3
    var minimumCalls = 20
    /// Of the others' time.
    var latencyFactor = 3.0
    var cutShare = 0.1
    /// The first rest.
    var baseTime = Duration.seconds(30)
    var maximumTime = Duration.seconds(300)
    /// Of a group's targets.
    var maximumShare = 0.5
}

/// Between rounds of attempts: `delay` × `multiplier`^round, at most `maximumDelay`.
struct RetryConfiguration: ConfigurationGroup {
    /// Attempts per target; 0 for none after the first.
    var maximumAttempts = 3
    var delay = Duration.seconds(1)
    var maximumDelay = Duration.seconds(30)
    var multiplier = 2.0
    /// Between two health checks of a provider.
    var healthCheckInterval = Duration.seconds(30)
}
