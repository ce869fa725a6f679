public import Dialects
internal import HTTPClient
public import HubCore
internal import Wire

/// OpenAI's files and batches.
extension OpenAIFormProvider: BatchingProvider {
    public var takesBatches: Bool { options.takesBatches }

    // MARK: Lines

    public func batchBody(_ call: ProviderCall, for endpoint: BatchEndpoint) throws(HubError) -> [UInt8]? {
        if endpoint == .embeddings { return EmbeddingRequest.render(call.request, model: call.model) }
        let surface = surface(call)
        guard surface == (endpoint == .responses ? .responses : .chat) else { return nil }
        var report = TranslationReport()
        let body =
            surface == .responses
            ? try responsesBody(call, call.model, &report) : try body(call, call.model, &report)
        try report.check(isStrict: call.isStrict, provider: providerID)
        return body
    }

    public func batchAnswer(_ body: [UInt8], to call: ProviderCall) throws(HubError) -> CompletionResponse {
        switch call.request.dialect {
        case .embeddings:
            try EmbeddingResponse.parse(
                body, provider: providerID, count: EmbeddingRequest.inputs(call.request).count)
        case .responses: try ResponsesAnswers.answer(body, provider: providerID)
        default: try OpenAIAnswers.answer(body, provider: providerID)
        }
    }

    public func batchFailure(status: Int, body: [UInt8]) -> HubError {
        OpenAIErrors.parse(status: status, body: body, provider: providerID, retryAfter: nil)
    }

    // MARK: Batches

    public func submitBatch(
        _ lines: [UInt8], endpoint: BatchEndpoint, name: String
    ) async throws(HubError) -> String {
        let file = try await upload(lines)
        do throws(HubError) {
            return try await create(file, endpoint, name)
        } catch {
            // Without an answer that can be read it may have been made, and read the file.
            if error.upstream != nil, error.code != .providerBadResponse { await deleteBatchFile(file) }
            throw error
        }
    }

    private func upload(_ lines: [UInt8]) async throws(HubError) -> String {
        let form = BatchForm(lines)
        let endpoint = try batchEndpoint("POST", "/files", contentType: form.contentType)
        let request = HTTPClientRequest(
            endpoint: endpoint, body: form.body,
            deadlines: HTTPDeadlines(head: .seconds(900), firstByte: .seconds(900), total: .seconds(1800)),
            maximumResponseBytes: BatchCalls.answerBytes)
        return try id(try await caller.document(request))
    }

    private func create(_ file: String, _ endpoint: BatchEndpoint, _ name: String) async throws(HubError) -> String {
        var writer = JSONWriter(reserving: 256)
        writer.beginObject()
        writer.member("input_file_id", file)
        writer.member("endpoint", endpoint.rawValue)
        writer.member("completion_window", "24h")
        writer.key("metadata")
        writer.beginObject()
        writer.member(BatchCalls.nameKey, name)
        writer.endObject()
        writer.endObject()
        return try id(try await document("POST", "/batches", body: writer.bytes))
    }

    public func submittedBatch(named name: String, since moment: Int) async throws(HubError) -> String? {
        var path = "/batches?limit=100"
        for _ in 0..<BatchCalls.maximumPages {
            let list = try read(try await document("GET", path))
            let batches = list["data"].map { Array($0.elements) } ?? []
            if let found = batches.first(where: { $0["metadata"]?[BatchCalls.nameKey]?.string == name }) {
                return found["id"]?.string
            }
            // The newest come first.
            guard list["has_more"]?.bool == true, let last = batches.last, let id = last["id"]?.string,
                (last["created_at"]?.int ?? moment) >= moment - BatchCalls.clockDifference
            else { return nil }
            path = "/batches?limit=100&after=\(PercentEncoding.encode(id))"
        }
        return nil
    }

    public func batchState(_ id: String) async throws(HubError) -> ProviderBatch? {
        let body: JSONValue
        do throws(HubError) {
            body = try read(try await document("GET", "/batches/\(PercentEncoding.encode(id))"))
        } catch {
            if error.upstream?.status == 404 { return nil }
            throw error
        }
        guard let status = body["status"]?.string.flatMap(Batch.Status.init) else {
            throw bad("the batch has no status that is known")
        }
        return ProviderBatch(
            status: status, inputFileID: body["input_file_id"]?.string, outputFileID: body["output_file_id"]?.string,
            errorFileID: body["error_file_id"]?.string,
            problem: body["errors"]?["data"]?[index: 0]?["message"]?.string)
    }

    public func cancelBatch(_ id: String) async throws(HubError) {
        _ = try await document("POST", "/batches/\(PercentEncoding.encode(id))/cancel", body: Array("{}".utf8))
    }

    public func deleteBatchFile(_ id: String) async {
        _ = try? await document("DELETE", "/files/\(PercentEncoding.encode(id))")
    }

    public func readBatchFile(
        _ id: String, _ take: ([UInt8]) async throws(HubError) -> Void
    ) async throws(HubError) {
        let endpoint = try batchEndpoint("GET", "/files/\(PercentEncoding.encode(id))/content")
        // As long as its lines are read and kept.
        let deadlines = HTTPDeadlines(total: .seconds(6 * 3600))
        let request = HTTPClientRequest(endpoint: endpoint, deadlines: deadlines)
        let file = BatchFileStream(provider: providerID)
        async let end = file.run(request, on: caller.client)
        var failure: HubError?
        for await piece in file.pieces where failure == nil {
            do throws(HubError) {
                try await take(piece)
                file.resume()
            } catch {
                failure = error
                file.cancel()
            }
        }
        let outcome = await end
        if let failure { throw failure }
        if case .failure(let error) = outcome, error.upstream?.status != 404 { throw error }
    }

    // MARK: Calls

    private func document(
        _ method: String, _ path: String, body: [UInt8] = []
    ) async throws(HubError) -> [UInt8] {
        let endpoint = try batchEndpoint(method, path, contentType: body.isEmpty ? nil : "application/json")
        return try await caller.document(
            HTTPClientRequest(
                endpoint: endpoint, body: body, deadlines: HTTPDeadlines(total: .seconds(60)),
                maximumResponseBytes: BatchCalls.answerBytes))
    }

    private func batchEndpoint(
        _ method: String, _ path: String, contentType: String? = nil
    ) throws(HubError) -> HTTPEndpoint {
        let headers = options.headersWithKey + (contentType.map { [("content-type", $0)] } ?? [])
        do throws(HTTPClientError) {
            return try HTTPEndpoint(method: method, url: options.baseURL + path, headers: headers)
        } catch {
            throw TransportFailure.error(error, provider: providerID)
        }
    }

    private func read(_ bytes: [UInt8]) throws(HubError) -> JSONValue {
        guard let root = try? JSONDocument.parse(bytes).root, root.isObject else {
            throw bad("the answer is no JSON object")
        }
        return root
    }

    private func id(_ bytes: [UInt8]) throws(HubError) -> String {
        guard let id = try read(bytes)["id"]?.string, (1...256).contains(id.utf8.count) else {
            throw bad("the answer has no id")
        }
        return id
    }

    private func bad(_ problem: String) -> HubError {
        var error = HubError(.providerBadResponse, "\(providerID): \(problem)")
        error.provider = providerID
        return error
    }
}

enum BatchCalls {
    /// Answers about files and batches are small; a list of a hundred batches is the largest.
    static let answerBytes = 4 << 20
    /// Of a list, in which a batch is looked for.
    static let maximumPages = 1000
    /// Seconds that a provider's clock may be behind.
    static let clockDifference = 600
    /// In a batch's metadata.
    static let nameKey: StaticString = "connector_hub_batch"
}
