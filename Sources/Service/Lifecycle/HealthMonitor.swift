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
    /// A list that takes longer is done without.
    private static let listingNanoseconds: UInt64 = 20_000_000_000
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
                    if readsLists { await readList(of: entry) }
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
        await within(Self.limitNanoseconds) { await provider.checkHealth() }
            ?? ProviderHealth(
                status: .unhealthy, reason: "no answer in \(Self.limitNanoseconds / 1_000_000_000) s")
    }

    private func readList(of entry: ProviderEntry) async {
        let list = await within(Self.listingNanoseconds) { await entry.provider.listModels() }
        if let list { models.discovered(list, at: entry.id) }
    }

    /// Nil, and the work is cancelled, if it takes longer.
    private func within<Value: Sendable>(
        _ nanoseconds: UInt64, _ work: @escaping @Sendable () async -> Value
    ) async -> Value? {
        await withTaskGroup(of: Value?.self) { group in
            group.addTask { await work() }
            group.addTask {
                try? await waiting.wait(nanoseconds: nanoseconds)
                return nil
            }
            let first = await group.next() ?? nil
            group.cancelAll()
            return first
        }
    }
}
