internal import HubCore
internal import Reactor
internal import Store

/// Takes the ledger's rows to the database, and sees to what processes left that are gone.
struct LedgerKeeper: Sendable {
    private static let pauseMilliseconds = 250.0
    private static let longestPauseMilliseconds = 8000.0
    /// A process may end beside this one and never be started again.
    private static let secondsBetweenRecoveries: UInt64 = 60
    private static let drainLimit: Duration = .seconds(5)

    let ledger: JournaledLedger
    let database: Database
    let clock: any TimeSource

    /// Runs until it is cancelled, on the given reactor.
    func start(on reactor: Reactor) -> Task<Void, Never> {
        Task(executorPreference: reactor) {
            var failures = 0
            var nextRecovery = clock.monotonicNanoseconds
            while !Task.isCancelled {
                if clock.monotonicNanoseconds >= nextRecovery, database.health.isUp {
                    await ledger.recover()
                    nextRecovery = clock.monotonicNanoseconds &+ Self.secondsBetweenRecoveries * 1_000_000_000
                }
                failures = await ledger.flush() ? 0 : failures + 1
                do { try await reactor.sleep(for: Self.pause(after: failures)) } catch { return }
            }
        }
    }

    /// Longer and longer, and never all replicas at once.
    static func pause(
        after failures: Int, chance: Double = Double.random(in: 0..<1)
    ) -> Duration {
        let whole = min(pauseMilliseconds * Double(1 << min(failures, 10)), longestPauseMilliseconds)
        return .microseconds(Int64(whole * (failures == 0 ? 1 : 0.5 + 0.5 * chance) * 1000))
    }

    /// When nobody calls any more: everything goes to the database, if that takes it in time.
    func drain(on reactor: Reactor) async {
        let end = MonotonicTime.now + Self.drainLimit
        while !(await ledger.flush()), MonotonicTime.now < end {
            do { try await reactor.sleep(for: .milliseconds(200)) } catch { break }
            await database.check()
        }
        await ledger.close()
    }
}

extension Logger {
    func log(_ event: JournaledLedger.Event) {
        switch event {
        case .behind(let rows, let reason):
            log(.warn, "ledger.behind", ("rows", "\(rows)"), ("reason", reason))
        case .caughtUp: log(.info, "ledger.caught_up")
        case .dropped(let rows): log(.error, "ledger.dropped", ("rows", "\(rows)"))
        case .recovered(let rows, let lost):
            log(.warn, "ledger.recovered", ("rows", "\(rows)"), ("lost", "\(lost)"))
        case .damaged(let segments): log(.error, "ledger.damaged", ("segments", "\(segments)"))
        case .refused(let reason): log(.error, "ledger.row_refused", ("reason", reason))
        }
    }
}
