import Dialects
import HubCore
import Reactor
import Store
import TestSupport

@testable import Service

/// A batch of one line that is for a vendor's batches, and the run that has it: each of its steps is the test's.
struct UpstreamBench: Sendable {
    static let handOverSeconds = 600
    private static let input =
        #"{"custom_id":"one","method":"POST","url":"/v1/chat/completions","body":{"model":"\#(FakeBatches.model)","messages":[{"role":"user","content":"hi"}]}}"#

    let clock: ManualClock
    let vendor: FakeBatches
    let run: BatchRun

    /// Whatever comes of the body, what it used ends.
    /// - Parameter submission: what becomes of a batch that is handed over; it may do what another hub would.
    static func run(
        submission: @escaping @Sendable (StoredBatches, ProviderBatchDraft) async throws(HubError) -> String,
        _ body: (UpstreamBench) async throws -> Void
    ) async throws {
        let clock = ManualClock()
        let reactors = try ReactorGroup(count: 1)
        defer { reactors.stop() }
        let configuration = try ConfigurationFixture.file("database_url: \"sqlite::memory:\"\n").load().configuration
        let logger = Logger(level: .error, format: .json, writer: LogWriter(), clock: clock)
        let storage = try HubStorage(configuration, reactors: 1, clock: clock, logger: logger)
        let vendor = FakeBatches { draft throws(HubError) in try await submission(storage.batches, draft) }
        let service = ServiceState(
            hub: ConnectorHub(providers: [vendor]), clock: clock,
            accessLog: AccessLog(logger: logger, isEnabled: false), cors: CrossOrigin(origins: []),
            health: HealthBoard(), models: ModelDirectory(), redis: nil, storage: storage, logger: logger)
        var batches = BatchConfiguration()
        batches.handOverSeconds = handOverSeconds
        let runner = BatchRunner(
            service: service, reactors: reactors, configuration: batches, maximumLineBytes: 1000)
        var failure: (any Error)?
        do {
            try await body(UpstreamBench(clock: clock, vendor: vendor, run: try await begun(by: runner)))
        } catch { failure = error }
        await BlockingWork.run { storage.database.close() }
        if let failure { throw failure }
    }

    /// Its input is inspected, and nothing handed over.
    private static func begun(by runner: BatchRunner) async throws -> BatchRun {
        let now = runner.service.seconds
        let batch = Batch(
            id: "batch_a", tenant: "", endpoint: .chat, inputFileID: "file-in", creator: Batch.Creator(), createdAt: now
        )
        let file = StoredFile(
            id: batch.inputFileID, filename: "a", purpose: .batch, byteCount: input.utf8.count, createdAt: now,
            expiresAt: now + 1000)
        let storage = runner.service.storage
        try await storage.files.begin(file, tenant: "")
        try await storage.files.append(Array(input.utf8), at: 0, to: file.id, tenant: "")
        try await storage.files.complete(file, tenant: "")
        try await storage.batches.create(batch)
        _ = try await storage.batches.claim(owner: runner.name, limit: 1)
        let run = BatchRun(batch, heldUntil: .max, runner)
        try await run.happened(.accepted(lines: 1, upstream: Batch.Upstream(provider: FakeBatches.id)))
        return run
    }
}
