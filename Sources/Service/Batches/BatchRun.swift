internal import Dialects
internal import HubCore
internal import Reactor
internal import Store
internal import Synchronization
internal import Wire

/// One batch from where it stands to its end.
///
/// Whatever it does is kept before the next step, and each step may be done again: a process that ends at any moment loses
/// no result.
final class BatchRun: Sendable {
    let runner: BatchRunner
    private let state: Mutex<State>

    private struct State {
        var batch: Batch
        /// Another hub has it.
        var isLost = false
        /// Until then no other hub has it; monotonic nanoseconds.
        var heldUntil: UInt64
        /// What a provider's batch came to is here, or will not come.
        var isCollected = false
        /// Answers of a provider to its batch's making that could not be read.
        var misunderstandings = 0
        /// Seconds to the next look at a provider's batch.
        var poll = 0.0
        /// Until then no request begins; monotonic nanoseconds.
        var pausedUntil: UInt64 = 0
    }

    /// - Parameter heldUntil: monotonic nanoseconds.
    init(_ batch: Batch, heldUntil: UInt64, _ runner: BatchRunner) {
        self.runner = runner
        state = Mutex(State(batch: batch, heldUntil: heldUntil))
    }

    var batch: Batch { state.withLock { $0.batch } }
    var metrics: BatchMetrics { service.hub.metrics.batches }
    var service: ServiceState { runner.service }
    var files: StoredFiles { service.storage.files }
    var batches: StoredBatches { service.storage.batches }

    /// The batch as it was kept a moment ago; nil: another hub has it.
    /// - Parameter heldUntil: nil: it was not kept for longer.
    func note(_ batch: Batch?, heldUntil: UInt64? = nil) {
        state.withLock { state in
            guard let batch else { return state.isLost = true }
            // What was read before a change may be told after it.
            if batch.version >= state.batch.version {
                if batch.status != state.batch.status { metrics.count(batch.status) }
                state.batch = batch
            }
            if let heldUntil { state.heldUntil = max(state.heldUntil, heldUntil) }
        }
    }

    /// The batch is no longer this hub's to go on with.
    private var isGone: Bool {
        runner.isDraining || Task.isCancelled || state.withLock { $0.isLost }
    }

    /// The batch was last known to be this hub's so long ago that another may have it by now.
    private var isUnheld: Bool {
        service.clock.monotonicNanoseconds >= state.withLock { $0.heldUntil }
    }

    /// Nothing more is to be begun here.
    var mustStop: Bool { isGone || isUnheld }

    /// Another request may begin.
    var goesOn: Bool {
        !mustStop && batch.status == .inProgress && service.seconds < batch.expiresAt
    }

    func perform() async {
        log("batch.taken")
        var failures = 0
        while !isGone, !batch.status.isFinal {
            if isUnheld {
                await sleep(0.1)
                continue
            }
            do throws(HubError) {
                try await step()
                failures = 0
            } catch {
                log("batch.held_up", reason: error.message)
                failures += 1
                await wait(Double(1 << min(failures, 6)) / 2)
            }
        }
        if batch.status.isFinal { log("batch.ended") }
    }

    private func step() async throws(HubError) {
        switch batch.status {
        case .validating where service.seconds >= batch.expiresAt: try await happened(.ranOutOfTime)
        case .validating: try await inspect()
        case .inProgress where batch.upstream != nil: try await answerUpstream()
        case .cancelling where batch.upstream != nil && !isCollected: try await answerUpstream()
        case .inProgress where service.seconds >= batch.expiresAt: try await happened(.ranOutOfTime)
        case .inProgress: try await answerLines()
        case .finalizing, .cancelling: try await writeFiles()
        case .completed, .failed, .expired, .cancelled: break
        }
    }

    /// Keeps what happened to the batch. Where somebody was faster, it is as they left it.
    /// - Parameter whoeverHasIt: the batch may be another hub's by now.
    func happened(_ event: Batch.Event, whoeverHasIt: Bool = false) async throws(HubError) {
        let now = service.seconds
        var random = RandomSource(seed: SystemRandomNumberGenerator.seed())
        let names = (
            output: Identifier(ordered: "file-", at: service.nextMoment(), random: &random).text,
            error: Identifier(ordered: "file-", at: service.nextMoment(), random: &random).text
        )
        note(
            try await batches.update(batch.id, tenant: batch.tenant, owner: whoeverHasIt ? nil : runner.name) { batch in
                batch.apply(event, at: now) { names }
            })
    }

    /// Reads the whole input before the first request is made.
    private func inspect() async throws(HubError) {
        let running = RunningInspection(
            BatchInspection(endpoint: batch.endpoint, maximumLineBytes: runner.maximumLineBytes))
        guard let file = try await files.file(batch.inputFileID, tenant: batch.tenant) else {
            return try await happened(.refused([Self.inputProblem]))
        }
        var (position, byteCount) = (0, 0)
        var isHopeless = false
        while !isHopeless, let piece = try await files.piece(position, of: file.id, tenant: batch.tenant) {
            try checkTime()
            position += 1
            byteCount += piece.count
            isHopeless = await !running.feed(piece)
        }
        guard isHopeless || byteCount == file.byteCount else {
            return try await happened(.refused([Self.inputProblem]))
        }
        let inspection = running.end()
        guard inspection.problems.isEmpty else { return try await happened(.refused(inspection.problems)) }
        try await happened(.accepted(lines: inspection.lineCount, upstream: upstream(of: inspection.models)))
    }

    static var inputProblem: BatchProblem {
        BatchProblem("input_file_unavailable", "The input file cannot be read any more.")
    }

    /// Throws where nothing more is to be begun: between the pieces of what takes long.
    func checkTime() throws(HubError) {
        if mustStop { throw HubError(.notReady, "the batch does not go on here for now") }
    }

    private func upstream(of models: Set<String>?) -> Batch.Upstream? {
        guard let models, let principal = try? service.hub.principal(keyID: batch.creator.keyID) else { return nil }
        return service.hub.batchProvider(for: models, principal).map { Batch.Upstream(provider: $0) }
    }

    // MARK: Time

    /// No request begins for so long.
    func pause(_ nanoseconds: UInt64) {
        let until = service.clock.monotonicNanoseconds &+ nanoseconds
        state.withLock { $0.pausedUntil = max($0.pausedUntil, until) }
    }

    var pauseLeft: UInt64 {
        let now = service.clock.monotonicNanoseconds
        let until = state.withLock { $0.pausedUntil }
        return until > now ? until - now : 0
    }

    var isCollected: Bool {
        get { state.withLock { $0.isCollected } }
        set { state.withLock { $0.isCollected = newValue } }
    }

    /// Of those that the batch has met, this one included.
    func countMisunderstanding() -> Int {
        state.withLock { state in
            state.misunderstandings += 1
            return state.misunderstandings
        }
    }

    /// Longer each time.
    func nextPoll(in range: ClosedRange<Double>) -> Double {
        state.withLock { state in
            state.poll = min(max(state.poll * 1.5, range.lowerBound), range.upperBound)
            return state.poll
        }
    }

    /// Ends early when the batch takes another status, or is not to go on here.
    func wait(_ seconds: Double) async {
        let status = batch.status
        var left = seconds
        while left > 0, !mustStop, batch.status == status {
            await sleep(min(left, 0.5))
            left -= 0.5
        }
    }

    /// Ends early when no request is to begin any more.
    func pace(_ seconds: Double) async {
        var left = seconds
        while left > 0, goesOn {
            await sleep(min(left, 0.5))
            left -= 0.5
        }
    }

    func sleep(_ seconds: Double) async {
        try? await runner.reactors.currentOrNext.sleep(for: .seconds(seconds))
    }

    func log(_ event: StaticString, reason: String? = nil) {
        let batch = batch
        service.logger.log(
            reason == nil ? .info : .warn, event, ("batch", batch.id), ("status", batch.status.rawValue),
            ("total", "\(batch.counts.total)"), ("completed", "\(batch.counts.completed)"),
            ("failed", "\(batch.counts.failed)"), ("reason", reason))
    }
}

/// An inspection that goes on off the reactors, in place: it remembers up to 50000 names.
private final class RunningInspection: Sendable {
    private let state: Mutex<BatchInspection>

    init(_ inspection: BatchInspection) {
        state = Mutex(inspection)
    }

    /// False if nothing that is still to come can make it good.
    func feed(_ piece: [UInt8]) async -> Bool {
        await BlockingWork.run {
            self.state.withLock { inspection in
                inspection.feed(piece)
                return !inspection.isHopeless
            }
        }
    }

    func end() -> BatchInspection {
        state.withLock { inspection in
            inspection.end()
            return inspection
        }
    }
}
