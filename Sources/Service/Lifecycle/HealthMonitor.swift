internal import HubCore
internal import Reactor

/// Asks each ready provider, with free calls, whether it answers: contract 13.6.
struct HealthMonitor: Sendable {
    let hub: ConnectorHub
    let board: HealthBoard
    let models: ModelDirectory
    let logger: Logger
    let waiting: any Waiting
    /// From the beginning of a round of checks to that of the next.
    let interval: Duration
    /// A check that takes longer has failed.
    private static let limitNanoseconds: UInt64 = 5_000_000_000
    /// A list of models is read again every so many checks: about each 300 s.
    private static let checksPerListing = 10

    /// Runs until it is cancelled, on the given reactor.
    func start(on reactor: Reactor) -> Task<Void, Never> {
        Task(executorPreference: reactor) { await run() }
    }

    func run() async {
        var round = 0
        while !Task.isCancelled {
            let start = logger.clock.monotonicNanoseconds
            await checkAll(readsLists: round % Self.checksPerListing == 0)
            round += 1
            let taken = logger.clock.monotonicNanoseconds &- start
            let whole = UInt64(interval.wholeMilliseconds) * 1_000_000
            do { try await waiting.wait(nanoseconds: whole > taken ? whole - taken : 0) } catch { return }
        }
    }

    /// All at the same time: one that does not answer delays no other.
    private func checkAll(readsLists: Bool) async {
        await withDiscardingTaskGroup { group in
            for entry in hub.registry.entries where entry.isReady {
                group.addTask {
                    await check(entry)
                    if readsLists { models.discovered(await entry.provider.listModels(), at: entry.id) }
                }
            }
        }
    }

    private func check(_ entry: ProviderEntry) async {
        let start = logger.clock.monotonicNanoseconds
        let health = await health(of: entry.provider)
        guard !Task.isCancelled else { return }
        let latency = logger.clock.monotonicNanoseconds &- start
        let change = board.record(
            health, of: entry.id, latencyNanoseconds: latency, at: logger.clock.wallNanoseconds)
        guard let change else { return }
        entry.state.isUnhealthy = change == .unhealthy
        logger.log(
            change == .healthy ? .info : .warn, "provider.health", ("provider", entry.id), ("status", change.rawValue),
            ("reason", health.reason))
    }

    /// What the provider says within the limit.
    private func health(of provider: any LLMProvider) async -> ProviderHealth {
        let late = ProviderHealth(
            status: .unhealthy, reason: "no answer in \(Self.limitNanoseconds / 1_000_000_000) s")
        return await withTaskGroup { group in
            group.addTask { await provider.checkHealth() }
            group.addTask {
                try? await waiting.wait(nanoseconds: Self.limitNanoseconds)
                return late
            }
            let first = await group.next() ?? late
            group.cancelAll()
            return first
        }
    }
}
