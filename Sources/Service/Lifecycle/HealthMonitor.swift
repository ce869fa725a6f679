internal import HubCore
internal import Reactor

/// Asks each ready provider, with free calls, whether it answers: contract 13.6.
struct HealthMonitor: Sendable {
    let hub: ConnectorHub
    let board: HealthBoard
    let models: ModelDirectory
    let logger: Logger
    let interval: Duration
    /// A list of models is read again every so many checks: about each 300 s.
    private static let checksPerListing = 10

    /// Runs until it is cancelled, on the given reactor.
    func start(on reactor: Reactor) -> Task<Void, Never> {
        Task(executorPreference: reactor) {
            var round = 0
            while !Task.isCancelled {
                for entry in hub.registry.entries where entry.isReady {
                    await check(entry)
                    if round % Self.checksPerListing == 0 {
                        models.discovered(await entry.provider.listModels(), at: entry.id)
                    }
                }
                round += 1
                do { try await reactor.sleep(for: interval) } catch { return }
            }
        }
    }

    private func check(_ entry: ProviderEntry) async {
        let start = logger.clock.monotonicNanoseconds
        let health = await entry.provider.checkHealth()
        let latency = logger.clock.monotonicNanoseconds &- start
        let change = board.record(
            health, of: entry.id, latencyNanoseconds: latency, at: logger.clock.wallNanoseconds)
        guard let change else { return }
        entry.state.isUnhealthy = change == .unhealthy
        logger.log(
            change == .healthy ? .info : .warn, "provider.health", ("provider", entry.id), ("status", change.rawValue),
            ("reason", health.reason))
    }
}
