internal import Dialects
internal import HubCore
internal import Store
internal import Wire

/// A batch that a provider answers in a batch of its own.
extension BatchRun {
    /// Seconds between two looks at it: soon at first.
    private static let polls = 1.0...60.0
    /// Seconds that a provider may take to end what was cancelled.
    private static let patience = 900
    /// Of a provider that goes on answering what is none, no batch is expected.
    private static let maximumMisunderstandings = 8

    /// One step: hands the batch over, or looks how it stands, or takes its results.
    func answerUpstream() async throws(HubError) {
        guard let upstream = batch.upstream,
            let provider = service.hub.registry[upstream.provider]?.provider as? any BatchingProvider
        else { return try await give(up: "the provider is not configured any more, or not for batches") }
        let end = batch.moments[.cancelling] ?? batch.expiresAt
        if service.seconds >= end + Self.patience { return try await give(up: "the provider does not end the batch") }
        guard let id = upstream.batchID else { return try await submit(to: provider) }
        guard let known = try await provider.batchState(id) else {
            return try await give(up: "the provider does not know the batch any more")
        }
        if known.status.isFinal { return try await collect(known, provider) }
        let isOver = service.seconds >= end
        if isOver, known.status != .cancelling { try await provider.cancelBatch(id) }
        await wait(nextPoll(in: isOver ? 1.0...5.0 : Self.polls))
    }

    /// What has no result yet is made here, if there is time.
    private func give(up reason: String) async throws(HubError) {
        log("batch.upstream_given_up", reason: reason)
        try await leaveUpstream()
    }

    private func leaveUpstream() async throws(HubError) {
        isCollected = true
        guard batch.status == .inProgress else { return }
        try await happened(service.seconds < batch.expiresAt ? .turnedDown : .ranOutOfTime)
    }

    // MARK: There

    private func submit(to provider: any BatchingProvider) async throws(HubError) {
        if mustStop { return }
        do throws(HubError) {
            // Handed over by a process that did not live to keep the id, it is known there; to be ended, perhaps.
            var id = try await provider.submittedBatch(named: batch.id, since: batch.createdAt)
            if id == nil { id = try await handOver(to: provider) }
            guard let id else { return }
            try await happened(.submitted(batchID: id))
            log("batch.submitted")
        } catch {
            // Cut off here, or not understood, it may have been taken there: it is looked for before it is handed over again.
            if error.isRetryable || mustStop { throw error }
            if error.code == .providerBadResponse, countMisunderstanding() <= Self.maximumMisunderstandings {
                throw error
            }
            try await give(up: error.message)
        }
    }

    /// Nil if that is not to be.
    private func handOver(to provider: any BatchingProvider) async throws(HubError) -> String? {
        await runner.transfers.take()
        defer { runner.transfers.give() }
        let isWanted = goesOn
        if mustStop { return nil }
        // Where there is no room for its results, that is said line by line.
        guard isWanted, try await files.hasRoom(tenant: batch.tenant) else {
            try await leaveUpstream()
            return nil
        }
        guard let lines = try await upstreamLines(provider.providerID) else { return nil }
        guard !lines.isEmpty else {
            try await leaveUpstream()
            return nil
        }
        return try await provider.submitBatch(lines, endpoint: batch.endpoint, name: batch.id)
    }

    /// Those of the provider's batch; nil if it is not to be made.
    private func upstreamLines(_ provider: String) async throws(HubError) -> [UInt8]? {
        let finished = try await batches.finishedLines(of: batch)
        var reader = BatchReader(batch, files)
        var lines: [UInt8] = []
        while let line = try await reader.next() {
            if finished.contains(line.number) { continue }
            guard goesOn else { return nil }
            // Requests that somebody waits for come in between.
            await Task.yield()
            let call: BatchLineCall
            do throws(BatchLineRefusal) {
                call = try BatchLineCall(line, of: batch, service)
            } catch {
                await keep(error.result, of: line.number)
                continue
            }
            switch await call.prepare(for: provider) {
            case .body(let body): lines += Self.upstreamLine(line.number, batch.endpoint, body)
            case .failed(let result): await keep(result, of: line.number)
            case .elsewhere:
                try await give(up: "line \(line.number) goes elsewhere")
                return nil
            }
        }
        return lines
    }

    /// Under the line's number: what the caller calls it need not leave the hub.
    private static func upstreamLine(_ number: Int, _ endpoint: BatchEndpoint, _ body: [UInt8]) -> [UInt8] {
        var writer = JSONWriter(reserving: body.count + 128)
        writer.beginObject()
        writer.member("custom_id", "\(number)")
        writer.member("method", "POST")
        writer.member("url", endpoint.rawValue)
        writer.key("body")
        writer.raw(body)
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    // MARK: Back

    private func collect(_ known: ProviderBatch, _ provider: any BatchingProvider) async throws(HubError) {
        if let problem = known.problem { log("batch.upstream_failed", reason: problem) }
        await runner.transfers.take()
        defer { runner.transfers.give() }
        let asked = try await unfinishedLines()
        for file in [known.outputFileID, known.errorFileID].compactMap({ $0 }) {
            var splitter = LineSplitter(maximumBytes: 64 << 20)
            try await provider.readBatchFile(file) { piece async throws(HubError) in
                for line in splitter.feed(piece) { await take(line, asked, provider) }
                try checkTime()
            }
            for line in splitter.end() { await take(line, asked, provider) }
        }
        try await finishUpstream()
        for file in [known.inputFileID, known.outputFileID, known.errorFileID].compactMap({ $0 }) {
            await provider.deleteBatchFile(file)
        }
    }

    private func finishUpstream() async throws(HubError) {
        let finished = try await batches.finishedLines(of: batch)
        guard batch.status == .inProgress, finished.count >= batch.counts.total else {
            return try await leaveUpstream()
        }
        isCollected = true
        try await happened(.answered)
    }

    private func unfinishedLines() async throws(HubError) -> [Int: LineSplitter.Line] {
        let finished = try await batches.finishedLines(of: batch)
        var reader = BatchReader(batch, files)
        var lines: [Int: LineSplitter.Line] = [:]
        while let line = try await reader.next() {
            try checkTime()
            if !finished.contains(line.number) { lines[line.number] = line }
        }
        return lines
    }

    /// A line of the provider's output or errors.
    private func take(
        _ line: LineSplitter.Line, _ asked: [Int: LineSplitter.Line], _ provider: any BatchingProvider
    ) async {
        guard let root = try? JSONDocument.parse(line.bytes, maximumDepth: 512).root,
            let number = root["custom_id"]?.string.flatMap({ Int($0) }), let request = asked[number],
            let response = root["response"], let status = response["status_code"]?.int, let value = response["body"],
            let call = try? BatchLineCall(request, of: batch, service)
        else { return }
        var writer = JSONWriter(reserving: line.bytes.count)
        writer.value(value)
        let result =
            (200..<300).contains(status)
            ? await call.received(writer.bytes, from: provider.providerID)
            : await call.refused(
                provider.batchFailure(status: status, body: writer.bytes), by: provider.providerID)
        if let result { await keep(result, of: number) }
    }
}
