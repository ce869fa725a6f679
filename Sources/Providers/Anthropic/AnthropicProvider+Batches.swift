public import Dialects
public import HubCore
internal import Wire

/// Anthropic's message batches: https://platform.claude.com/docs/en/build-with-claude/batch-processing
///
/// A batch has no name and nothing that is kept with it. Requests carry the hub's id of it in theirs, and results repeat it:
/// a batch that is over proves itself.
extension AnthropicProvider: BatchingProvider {
    public var takesBatches: Bool { options.takesBatches }
    public var batchBounds: ProviderBatchBounds { ProviderBatchBounds(lines: 100_000, bytes: 256_000_000) }

    // MARK: Lines

    public func batchBody(_ call: ProviderCall, for endpoint: BatchEndpoint) throws(HubError) -> [UInt8]? {
        endpoint == .embeddings ? nil : try body(call).0
    }

    public func batchAnswer(_ body: [UInt8], to request: CompletionRequest) throws(HubError) -> CompletionResponse {
        try AnthropicAnswers.answer(body, provider: providerID)
    }

    public func batchFailure(status: Int, body: [UInt8]) -> HubError {
        AnthropicErrors.parse(status: status, body: body, provider: providerID, retryAfter: nil)
    }

    public func batchLine(_ body: [UInt8], number: Int, in draft: ProviderBatchDraft) -> [UInt8] {
        AnthropicBatch.line(body, number: number, of: draft.name)
    }

    // MARK: Batches

    public func submitBatch(_ draft: ProviderBatchDraft) async throws(HubError) -> String {
        let made = try await batchCalls.handOver(
            "", body: AnthropicBatch.requests(draft.content), within: .seconds(draft.handOverSeconds))
        return try batchCalls.id(made)
    }

    public func submittedBatch(_ handOver: BatchHandOver) async throws(HubError) -> SubmittedBatch {
        var path = "?limit=100"
        var isUndecided = false
        for _ in 0..<BatchCallLimits.pages {
            let list = try await batchCalls.object("GET", path)
            guard let data = list["data"], data.isArray else { throw batchCalls.bad("the list holds no batches") }
            for batch in data.elements {
                switch AnthropicBatch.candidate(batch, for: handOver) {
                case .older: return isUndecided ? .undecided : .none
                case .other: break
                case .running: isUndecided = true
                case .ended(let id): if try await isNamed(handOver.name, id) { return .found(id) }
                }
            }
            guard list["has_more"]?.bool == true, let last = list["last_id"]?.string else { break }
            path = "?limit=100&after_id=\(PercentEncoding.encode(last))"
        }
        return isUndecided ? .undecided : .none
    }

    /// Whether a batch that is over was made of the hub's batch: any of its results says so.
    private func isNamed(_ name: String, _ id: String) async throws(HubError) -> Bool {
        var isNamed = false
        try await batchCalls.lines("/\(PercentEncoding.encode(id))/results") { line in
            isNamed = AnthropicBatch.number(line, of: name) != nil
            return false
        }
        return isNamed
    }

    public func batchState(_ id: String) async throws(HubError) -> ProviderBatch? {
        guard let body = try await batchCalls.known("/\(PercentEncoding.encode(id))") else { return nil }
        guard let status = AnthropicBatch.status(body) else {
            throw batchCalls.bad("the batch has no status that is known")
        }
        return ProviderBatch(id: id, status: status)
    }

    public func cancelBatch(_ id: String) async throws(HubError) {
        _ = try await batchCalls.object("POST", "/\(PercentEncoding.encode(id))/cancel", body: Array("{}".utf8))
    }

    public func readBatchResults(
        _ batch: ProviderBatch, of name: String, _ take: (ProviderBatchResult) async throws(HubError) -> Void
    ) async throws(HubError) {
        // Not where the answer says that they are: the key goes to the configured place only.
        let path = "/\(PercentEncoding.encode(batch.id))/results"
        try await batchCalls.lines(path) { line async throws(HubError) in
            if let result = AnthropicBatch.result(line, of: name) { try await take(result) }
            return true
        }
    }

    public func deleteBatch(_ batch: ProviderBatch) async {
        await batchCalls.delete("/\(PercentEncoding.encode(batch.id))")
    }
}
