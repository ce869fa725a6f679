public import Dialects
internal import HTTPClient
public import HubCore
internal import Reactor
internal import Wire

/// OpenAI's files and batches, and Azure's.
extension OpenAIFormProvider: BatchingProvider {
    public var takesBatches: Bool { options.takesBatches && batchCalls != nil }

    /// https://platform.openai.com/docs/guides/batch
    public var batchBounds: ProviderBatchBounds {
        ProviderBatchBounds(lines: 50_000, bytes: 200 << 20, holdsOneModel: options.kind == .azure)
    }

    // MARK: Lines

    public func batchBody(_ call: ProviderCall, for endpoint: BatchEndpoint) throws(HubError) -> [UInt8]? {
        let surface = endpoint == .embeddings ? .embeddings : surface(call)
        let wanted: OpenAISurface =
            switch endpoint {
            case .chat: .chat
            case .embeddings: .embeddings
            case .responses: .responses
            }
        guard surface == wanted, let model = modelName(surface, call) else { return nil }
        if surface == .embeddings { return EmbeddingRequest.render(call.request, model: model) }
        var report = TranslationReport()
        let body =
            surface == .responses
            ? try responsesBody(call, model, &report) : try body(call, model, &report)
        try report.check(isStrict: call.isStrict, provider: providerID)
        return body
    }

    public func batchAnswer(_ body: [UInt8], to request: CompletionRequest) throws(HubError) -> CompletionResponse {
        switch request.dialect {
        case .embeddings:
            try EmbeddingResponse.parse(body, provider: providerID, count: EmbeddingRequest.inputs(request).count)
        case .responses: try ResponsesAnswers.answer(body, provider: providerID)
        default: try OpenAIAnswers.answer(body, provider: providerID)
        }
    }

    public func batchFailure(status: Int, body: [UInt8]) -> HubError {
        OpenAIErrors.parse(status: status, body: body, provider: providerID, retryAfter: nil)
    }

    public func batchLine(_ body: [UInt8], number: Int, in draft: ProviderBatchDraft) -> [UInt8] {
        var writer = JSONWriter(reserving: body.count + 128)
        writer.beginObject()
        // What the caller calls it need not leave the hub.
        writer.member("custom_id", "\(number)")
        writer.member("method", "POST")
        writer.member("url", path(draft.endpoint))
        writer.key("body")
        writer.raw(body)
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    /// Azure's dated surface has no version in it.
    private func path(_ endpoint: BatchEndpoint) -> String {
        options.batchPathsHaveVersion ? endpoint.rawValue : String(endpoint.rawValue.dropFirst("/v1".count))
    }

    // MARK: Batches

    public func submitBatch(_ draft: ProviderBatchDraft) async throws(HubError) -> String {
        let calls = try calls()
        let form = BatchForm(draft.content)
        let end = MonotonicTime.now + .seconds(draft.handOverSeconds)
        let file = try await calls.handOver(
            "/files", body: form.body, contentType: form.contentType, within: .seconds(draft.handOverSeconds))
        let id = try calls.id(file)
        do throws(HubError) {
            try await settle(file, id, calls, until: end)
            return try await create(id, draft, calls, until: end)
        } catch {
            // Without an answer that can be read it may have been made, and read the file.
            if error.upstream != nil || error.code == .deadlineExceeded, error.code != .providerBadResponse {
                await deleteFile(id, calls)
            }
            throw error
        }
    }

    /// Azure looks at a file before it takes a batch of it.
    private func settle(
        _ file: JSONValue, _ id: String, _ calls: BatchCalls<OpenAIAnswers>, until end: MonotonicTime
    ) async throws(HubError) {
        var file = file
        while MonotonicTime.now < end {
            switch file["status"]?.string {
            case "pending", "running", "notRunning": break
            default: return
            }
            try? await Reactor.current?.sleep(for: Self.fileInterval)
            guard let known = try await calls.known("/files/\(PercentEncoding.encode(id))") else { return }
            file = known
        }
    }

    private static let fileInterval = Duration.seconds(1)

    private func create(
        _ file: String, _ draft: ProviderBatchDraft, _ calls: BatchCalls<OpenAIAnswers>, until end: MonotonicTime
    ) async throws(HubError) -> String {
        // Later, another hub may take the hand-over for one that made nothing.
        let left = end.since(MonotonicTime.now)
        guard left > .zero else { throw HubError(.deadlineExceeded, "the batch was not handed over in time") }
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        writer.member("input_file_id", file)
        writer.member("endpoint", path(draft.endpoint))
        writer.member("completion_window", "24h")
        writer.key("metadata")
        writer.beginObject()
        writer.member(Self.nameKey, draft.name)
        writer.endObject()
        writer.endObject()
        return try calls.id(try await calls.handOver("/batches", body: writer.bytes, within: min(left, .seconds(60))))
    }

    /// In a batch's metadata.
    private static let nameKey: StaticString = "connector_hub_batch"

    public func submittedBatch(_ handOver: BatchHandOver) async throws(HubError) -> SubmittedBatch {
        let calls = try calls()
        var path = "/batches?limit=100"
        for _ in 0..<BatchCallLimits.pages {
            let list = try await calls.object("GET", path)
            let batches = list["data"].map { Array($0.elements) } ?? []
            if let found = batches.first(where: { $0["metadata"]?[Self.nameKey]?.string == handOver.name }) {
                return .found(try calls.id(found))
            }
            // The newest come first.
            guard list["has_more"]?.bool == true, let last = batches.last, let id = last["id"]?.string,
                (last["created_at"]?.int ?? handOver.begun) >= handOver.begun - BatchHandOver.clockDifference
            else { return .none }
            path = "/batches?limit=100&after=\(PercentEncoding.encode(id))"
        }
        return .none
    }

    public func batchState(_ id: String) async throws(HubError) -> ProviderBatch? {
        let calls = try calls()
        guard let body = try await calls.known("/batches/\(PercentEncoding.encode(id))") else { return nil }
        guard let status = body["status"]?.string.flatMap(Batch.Status.init) else {
            throw calls.bad("the batch has no status that is known")
        }
        var batch = ProviderBatch(id: id, status: status)
        batch.inputFileID = body["input_file_id"]?.string
        // Azure writes nothing where there is none.
        batch.resultFileIDs = [body["output_file_id"], body["error_file_id"]].compactMap { $0?.string }
            .filter { !$0.isEmpty }
        batch.problem = body["errors"]?["data"]?[index: 0]?["message"]?.string
        return batch
    }

    public func cancelBatch(_ id: String) async throws(HubError) {
        _ = try await calls().object("POST", "/batches/\(PercentEncoding.encode(id))/cancel", body: Array("{}".utf8))
    }

    public func readBatchResults(
        _ batch: ProviderBatch, of name: String, _ take: (ProviderBatchResult) async throws(HubError) -> Void
    ) async throws(HubError) {
        let calls = try calls()
        for file in batch.resultFileIDs {
            try await calls.lines("/files/\(PercentEncoding.encode(file))/content") { line async throws(HubError) in
                if let number = line["custom_id"]?.string.flatMap({ Int($0) }), let response = line["response"],
                    let status = response["status_code"]?.int, let body = response["body"]
                {
                    try await take(
                        ProviderBatchResult(number: number, status: status, body: BatchCallLimits.bytes(body)))
                }
                return true
            }
        }
    }

    public func deleteBatch(_ batch: ProviderBatch) async {
        guard let calls = batchCalls else { return }
        for file in [batch.inputFileID].compactMap({ $0 }) + batch.resultFileIDs { await deleteFile(file, calls) }
    }

    private func deleteFile(_ id: String, _ calls: BatchCalls<OpenAIAnswers>) async {
        await calls.delete("/files/\(PercentEncoding.encode(id))")
    }

    private func calls() throws(HubError) -> BatchCalls<OpenAIAnswers> {
        guard let batchCalls else { throw HubError(.providerNotConfigured, "\(providerID) has no batches") }
        return batchCalls
    }
}
