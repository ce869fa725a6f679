internal import Reactor
internal import Store

/// Asks every second whether the database answers, and deletes what has expired in it.
struct StorageKeeper: Sendable {
    let storage: HubStorage
    let logger: Logger
    private static let interval: Duration = .seconds(1)

    /// Runs until it is cancelled, on the given reactor.
    func start(on reactor: Reactor) -> Task<Void, Never> {
        Task(executorPreference: reactor) {
            await countUnreadable()
            if !storage.database.location.isShared { try? await storage.idempotency.releaseOthers() }
            var isUp = true
            while !Task.isCancelled {
                await storage.database.check()
                let health = storage.database.health
                if health.isUp != isUp { log(health) }
                isUp = health.isUp
                if isUp { await sweep() }
                do { try await reactor.sleep(for: Self.interval) } catch { return }
            }
        }
    }

    private func log(_ health: Database.Health) {
        logger.log(
            health.isUp ? .info : .error, "store.health", ("status", health.isUp ? "connected" : "disconnected"),
            ("reason", health.reason))
    }

    private func sweep() async {
        do throws(StoreError) {
            try await storage.idempotency.renewIfDue()
            try await storage.idempotency.sweepIfDue()
            try await storage.responses.sweepIfDue()
            if try await storage.files.sweepIfDue() { try await storage.batches.sweep() }
        } catch {
            logger.log(.warn, "store.sweep_failed", ("reason", error.message))
        }
    }

    /// Somebody changed the key, or gave replicas different ones.
    private func countUnreadable() async {
        guard let count = try? await storage.responses.unreadableCount(), count > 0 else { return }
        logger.log(
            .warn, "responses.unreadable", ("count", "\(count)"), ("reason", "stored under another encryption_key"))
    }
}
