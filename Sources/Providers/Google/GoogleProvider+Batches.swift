public import Dialects
public import HubCore
internal import Wire

/// Gemini's batches, with their requests inline: https://ai.google.dev/gemini-api/docs/batch-api
///
/// Vertex AI's are files in Cloud Storage or tables of BigQuery, to which the hub has no way: it has none here.
extension GoogleProvider: BatchingProvider {
    public var takesBatches: Bool { options.takesBatches && options.vertex == nil }

    /// 20 MB are all of the request, of which the rest is short.
    public var batchBounds: ProviderBatchBounds {
        ProviderBatchBounds(lines: 50_000, bytes: 20_000_000 - 4096, holdsOneModel: true)
    }

    // MARK: Lines

    public func batchBody(_ call: ProviderCall, for endpoint: BatchEndpoint) throws(HubError) -> [UInt8]? {
        endpoint == .embeddings ? nil : try body(call).0
    }

    public func batchAnswer(_ body: [UInt8], to request: CompletionRequest) throws(HubError) -> CompletionResponse {
        try GeminiAnswers.answer(body, provider: providerID)
    }

    public func batchFailure(status: Int, body: [UInt8]) -> HubError {
        GeminiErrors.parse(status: status, body: body, provider: providerID, retryAfter: nil)
    }

    public func batchLine(_ body: [UInt8], number: Int, in draft: ProviderBatchDraft) -> [UInt8] {
        GoogleBatch.line(body, number: number)
    }

    // MARK: Batches

    public func submitBatch(_ draft: ProviderBatchDraft) async throws(HubError) -> String {
        let path = "/models/\(PercentEncoding.encode(Self.bare(draft.model))):batchGenerateContent"
        let made = try await batchCalls.handOver(
            path, body: GoogleBatch.request(draft), within: .seconds(draft.handOverSeconds))
        guard let id = GoogleBatch.id(made) else { throw batchCalls.bad("the answer has no name") }
        return id
    }

    /// Every batch is looked at: nothing says in which order they come.
    public func submittedBatch(_ handOver: BatchHandOver) async throws(HubError) -> SubmittedBatch {
        var path = "/batches?pageSize=100"
        for _ in 0..<BatchCallLimits.pages {
            guard let list = try await operation(path, { _ in }) else { throw batchCalls.bad("there is no list") }
            for batch in list["operations"].map({ Array($0.elements) }) ?? []
            where GoogleBatch.name(batch) == handOver.name {
                if let id = GoogleBatch.id(batch) { return .found(id) }
            }
            guard let next = list["nextPageToken"]?.string, !next.isEmpty else { break }
            path = "/batches?pageSize=100&pageToken=\(PercentEncoding.encode(next))"
        }
        return .none
    }

    public func batchState(_ id: String) async throws(HubError) -> ProviderBatch? {
        guard let batch = try await operation(Self.path(id), { _ in }) else { return nil }
        guard let status = GoogleBatch.status(batch) else {
            throw batchCalls.bad("the batch has no state that is known")
        }
        var known = ProviderBatch(id: id, status: status)
        known.problem = batch["error"]?["message"]?.string
        return known
    }

    public func cancelBatch(_ id: String) async throws(HubError) {
        _ = try await batchCalls.object("POST", "\(Self.path(id)):cancel", body: Array("{}".utf8))
    }

    public func readBatchResults(
        _ batch: ProviderBatch, of name: String, _ take: (ProviderBatchResult) async throws(HubError) -> Void
    ) async throws(HubError) {
        let known = try await operation(Self.path(batch.id)) { element async throws(HubError) in
            if let result = BatchCallLimits.parse(element).flatMap(GoogleBatch.result) { try await take(result) }
        }
        // Taken for none, they would be asked and paid for again.
        guard known != nil else { throw batchCalls.bad("the results are not there") }
    }

    public func deleteBatch(_ batch: ProviderBatch) async { await batchCalls.delete(Self.path(batch.id)) }

    private static func path(_ id: String) -> String { "/batches/\(PercentEncoding.encode(id))" }

    /// What is said of batches. Results are inside it, as many as there are: they are taken out as they come.
    /// - Returns: without the results; nil where there is nothing.
    private func operation(
        _ path: String, _ take: ([UInt8]) async throws(HubError) -> Void
    ) async throws(HubError) -> JSONValue? {
        var splitter = JSONElementSplitter(
            "inlinedResponses", maximumElementBytes: BatchCallLimits.resultBytes,
            maximumRestBytes: BatchCallLimits.answerBytes)
        let isThere = try await batchCalls.read(path) { piece async throws(HubError) in
            let elements: [[UInt8]]
            do throws(JSONElementSplitter.Problem) {
                elements = try splitter.feed(piece)
            } catch {
                throw batchCalls.bad("the answer is too large: \(error)")
            }
            for element in elements { try await take(element) }
            return true
        }
        guard isThere else { return nil }
        guard let root = BatchCallLimits.parse(splitter.rest), root.isObject else {
            throw batchCalls.bad("the answer is no JSON object")
        }
        return root
    }
}
