internal import Dialects

/// What is counted per provider and model. Looked up once per configuration, not per request.
public final class TargetMetrics: Sendable {
    enum Status: Int, CaseIterable {
        case success, error, denied, aborted

        var label: StaticString {
            switch self {
            case .success: "success"
            case .error: "error"
            case .denied: "denied"
            case .aborted: "aborted"
            }
        }
    }

    static let tokenClasses: [StaticString] = ["input", "cache_read", "cache_write", "output", "reasoning"]

    let provider: String
    let model: String
    let duration: Histogram
    let timeToFirstToken: Histogram
    /// Of all models of the provider, by call.
    let providerLatency: Histogram
    private let requests: AtomicCells
    private let tokens: AtomicCells
    /// Nano-dollars, and requests whose cost is unknown.
    private let cost: AtomicCells

    init(provider: String, model: String, providerLatency: Histogram, shards: Int) {
        self.provider = provider
        self.model = model
        self.providerLatency = providerLatency
        duration = Histogram(bounds: HubMetrics.durationBounds, shards: shards)
        timeToFirstToken = Histogram(bounds: HubMetrics.durationBounds, shards: shards)
        requests = AtomicCells(count: Status.allCases.count, shards: shards)
        tokens = AtomicCells(count: Self.tokenClasses.count, shards: shards)
        cost = AtomicCells(count: 2, shards: shards)
    }

    func count(_ status: Status, shard: Int) {
        requests.add(1, to: status.rawValue, shard: shard)
    }

    func count(_ usage: TokenUsage, costNanoDollars: Int?, shard: Int) {
        let amounts = [
            usage.input + usage.audioInput, usage.cacheRead, usage.cacheWriteTotal, usage.output + usage.audioOutput,
            usage.reasoning,
        ]
        for (index, amount) in amounts.enumerated() where amount > 0 {
            tokens.add(UInt64(amount), to: index, shard: shard)
        }
        if let costNanoDollars {
            cost.add(UInt64(clamping: costNanoDollars), to: 0, shard: shard)
        } else {
            cost.add(1, to: 1, shard: shard)
        }
    }

    /// A request ended here, or an attempt that another target then made up for.
    var isUsed: Bool {
        Status.allCases.contains { requestCount($0) > 0 } || Self.tokenClasses.indices.contains { tokenCount($0) > 0 }
    }
    func requestCount(_ status: Status) -> UInt64 { requests.sum(status.rawValue) }
    func tokenCount(_ index: Int) -> UInt64 { tokens.sum(index) }
    var costDollars: Double { Double(cost.sum(0)) / 1e9 }
    var unpricedCount: UInt64 { cost.sum(1) }
}
