internal import HubCore

extension DeadlineTable {
    /// A value that is given for all models holds for each class that has none of its own: none waits longer than the
    /// operator said.
    /// - Parameter isGiven: whether a key is set anywhere.
    init(_ configuration: TimeoutConfiguration, isGiven: (String) -> Bool) {
        self.init()
        standard = CallDeadlines(
            firstToken: configuration.providerFirstToken, idle: configuration.streamIdle,
            total: configuration.providerTotal)
        if isGiven("provider_timeout_ms") { shorten(\.firstToken) }
        if isGiven("stream_idle_timeout_ms") { shorten(\.idle) }
        if isGiven("provider_total_timeout_ms") { shorten(\.total) }
        reasoning.firstToken = configuration.reasoningFirstToken ?? reasoning.firstToken
        reasoning.idle = configuration.reasoningIdle ?? reasoning.idle
        reasoning.total = configuration.reasoningTotal ?? reasoning.total
        embedding.total = configuration.embeddingTotal ?? embedding.total
    }

    private mutating func shorten(_ field: WritableKeyPath<CallDeadlines, Duration>) {
        let most = standard[keyPath: field]
        reasoning[keyPath: field] = min(reasoning[keyPath: field], most)
        embedding[keyPath: field] = min(embedding[keyPath: field], most)
    }
}
