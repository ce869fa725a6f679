internal import Dialects
internal import HubCore
internal import Reactor
internal import Store

/// The requests of a batch, made by the hub itself.
extension BatchRun {
    /// How late a reactor may be, in nanoseconds, before batches leave it to others.
    private static let latenessAllowed: UInt64 = 5_000_000
    private static let yields = 8
    /// Lines between two looks whether there is room for more results.
    private static let linesPerLook = 16

    /// Makes the requests that have no result yet, as many at the same time as may be.
    func answerLines() async throws(HubError) {
        let finished = try await batches.finishedLines(of: batch)
        if finished.count >= batch.counts.total { return try await happened(.answered) }
        var reader = BatchReader(batch, files)
        var failure: HubError?
        var count = 0
        var begun = 0
        var hasRoom = true
        let own = LineSlots(count: runner.concurrency)
        await withDiscardingTaskGroup { group in
            do throws(HubError) {
                while let line = try await reader.next() {
                    count += 1
                    if finished.contains(line.number) { continue }
                    await own.take()
                    guard await mayBegin() else { return }
                    if begun % Self.linesPerLook == 0 { hasRoom = try await files.hasRoom(tenant: batch.tenant) }
                    begun += 1
                    guard hasRoom else {
                        await keepNoRoom(line)
                        own.give()
                        continue
                    }
                    group.addTask(executorPreference: runner.reactors.reactors[count % runner.reactors.reactors.count])
                    {
                        await self.answer(line)
                        own.give()
                    }
                }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        guard goesOn, count < batch.counts.total else { return }
        try await happened(.refused([Self.inputProblem]))
    }

    /// A request that is not made, for its answer could not be kept.
    private func keepNoRoom(_ line: LineSplitter.Line) async {
        do throws(BatchLineRefusal) {
            await keep(try BatchLineCall(line, of: batch, service).refusedForRoom(), of: line.number)
        } catch {
            await keep(error.result, of: line.number)
        }
    }

    /// Waits for the hours of batches, for limits that are nearly used up, and for the requests that somebody waits for. False:
    /// nothing is to begin any more.
    private func mayBegin() async -> Bool {
        while goesOn {
            let left = pauseLeft
            if runner.window?.isOpen(at: service.seconds) ?? true {
                if left == 0 { break }
                await sleep(min(1, max(0.01, Double(left) / 1e9)))
            } else {
                await sleep(1)
            }
        }
        await yield()
        return goesOn
    }

    /// A reactor that wakes late has more to do than it can: requests of batches come after that.
    private func yield() async {
        for round in 0..<Self.yields {
            let start = service.clock.monotonicNanoseconds
            await sleep(0.001)
            let late = service.clock.monotonicNanoseconds &- start
            guard late > Self.latenessAllowed, goesOn else { return }
            await sleep(Double(10 << round) / 1000)
        }
    }

    /// Makes one request until it has a result, unless the batch ends before.
    private func answer(_ line: LineSplitter.Line) async {
        let call: BatchLineCall
        do throws(BatchLineRefusal) {
            call = try BatchLineCall(line, of: batch, service)
        } catch {
            return await keep(error.result, of: line.number)
        }
        var failures = 0
        while true {
            await runner.slots.take()
            let outcome = goesOn ? await call.perform() : .aborted
            runner.slots.give()
            switch outcome {
            case .answered(let result, let limits):
                pause(LinePace.pause(limits))
                return await keep(result, of: line.number)
            case .failed(let error, let result):
                failures += 1
                let decision = LinePace.after(
                    error, failures: failures, chance: SystemRandomNumberGenerator.seed())
                guard case .wait(let nanoseconds, let all) = decision else {
                    return await keep(result, of: line.number)
                }
                if all { pause(nanoseconds) } else { await pace(Double(nanoseconds) / 1e9) }
                guard await mayBegin() else { return }
            case .aborted: return
            }
        }
    }

    func save(_ result: BatchResult, of line: Int, by route: BatchMetrics.Route = .hub) async throws(HubError) {
        let isNew = try await batches.save(result, of: line, in: batch)
        if isNew { metrics.countLine(isError: result.isError, by: route) }
    }

    /// What was paid for is not lost to a database that is away for a while.
    func keep(_ result: BatchResult, of line: Int, by route: BatchMetrics.Route = .hub) async {
        while true {
            do throws(HubError) {
                return try await save(result, of: line, by: route)
            } catch {
                if Task.isCancelled { return }
                await sleep(1)
            }
        }
    }
}
