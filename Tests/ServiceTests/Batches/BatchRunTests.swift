import Glibc
import HubCore
import Reactor
import Store
import TestSupport
import Testing

@testable import Service

/// What a run does with a batch that others have, that is late, or that is not what it was.
struct BatchRunTests {
    private let clock = ManualClock()

    private var now: Int { Int(clock.wallNanoseconds / 1_000_000_000) }

    private func batch(tenant: String = "", age: Int = 0) -> Batch {
        Batch(
            id: "batch_a", tenant: tenant, endpoint: .chat, inputFileID: "file-in", creator: Batch.Creator(),
            createdAt: now - age)
    }

    private func withRunner(_ body: @Sendable (BatchRunner) async throws -> Void) async throws {
        try await ServedHub.run(clock: clock) { hub in
            let reactors = try ReactorGroup(count: 1)
            defer { reactors.stop() }
            try await body(
                BatchRunner(
                    service: hub.state, reactors: reactors, configuration: BatchConfiguration(),
                    maximumLineBytes: 1000))
        }
    }

    /// Until the hub has ended the batch, for at most twenty seconds.
    private func end(of batch: Batch, _ hub: ServedHub) async throws -> Batch {
        let end = ContinuousClock.now + .seconds(20)
        while true {
            let known = try #require(await hub.state.storage.batches.batch(batch.id, tenant: batch.tenant))
            if known.status.isFinal { return known }
            guard ContinuousClock.now < end else { throw SocketFailure("the batch is \(known.status)") }
            sched_yield()
        }
    }

    /// - Parameter missing: bytes that the file should have besides.
    private func save(_ content: String, missing: Int = 0, tenant: String = "", _ hub: ServedHub) async throws {
        let files = hub.state.storage.files
        let file = StoredFile(
            id: "file-in", filename: "a", purpose: .batch, byteCount: content.utf8.count + missing, createdAt: now,
            expiresAt: now + 1000)
        try await files.begin(file, tenant: tenant)
        try await files.append(Array(content.utf8), at: 0, to: file.id, tenant: tenant)
        try await files.complete(file, tenant: tenant)
    }

    private static let line =
        #"{"custom_id":"one","method":"POST","url":"/v1/chat/completions","body":{"model":"sim-chat"}}"#

    @Test func `a state that is older than the one known is not taken for newer`() async throws {
        try await withRunner { runner in
            let older = batch()
            var newer = older
            #expect(newer.apply(.accepted(lines: 1, upstream: nil), at: 5) { ("", "") })
            newer.version = 2
            let run = BatchRun(newer, heldUntil: .max, runner)
            run.note(older)
            #expect(run.batch == newer)
            newer.counts.completed = 1
            run.note(newer)
            #expect(run.batch == newer)
        }
    }

    @Test func `nothing is begun once another hub may have the batch`() async throws {
        try await withRunner { runner in
            let run = BatchRun(batch(), heldUntil: clock.monotonicNanoseconds + 12_000_000_000, runner)
            clock.advance(milliseconds: 11_999)
            #expect(!run.mustStop)
            clock.advance(milliseconds: 1)
            #expect(run.mustStop)
            run.note(run.batch, heldUntil: clock.monotonicNanoseconds + 1)
            #expect(!run.mustStop)
            run.note(nil)
            #expect(run.mustStop)
        }
    }

    @Test func `an input that is shorter than it was fails the batch`() async throws {
        try await ServedHub.run(clock: clock) { hub in
            try await save(Self.line + "\n", missing: 10, hub)
            try await hub.state.storage.batches.create(batch())
            let batch = try await end(of: batch(), hub)
            #expect(batch.status == .failed)
            #expect(batch.problems.map(\.code) == ["input_file_unavailable"])
        }
    }

    @Test func `a batch whose time is over is not inspected any more`() async throws {
        try await ServedHub.run(clock: clock) { hub in
            try await save("no request", hub)
            try await hub.state.storage.batches.create(batch(age: Batch.windowSeconds))
            #expect(try await end(of: batch(), hub).status == .expired)
        }
    }

    @Test func `a key that belongs to others by now gives a batch no rights`() async throws {
        try await ServedHub.run(clock: clock) { hub in
            try await save(Self.line, tenant: "project:one", hub)
            try await hub.state.storage.batches.create(batch(tenant: "project:one"))
            let batch = try await end(of: batch(tenant: "project:one"), hub)
            #expect(batch.counts.failed == 1)
            let errors = try await hub.state.storage.files.piece(
                0, of: #require(batch.errorFileID), tenant: "project:one")
            #expect(String(decoding: errors ?? [], as: UTF8.self).contains("revoked"))
        }
    }
}
