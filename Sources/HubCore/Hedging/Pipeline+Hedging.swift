internal import Dialects

/// A second call beside one that takes longer than most.
extension Pipeline {
    /// The first attempt of a request that may have a second beside it. The first to answer is taken, a stream by its first
    /// payload, and the other is cancelled at once; both are the request's attempts, and paid for. If one fails the other goes
    /// on; if both do, the request goes on from there.
    ///
    /// Not inlined: requests that cannot have a second call do not pay for its frame.
    @inline(never)
    func hedged(
        _ context: RequestContext, _ meter: HedgeMeter, _ sink: (any AnswerSink)?
    ) async throws(HubError) -> CompletionResponse? {
        guard let delay = delay(context, meter), let spare = spare(context, meter.policy) else {
            return try await attempt(context, sink)
        }
        guard let first = context.plan else { preconditionFailure("attempted before it was routed") }
        let race = HedgeRace(context, sink)
        let legs = [HedgeLeg(0, first, race), HedgeLeg(1, spare, race)]
        await run(race, legs, delay, meter)
        return try close(race, legs)
    }

    /// Nanoseconds after which the second call is made; nil if none may be.
    private func delay(_ context: RequestContext, _ meter: HedgeMeter) -> UInt64? {
        guard context.callCount == 1, min(context.maximumAttempts ?? .max, options.retry.maximumAttempts) > 1,
            let plan = context.plan, meter.countRequest(),
            let measured = plan.modelEntry.health.percentile(
                meter.policy.percentile / 100, isStream: context.request?.isStream ?? false,
                of: HedgePolicy.minimumCalls, at: context.clock.monotonicNanoseconds)
        else { return nil }
        let delay = meter.policy.delay(measured)
        let now = context.clock.monotonicNanoseconds
        return now < context.deadline && delay < context.deadline - now ? delay : nil
    }

    /// Where a second call would go: the first other candidate that is well, else, if that is allowed, to the same.
    private func spare(_ context: RequestContext, _ policy: HedgePolicy) -> RoutePlan? {
        guard let plan = context.plan, let candidates = context.candidates else { return nil }
        let reason = "\(plan.reason.prefix { $0 != "+" })+hedge"
        let now = context.clock.monotonicNanoseconds
        if let other = candidates.others.first(where: { isWell($0, now) }) { return other.with(reason: reason) }
        return policy.allowsSameTarget && isWell(plan, now) ? plan.with(reason: reason) : nil
    }

    private func isWell(_ plan: RoutePlan, _ now: UInt64) -> Bool {
        let health = plan.modelEntry.health
        return health.breakerState == .closed && !health.isResting(at: now) && !health.isEjected(at: now)
            && plan.entry.state.isAvailable
    }

    // MARK: The race

    private func run(_ race: HedgeRace, _ legs: [HedgeLeg], _ delay: UInt64, _ meter: HedgeMeter) async {
        await withTaskGroup(of: Void.self) { first in
            first.addTask { await legs[0].run(self) }
            await timeIsOver(race, after: delay)
            guard !Task.isCancelled, race.beginSecond(meter) else { return }
            metrics.countHedge(.started, shard: race.context.shard)
            await withTaskGroup(of: Void.self) { second in
                second.addTask { await legs[1].run(self) }
                await race.wait(for: .decision)
                switch race.winner {
                case 0: second.cancelAll()
                case 1: first.cancelAll()
                default: break
                }
            }
        }
    }

    /// Until the delay has passed, or the first call has answered or failed.
    private func timeIsOver(_ race: HedgeRace, after delay: UInt64) async {
        await withTaskGroup(of: Void.self) { timer in
            timer.addTask {
                do throws(CancellationError) { try await self.waiting.wait(nanoseconds: delay) } catch {}
                race.timeIsOver()
            }
            await race.wait(for: .secondCall)
            timer.cancelAll()
        }
    }

    /// Both calls have ended.
    private func close(_ race: HedgeRace, _ legs: [HedgeLeg]) throws(HubError) -> CompletionResponse? {
        let context = race.context
        context.noteProviderAnswered(at: context.clock.monotonicNanoseconds)
        for leg in legs { context.attempts += leg.context.attempts }
        let winner = race.winner
        if let winner { context.adopt(legs[winner].context, attemptCount: context.attempts.count) }
        if legs[1].outcome != nil {
            metrics.countHedge(winner == 1 ? .won : .wasted, shard: context.shard)
            if let winner { note(lost: legs[1 - winner]) }
        }
        if let winner, let outcome = legs[winner].outcome { return try outcome.get() }
        return try fail(context, legs)
    }

    /// The first would have taken longer than it was given: without it the target would seem quicker than it is. Of the second
    /// nothing is known: it may have been cancelled right after it had begun.
    private func note(lost leg: HedgeLeg) {
        guard leg.number == 0, let attempt = leg.context.attempts.first, attempt.fault == .aborted,
            let plan = leg.context.plan
        else {
            return
        }
        plan.modelEntry.health.measured(
            UInt64(max(0, attempt.latencyMilliseconds) * 1_000_000), isStream: leg.sink != nil,
            at: leg.context.clock.monotonicNanoseconds)
    }

    /// Neither has answered. What the second has met counts as if it had come after the first.
    private func fail(_ context: RequestContext, _ legs: [HedgeLeg]) throws(HubError) -> CompletionResponse? {
        guard case .failure(let failure)? = legs[0].outcome else {
            preconditionFailure("a call ended without an outcome")
        }
        context.adopt(legs[0].context, attemptCount: context.attempts.count)
        if case .failure(let other)? = legs[1].outcome, let plan = legs[1].context.plan {
            context.hedgeFailure = HedgeFailure(entry: plan.entry, model: plan.model, error: other)
        }
        throw failure
    }
}

/// How the second of two calls failed. An object: few requests have one, and all have room for it.
final class HedgeFailure {
    let entry: ProviderEntry
    let model: String
    let error: HubError

    init(entry: ProviderEntry, model: String, error: HubError) {
        self.entry = entry
        self.model = model
        self.error = error
    }
}
