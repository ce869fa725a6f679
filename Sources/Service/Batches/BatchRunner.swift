internal import Dialects
internal import HubCore
internal import Reactor
internal import Store
internal import Synchronization

/// Answers the batches that this hub has: takes those that are to do, keeps them as its own, and lets them go when the process
/// ends.
final class BatchRunner: Sendable {
    /// Batches at the same time; their requests share the slots.
    private static let maximumRuns = 16
    private static let interval: Duration = .milliseconds(500)
    /// Every so many intervals a batch is said to be this hub's own, long before another would take it, and a wish to cancel it
    /// is heard.
    private static let roundsPerRenewal = 4
    /// For which a batch is this hub's after it was said; less than others wait, so that the two never have it together.
    private static let holdNanoseconds = UInt64(StoredBatches.leaseSeconds - 3) * 1_000_000_000

    let service: ServiceState
    let reactors: ReactorGroup
    let slots: LineSlots
    /// Whole inputs that are in memory, to be handed to a provider or compared with its answers.
    let transfers = LineSlots(count: 1)
    let concurrency: Int
    let window: BatchWindow?
    /// `BatchHandOver.longest`
    let handOverSeconds: Int
    /// As large as a request by itself may be.
    let maximumLineBytes: Int
    /// This process among all that share the database.
    let name: String
    private let state = Mutex(State())

    private struct State {
        var runs: [String: BatchRun] = [:]
        var isDraining = false
        var task: Task<Void, Never>?
    }

    init(service: ServiceState, reactors: ReactorGroup, configuration: BatchConfiguration, maximumLineBytes: Int) {
        self.maximumLineBytes = maximumLineBytes
        self.service = service
        self.reactors = reactors
        concurrency = configuration.concurrency
        slots = LineSlots(count: configuration.concurrency)
        window = configuration.window
        handOverSeconds = configuration.handOverSeconds
        name = "\(SystemRandomNumberGenerator.seed())-\(SystemRandomNumberGenerator.seed())"
    }

    private var batches: StoredBatches { service.storage.batches }
    var isDraining: Bool { state.withLock { $0.isDraining } }

    func start(on reactor: Reactor) {
        let task = Task(executorPreference: reactor) { await self.run(on: reactor) }
        state.withLock { $0.task = task }
    }

    /// Begins nothing more, waits for the requests under way for so long, and gives the batches back.
    func drain(within limit: Duration) async {
        let task = state.withLock { state in
            state.isDraining = true
            return state.task
        }
        let reactor = reactors.reactors[0]
        let end = MonotonicTime.now + limit
        while state.withLock({ !$0.runs.isEmpty }), MonotonicTime.now < end {
            do { try await reactor.sleep(for: .milliseconds(20)) } catch { break }
        }
        task?.cancel()
        await task?.value
        try? await batches.release(owner: name)
    }

    private func run(on reactor: Reactor) async {
        // A file is one hub's: who had its batches before is gone, and need not be waited for.
        if !service.database.location.isShared { try? await batches.releaseAll() }
        await withDiscardingTaskGroup { group in
            var round = 0
            while !Task.isCancelled {
                let heldUntil = heldUntil
                for batch in await claim() {
                    guard let run = begin(batch, heldUntil) else { continue }
                    group.addTask(executorPreference: reactors.reactors[round % reactors.reactors.count]) {
                        await run.perform()
                        self.state.withLock { $0.runs[batch.id] = nil }
                        run.metrics.countRunning(-1)
                    }
                }
                round += 1
                if round % Self.roundsPerRenewal == 0 { await renew() }
                do { try await reactor.sleep(for: Self.interval) } catch { return }
            }
        }
    }

    /// Nil for a batch that is running here: it was silent because the database was away.
    private func begin(_ batch: Batch, _ heldUntil: UInt64) -> BatchRun? {
        state.withLock { state in
            if let run = state.runs[batch.id] {
                run.note(batch, heldUntil: heldUntil)
                return nil
            }
            let run = BatchRun(batch, heldUntil: heldUntil, self)
            state.runs[batch.id] = run
            run.metrics.countRunning(1)
            return run
        }
    }

    private func claim() async -> [Batch] {
        let (count, isDraining) = state.withLock { ($0.runs.count, $0.isDraining) }
        guard !isDraining, count < Self.maximumRuns, service.database.health.isUp else { return [] }
        do throws(HubError) {
            return try await batches.claim(owner: name, limit: Self.maximumRuns - count)
        } catch {
            return []
        }
    }

    /// What others did to its batches meanwhile it learns here.
    private func renew() async {
        for run in state.withLock({ Array($0.runs.values) }) {
            let heldUntil = heldUntil
            do throws(HubError) {
                run.note(try await batches.renew(run.batch, owner: name), heldUntil: heldUntil)
            } catch {
                // Away from here the database need not be away for those who would take the batch over: it is held no longer.
                continue
            }
        }
    }

    /// Counted from before it is said.
    private var heldUntil: UInt64 { service.clock.monotonicNanoseconds &+ Self.holdNanoseconds }
}
