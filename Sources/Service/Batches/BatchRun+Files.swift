internal import Dialects
internal import HubCore
internal import Store
internal import Wire

/// The files that a batch leaves.
extension BatchRun {
    /// Writes them from its results, anew if it was begun before, and ends the batch.
    func writeFiles() async throws(HubError) {
        let batch = batch
        guard let outputID = batch.outputFileID, let errorID = batch.errorFileID else {
            throw HubError(.internalError, "a batch ends without names for its files")
        }
        if batch.ending == .expired { try await answerUnanswered() }
        let hasOutput = try await write(outputID, "output", areErrors: false)
        let hasErrors = try await write(errorID, "error", areErrors: true)
        try await happened(
            .written(outputFileID: hasOutput ? outputID : nil, errorFileID: hasErrors ? errorID : nil))
        // Where another hub has the batch, it may still be writing them.
        if self.batch.status.isFinal, !mustStop { try await batches.deleteResults(of: batch) }
    }

    /// False, and no file, if there is nothing to write.
    private func write(_ id: String, _ kind: String, areErrors: Bool) async throws(HubError) -> Bool {
        let batch = batch
        var file = StoredFile(
            id: id, filename: "\(batch.id)_\(kind).jsonl", purpose: .batchOutput, byteCount: 0,
            createdAt: service.seconds, expiresAt: service.seconds + batch.outputLifetime)
        var pieces = 0
        var waiting: [UInt8] = []
        var line = 0
        while true {
            let results = try await batches.results(of: batch, areErrors: areErrors, after: line)
            guard let last = results.last else { break }
            try checkTime()
            if pieces == 0, waiting.isEmpty { try await files.begin(file, tenant: batch.tenant) }
            line = last.line
            for result in results { waiting += result.bytes }
            while waiting.count >= StoredFiles.pieceBytes {
                let piece = Array(waiting.prefix(StoredFiles.pieceBytes))
                try await files.append(piece, at: pieces, to: id, tenant: batch.tenant)
                waiting.removeFirst(piece.count)
                file.byteCount += piece.count
                pieces += 1
            }
        }
        if !waiting.isEmpty { try await files.append(waiting, at: pieces, to: id, tenant: batch.tenant) }
        file.byteCount += waiting.count
        guard file.byteCount > 0 else { return false }
        try await files.complete(file, tenant: batch.tenant)
        return true
    }

    /// Says of each request that the batch had no time for that it was not made.
    private func answerUnanswered() async throws(HubError) {
        let finished = try await batches.finishedLines(of: batch)
        guard finished.count < batch.counts.total else { return }
        var reader = BatchReader(batch, files)
        var random = RandomSource(seed: SystemRandomNumberGenerator.seed())
        while let line = try await reader.next() {
            guard !finished.contains(line.number), let request = try? BatchLine(line, endpoint: batch.endpoint) else {
                continue
            }
            try checkTime()
            let result = BatchResult(
                id: Identifier("batch_req_", clock: service.clock, random: &random).text,
                customID: request.customID, code: "batch_expired",
                message: "This request could not be executed before the completion window expired.")
            try await save(result, of: line.number)
        }
    }
}
