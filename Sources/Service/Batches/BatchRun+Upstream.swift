internal import Dialects
internal import HubCore
internal import Store

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
        guard let upstream = batch.upstream, let entry = service.hub.registry[upstream.provider],
            let provider = entry.provider as? any BatchingProvider
        else { return try await give(up: "the provider is not configured any more, or not for batches") }
        let end = batch.moments[.cancelling] ?? batch.expiresAt
        if service.seconds >= end + Self.patience { return try await give(up: "the provider does not end the batch") }
        guard let id = upstream.batchID else { return try await submit(to: provider) }
        guard let known = try await provider.batchState(id) else {
            let problem = "the provider does not know the batch"
            // What was made a moment ago need not be known everywhere there.
            guard countMisunderstanding() > Self.maximumMisunderstandings else {
                throw HubError(.providerBadResponse, problem)
            }
            await cancel(id, at: provider)
            return try await give(up: problem)
        }
        if known.status.isFinal { return try await collect(known, provider, entry) }
        let isOver = service.seconds >= end
        if isOver, known.status != .cancelling { try await provider.cancelBatch(id) }
        await wait(nextPoll(in: isOver ? 1.0...5.0 : Self.polls))
    }

    /// What has no result yet is made here, if there is time.
    private func give(up reason: String) async throws(HubError) {
        log("batch.upstream_given_up", reason: reason)
        try await leaveUpstream()
    }

    /// What nobody takes the answers of is not to go on there.
    private func cancel(_ id: String, at provider: any BatchingProvider) async {
        do throws(HubError) {
            try await provider.cancelBatch(id)
        } catch {
            log("batch.upstream_not_cancelled", reason: error.message)
        }
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
            guard let id = try await findOrHandOver(to: provider) else { return }
            // Another hub that has taken the batch over meanwhile learns of it so.
            try await happened(.submitted(batchID: id), whoeverHasIt: true)
            guard batch.upstream?.batchID == id else { return await cancel(id, at: provider) }
            log("batch.submitted")
        } catch {
            // Cut off here, or not understood, it may have been taken there: it is looked for before it is handed over again.
            let isCounted = error.code == .providerBadResponse || error.code == .deadlineExceeded
            if mustStop || error.isRetryable && !isCounted { throw error }
            if isCounted, countMisunderstanding() <= Self.maximumMisunderstandings { throw error }
            try await give(up: error.message)
        }
    }

    /// The provider's id of the batch. Nil: not yet, or not to be handed over.
    private func findOrHandOver(to provider: any BatchingProvider) async throws(HubError) -> String? {
        // Handed over by a process that did not live to keep the id, it is known there; to be ended, perhaps.
        if let begun = batch.upstream?.handOverBegun {
            let finished = try await batches.finishedLines(of: batch)
            let handOver = BatchHandOver(
                name: batch.id, lineCount: batch.counts.total - finished.count, begun: begun,
                longest: runner.handOverSeconds)
            // Asked after that time: what was not there before it may have come since.
            let isOver = service.seconds > begun + handOver.longest
            let known = try await provider.submittedBatch(handOver)
            if case .found(let id) = known { return id }
            guard known == .none, isOver else {
                log("batch.submission_undecided")
                await wait(nextPoll(in: Self.polls))
                return nil
            }
        }
        return try await handOver(to: provider)
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
        guard let draft = try await draft(for: provider) else { return nil }
        guard draft.count > 0 else {
            try await leaveUpstream()
            return nil
        }
        try await happened(.handingOver)
        guard goesOn, batch.upstream?.handOverBegun != nil else { return nil }
        do throws(HubError) {
            return try await provider.submitBatch(draft)
        } catch {
            if Self.isRefusal(error) { try await happened(.notHandedOver) }
            throw error
        }
    }

    /// The provider read what it was sent, and did nothing; or it was not asked in time.
    private static func isRefusal(_ failure: HubError) -> Bool {
        if failure.code == .deadlineExceeded { return true }
        guard let status = failure.upstream?.status else { return false }
        return (400..<500).contains(status) && status != 408 && status != 409
    }

    /// The requests of the provider's batch; nil if it is not to be made.
    private func draft(for provider: any BatchingProvider) async throws(HubError) -> ProviderBatchDraft? {
        let finished = try await batches.finishedLines(of: batch)
        var reader = BatchReader(batch, files)
        var draft = ProviderBatchDraft(
            name: batch.id, endpoint: batch.endpoint, bounds: provider.batchBounds,
            longestHandOver: runner.handOverSeconds)
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
            switch await call.prepare(for: provider.providerID) {
            case .body(let body, let model):
                let request = provider.batchLine(body, number: line.number, in: draft)
                if let problem = draft.add(request, model: model) {
                    try await give(up: "line \(line.number) does not fit into the provider's batch: \(problem)")
                    return nil
                }
            case .failed(let result): await keep(result, of: line.number)
            case .elsewhere:
                try await give(up: "line \(line.number) goes elsewhere")
                return nil
            }
        }
        return draft
    }

    // MARK: Back

    private func collect(
        _ known: ProviderBatch, _ provider: any BatchingProvider, _ entry: ProviderEntry
    ) async throws(HubError) {
        if let problem = known.problem { log("batch.upstream_failed", reason: problem) }
        await runner.transfers.take()
        defer { runner.transfers.give() }
        var asked = try await unfinishedLines()
        do throws(HubError) {
            try await provider.readBatchResults(known, of: batch.id) { result async throws(HubError) in
                // The first one holds.
                if let line = asked.removeValue(forKey: result.number) { await take(result, of: line, provider, entry) }
                try checkTime()
            }
        } catch {
            // What was read until it broke off is kept. It may come whole another time, but is not waited for forever.
            guard error.code == .providerBadResponse, countMisunderstanding() > Self.maximumMisunderstandings else {
                throw error
            }
            return try await give(up: error.message)
        }
        try await finishUpstream()
        await provider.deleteBatch(known)
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

    private func take(
        _ answer: ProviderBatchResult, of line: LineSplitter.Line, _ provider: any BatchingProvider,
        _ entry: ProviderEntry
    ) async {
        guard let call = try? BatchLineCall(line, of: batch, service) else { return }
        let result =
            (200..<300).contains(answer.status)
            ? await call.received(answer.body, from: provider, entry)
            : await call.refused(provider.batchFailure(status: answer.status, body: answer.body), by: entry)
        if let result { await keep(result, of: line.number, by: .provider) }
    }
}
