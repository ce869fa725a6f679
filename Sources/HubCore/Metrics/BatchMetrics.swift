internal import Synchronization

/// What became of batches that this hub had, and of their lines.
public final class BatchMetrics: Sendable {
    /// Who was asked.
    public enum Route: Int, Sendable, CaseIterable {
        /// Line by line; also what was never asked.
        case hub
        /// In a provider's own batch.
        case provider

        var label: StaticString {
            switch self {
            case .hub: "hub"
            case .provider: "provider"
            }
        }
    }

    private static let outcomes: [StaticString] = ["completed", "failed"]

    private let statuses = AtomicCells(count: Batch.Status.allCases.count, shards: 1)
    private let lines = AtomicCells(count: outcomes.count * Route.allCases.count, shards: 1)
    private let running = Atomic<Int>(0)

    init() {}

    public func count(_ status: Batch.Status) {
        guard let index = Batch.Status.allCases.firstIndex(of: status) else { return }
        statuses.add(1, to: index, shard: 0)
    }

    /// A line that has its result.
    public func countLine(isError: Bool, by route: Route) {
        lines.add(1, to: Self.index(isError ? 1 : 0, route), shard: 0)
    }

    /// Batches that the hub has in hand: one more, or one fewer.
    public func countRunning(_ change: Int) { running.wrappingAdd(change, ordering: .relaxed) }

    private static func index(_ outcome: Int, _ route: Route) -> Int { route.rawValue * outcomes.count + outcome }

    func append(to text: inout PrometheusText) {
        text.family("batches_total", .counter, "Batches by the status that they took here")
        for (index, status) in Batch.Status.allCases.enumerated() where statuses.sum(index) > 0 {
            text.sample("", [("status", status.rawValue)], Double(statuses.sum(index)))
        }
        text.family("batches_running", .gauge, "Batches that this hub has in hand")
        text.sample("", [], Double(running.load(ordering: .relaxed)))
        text.family("batch_lines_total", .counter, "Requests of batches by outcome and who made them")
        for route in Route.allCases {
            for (outcome, name) in Self.outcomes.enumerated() {
                let count = lines.sum(Self.index(outcome, route))
                if count > 0 {
                    text.sample("", [("outcome", "\(name)"), ("by", "\(route.label)")], Double(count))
                }
            }
        }
    }
}
