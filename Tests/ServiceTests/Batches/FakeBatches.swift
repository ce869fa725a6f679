import Dialects
import HubCore
import Synchronization
import TestSupport
import Wire

/// A vendor's batches in memory. It knows none that it is asked for.
final class FakeBatches: BatchingProvider, AnswerlessProvider {
    static let id = "vendor"
    static let model = "vendor-model"

    private struct State {
        var submissionCount = 0
        var cancelled: [String] = []
    }

    private let state = Mutex(State())
    private let submission: @Sendable (ProviderBatchDraft) async throws(HubError) -> String

    /// - Parameter submission: what becomes of a batch that is handed over.
    init(submission: @escaping @Sendable (ProviderBatchDraft) async throws(HubError) -> String) {
        self.submission = submission
    }

    var submissionCount: Int { state.withLock { $0.submissionCount } }
    /// Ids in the order in which they were cancelled.
    var cancelled: [String] { state.withLock { $0.cancelled } }

    // MARK: Batches

    var takesBatches: Bool { true }
    var batchBounds: ProviderBatchBounds { ProviderBatchBounds(lines: 10, bytes: 10_000) }

    func batchLine(_ body: [UInt8], number: Int, in draft: ProviderBatchDraft) -> [UInt8] { body }
    func batchBody(_ call: ProviderCall, for endpoint: BatchEndpoint) -> [UInt8]? { Array("{}".utf8) }
    func batchFailure(status: Int, body: [UInt8]) -> HubError { HubError(.providerError, "it has no results") }

    func batchAnswer(_ body: [UInt8], to request: CompletionRequest) throws(HubError) -> CompletionResponse {
        throw HubError(.notImplemented, "it has no results")
    }

    func submitBatch(_ draft: ProviderBatchDraft) async throws(HubError) -> String {
        state.withLock { $0.submissionCount += 1 }
        return try await submission(draft)
    }

    func submittedBatch(_ handOver: BatchHandOver) -> SubmittedBatch { .none }
    func batchState(_ id: String) -> ProviderBatch? { nil }
    func cancelBatch(_ id: String) { state.withLock { $0.cancelled.append(id) } }
    func deleteBatch(_ batch: ProviderBatch) {}

    func readBatchResults(
        _ batch: ProviderBatch, of name: String, _ take: (ProviderBatchResult) async throws(HubError) -> Void
    ) {}

    // MARK: Calls

    var providerID: String { Self.id }

    func metadata() -> ProviderMetadata {
        ProviderMetadata(kind: "fake", models: [ModelFacts(id: Self.model)], acceptsUnknownModels: false)
    }
}
