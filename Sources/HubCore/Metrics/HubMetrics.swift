internal import Dialects
internal import Synchronization

/// The hub's own metrics: contract 11.2, as far as their parts exist.
public final class HubMetrics: Sendable {
    static let durationBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 2, 5, 10, 30, 60]
    static let overheadBounds = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25]

    private struct Key: Hashable {
        var provider: String
        var model: String
    }

    /// Reactors that count.
    let shards: Int
    private let targets = Mutex<[Key: TargetMetrics]>([:])
    private let errors = Mutex<[Key: UInt64]>([:])
    private let refusals = Mutex<[LimitScope: UInt64]>([:])
    private let rescues = Mutex<[StreamRescue.Outcome: UInt64]>([:])
    private let overhead: Histogram
    private let routing: Histogram
    /// How long calls to each provider took.
    private let latencies = Mutex<[String: Histogram]>([:])
    let cache: CacheMetrics
    public let batches = BatchMetrics()
    private let hedges: AtomicCells

    /// What became of second calls that were made beside first ones.
    enum Hedge: Int, CaseIterable {
        case started, won, wasted

        var label: StaticString {
            switch self {
            case .started: "started"
            case .won: "won"
            case .wasted: "wasted"
            }
        }
    }

    /// - Parameter shards: number of reactors that count.
    public init(shards: Int = 1) {
        self.shards = shards
        overhead = Histogram(bounds: Self.overheadBounds, shards: shards)
        routing = Histogram(bounds: Self.overheadBounds, shards: shards)
        cache = CacheMetrics(shards: shards)
        hedges = AtomicCells(count: Hedge.allCases.count, shards: shards)
    }

    /// The handle of a provider and model; the same one each time, so that counts survive a reload.
    func target(provider: String, model: String) -> TargetMetrics {
        targets.withLock { targets in
            let key = Key(provider: provider, model: model)
            if let known = targets[key] { return known }
            let new = TargetMetrics(
                provider: provider, model: model, providerLatency: latency(of: provider), shards: shards)
            targets[key] = new
            return new
        }
    }

    /// One per provider, which its models share.
    private func latency(of provider: String) -> Histogram {
        latencies.withLock { latencies in
            if let known = latencies[provider] { return known }
            let new = Histogram(bounds: Self.durationBounds, shards: shards)
            latencies[provider] = new
            return new
        }
    }

    func record(_ context: RequestContext, failure: HubError?) {
        let elapsed = context.elapsed
        let shard = context.shard
        overhead.record(nanoseconds: context.overhead(ofElapsed: elapsed), shard: shard)
        if context.plan != nil { routing.record(nanoseconds: context.phases.route, shard: shard) }
        let target = context.plan?.modelEntry.metrics ?? target(provider: "none", model: "other")
        target.count(Self.status(failure), shard: shard)
        target.duration.record(nanoseconds: elapsed, shard: shard)
        if let first = context.firstPayloadAt {
            target.timeToFirstToken.record(nanoseconds: first &- context.start, shard: shard)
        }
        if let failure { count(failure, provider: target.provider) }
    }

    /// A call that a limit refused.
    func countRefusal(_ scope: LimitScope) {
        refusals.withLock { $0[scope, default: 0] += 1 }
    }

    /// A stream that broke where another provider might have gone on with it.
    func countRescue(_ outcome: StreamRescue.Outcome) {
        rescues.withLock { $0[outcome, default: 0] += 1 }
    }

    func countHedge(_ hedge: Hedge, shard: Int) { hedges.add(1, to: hedge.rawValue, shard: shard) }

    private func count(_ failure: HubError, provider: String) {
        let key = Key(provider: provider, model: "\(failure.code.facts.type)")
        errors.withLock { $0[key, default: 0] += 1 }
    }

    private static func status(_ failure: HubError?) -> TargetMetrics.Status {
        guard let failure else { return .success }
        switch failure.status {
        case 499: return .aborted
        case 401, 403: return .denied
        default: return .error
        }
    }

    // MARK: Exposition

    /// Everything in Prometheus text format 0.0.4.
    /// - Parameters:
    ///   - breakers: by provider.
    ///   - ejections: by provider, of targets that are worse than others.
    ///   - providerAvailable: by provider id.
    ///   - connections: open client connections.
    func exposition(
        providerAvailable: [(provider: String, isAvailable: Bool)],
        breakers: [String: (state: TargetHealth.Breaker, trips: UInt64)] = [:],
        ejections: [String: (models: [String], total: UInt64)] = [:], connections: Int,
        cacheSize: MemoryCacheTable.Size = MemoryCacheTable.Size(), ledger: LedgerCounts? = nil
    ) -> [UInt8] {
        var text = PrometheusText(prefix: "llm_connector_hub_")
        let targets = targets.withLock { $0.values.sorted { ($0.provider, $0.model) < ($1.provider, $1.model) } }
            .filter(\.isUsed)
        appendTargets(targets, to: &text)
        text.family("overhead_duration_seconds", .histogram, "Time of a request without its provider's")
        text.histogram(overhead, labels: [])
        text.family("routing_duration_seconds", .histogram, "Time to find a request's targets")
        text.histogram(routing, labels: [])
        text.family(
            "provider_latency_seconds", .histogram, "Time of one call to a provider, of a stream to its first payload")
        for (provider, latency) in latencies.withLock({ $0.sorted { $0.key < $1.key } }) where latency.isUsed {
            text.histogram(latency, labels: [("provider", provider)])
        }
        text.family("errors_total", .counter, "Failed requests by error type")
        for (key, count) in errors.withLock({
            $0.sorted { ($0.key.provider, $0.key.model) < ($1.key.provider, $1.key.model) }
        }) {
            text.sample("", [("provider", key.provider), ("type", key.model)], Double(count))
        }
        text.family("provider_available", .gauge, "1 if the provider can be called")
        for (provider, isAvailable) in providerAvailable {
            text.sample("", [("provider", provider)], isAvailable ? 1 : 0)
        }
        text.family(
            "circuit_breaker_state", .gauge, "The worst of the provider's targets: 0 closed, 1 half-open, 2 open")
        for (provider, breaker) in breakers.sorted(by: { $0.key < $1.key }) {
            text.sample("", [("provider", provider)], Double(breaker.state.rawValue))
        }
        text.family("circuit_breaker_trips_total", .counter, "Times that a breaker opened")
        for (provider, breaker) in breakers.sorted(by: { $0.key < $1.key }) {
            text.sample("", [("provider", provider)], Double(breaker.trips))
        }
        Self.append(ejections, to: &text)
        text.family("connections_active", .gauge, "Open client connections")
        text.sample("", [], Double(connections))
        cache.append(cacheSize, to: &text)
        batches.append(to: &text)
        text.family("hedges_total", .counter, "Second calls beside slow first ones, and what became of them")
        for hedge in Hedge.allCases {
            text.sample("", [("outcome", "\(hedge.label)")], Double(hedges.sum(hedge.rawValue)))
        }
        text.family("ratelimit_hits_total", .counter, "Calls that a limit refused")
        for (scope, count) in refusals.withLock({ $0.sorted { $0.key.rawValue < $1.key.rawValue } }) {
            text.sample("", [("scope", scope.rawValue)], Double(count))
        }
        text.family("stream_rescues_total", .counter, "Broken streams that another provider was to go on with")
        for (outcome, count) in rescues.withLock({ $0.sorted { $0.key.rawValue < $1.key.rawValue } }) {
            text.sample("", [("outcome", outcome.rawValue)], Double(count))
        }
        if let ledger { Self.append(ledger, to: &text) }
        return text.bytes
    }

    private static func append(_ ledger: LedgerCounts, to text: inout PrometheusText) {
        text.family("ledger_rows_total", .counter, "Rows of calls to providers, by what became of them")
        text.sample("", [("result", "written")], Double(ledger.written))
        text.sample("", [("result", "dropped")], Double(ledger.dropped))
        text.family("ledger_rows_pending", .gauge, "Rows on their way to the database")
        text.sample("", [], Double(ledger.pending))
    }

    private static func append(
        _ ejections: [String: (models: [String], total: UInt64)], to text: inout PrometheusText
    ) {
        let ejections = ejections.sorted { $0.key < $1.key }
        text.family("outliers_ejected", .gauge, "Targets that rest for being worse than others of their group")
        for (provider, ejected) in ejections { text.sample("", [("provider", provider)], Double(ejected.models.count)) }
        text.family("outlier_ejections_total", .counter, "Times that a target was given such a rest")
        for (provider, ejected) in ejections { text.sample("", [("provider", provider)], Double(ejected.total)) }
    }

    private func appendTargets(_ targets: [TargetMetrics], to text: inout PrometheusText) {
        text.family("requests_total", .counter, "Requests by outcome")
        for target in targets {
            for status in TargetMetrics.Status.allCases where target.requestCount(status) > 0 {
                text.sample(
                    "", Self.labels(target) + [("status", "\(status.label)")], Double(target.requestCount(status)))
            }
        }
        text.family(
            "request_duration_seconds", .histogram, "Time from the request's last byte to the end of its answer")
        for target in targets { text.histogram(target.duration, labels: Self.labels(target)) }
        text.family("time_to_first_token_seconds", .histogram, "Time to the first generated payload of a stream")
        for target in targets { text.histogram(target.timeToFirstToken, labels: Self.labels(target)) }
        text.family("tokens_used_total", .counter, "Tokens by class")
        for target in targets {
            for (index, name) in TargetMetrics.tokenClasses.enumerated() where target.tokenCount(index) > 0 {
                text.sample("", Self.labels(target) + [("type", "\(name)")], Double(target.tokenCount(index)))
            }
        }
        text.family("cost_usd_total", .counter, "Dollars spent, where the price is known")
        for target in targets where target.costDollars > 0 { text.sample("", Self.labels(target), target.costDollars) }
        text.family("unpriced_requests_total", .counter, "Requests whose price is unknown")
        for target in targets where target.unpricedCount > 0 {
            text.sample("", Self.labels(target), Double(target.unpricedCount))
        }
    }

    private static func labels(_ target: TargetMetrics) -> [(String, String)] {
        [("provider", target.provider), ("model", target.model)]
    }
}
