internal import Dialects

/// Calls to providers until one answers.
extension Pipeline {
    /// One call for a chat, one per prompt for a text completion.
    func parts(
        _ context: RequestContext, _ registry: ProviderRegistry, _ sink: any AnswerSink
    ) async throws(HubError) -> HubAnswer {
        guard let request = context.request else { preconditionFailure("attempted before it was parsed") }
        guard request.dialect == .textCompletion else {
            let response = try await part(request, at: 0, context, registry, sink)
            return response.map { .whole([$0]) } ?? .streamed
        }
        return try await prompts(request, context, registry, sink)
    }

    /// One call per prompt of a text completion. Not inlined, nor what follows a failure: what they hold would be in the
    /// frames of all calls.
    @inline(never)
    private func prompts(
        _ request: CompletionRequest, _ context: RequestContext, _ registry: ProviderRegistry, _ sink: any AnswerSink
    ) async throws(HubError) -> HubAnswer {
        var responses: [CompletionResponse] = []
        let calls = try TextCompletionRequest.parts(request)
        context.callCount = calls.count
        for position in calls.indices {
            // A prompt before this one may have ended with another target.
            if position > 0, let first = context.candidates?.first { context.plan = first }
            let response = try await part(calls[position], at: position, context, registry, sink)
            if let response { responses.append(response) }
        }
        return request.isStream ? .streamed : .whole(responses)
    }

    /// One call. Without the cache it is one step less, which is a frame less.
    private func part(
        _ call: CompletionRequest, at position: Int, _ context: RequestContext, _ registry: ProviderRegistry,
        _ sink: any AnswerSink
    ) async throws(HubError) -> CompletionResponse? {
        context.beginPart(call)
        if call.isStream {
            sink.begin(part: position)
            context.rescue = context.candidates?.rescuesStreams == true ? rescue(context) : nil
        }
        context.ticket = ticket(context)
        let target = call.isStream ? sink : nil
        guard context.ticket != nil else { return try await attempts(context, registry, target) }
        return try await answered(context, registry, target)
    }

    /// Calls until an attempt succeeds or nothing asks for another. Nothing is called again once something has reached the
    /// client, or when it has left, but to go on with a stream where that was allowed.
    ///
    /// What a second attempt needs is in a function of its own: its frame is not paid for by requests that need none.
    func attempts(
        _ context: RequestContext, _ registry: ProviderRegistry, _ sink: (any AnswerSink)?
    ) async throws(HubError) -> CompletionResponse? {
        context.rescue?.isFollowing = true
        let failure: HubError
        do throws(HubError) {
            if let hedge = context.hedge { return try await hedged(context, hedge, sink) }
            return try await attempt(context, sink)
        } catch {
            failure = error
        }
        return try await attempts(after: failure, context, registry, sink)
    }

    @inline(never)
    private func attempts(
        after first: HubError, _ context: RequestContext, _ registry: ProviderRegistry, _ sink: (any AnswerSink)?
    ) async throws(HubError) -> CompletionResponse? {
        var course: AttemptCourse?
        var failure = first
        var tries = 1
        while true {
            guard !context.isCommitted, !Task.isCancelled, context.hasTime else {
                return try await rescued(from: failure, context, sink)
            }
            switch await decision(context, failure) {
            case .retry where tries < options.retry.maximumAttempts: break
            case .fallback(let provider) where tries < options.retry.maximumAttempts:
                try turn(to: provider, context, registry)
                course = nil
            case .retry, .fallback: throw failure
            case .propagate:
                guard let candidates = context.candidates else { throw failure }
                let way = course ?? AttemptCourse(context, candidates, options.retry)
                course = way
                way.failed(failure, at: context.clock.monotonicNanoseconds)
                if let other = context.hedgeFailure { way.failed(other, candidates, context) }
                try await moveOn(way, candidates, context)
            }
            tries += 1
            do throws(HubError) {
                return try await attempt(context, sink)
            } catch {
                failure = error
            }
        }
    }

    /// The first that is not to let the hub's own rules decide.
    private func decision(_ context: RequestContext, _ failure: HubError) async -> ErrorDecision {
        for middleware in middleware.reversed() {
            let decision = await middleware.onError(context, failure)
            if decision != .propagate { return decision }
        }
        return .propagate
    }

    /// Another provider, by the word of middleware.
    private func turn(
        to provider: String, _ context: RequestContext, _ registry: ProviderRegistry
    ) throws(HubError) {
        guard let request = context.request else { preconditionFailure("attempted before it was parsed") }
        let plan = try options.planner.plan(model: request.model, pins: [provider], registry: registry)
        context.plan = plan
        context.candidates = RouteCandidates(first: plan)
        try authorize(context)
    }

    /// Makes the next candidate the plan, waiting for its turn where need be, or throws what the client is to be told.
    private func moveOn(
        _ course: AttemptCourse, _ candidates: RouteCandidates, _ context: RequestContext
    ) async throws(HubError) {
        while true {
            switch course.schedule.next(now: context.clock.monotonicNanoseconds, random: &context.random) {
            case .stop: throw course.answer
            case .wait(let nanoseconds): try await wait(nanoseconds)
            case .call(let position):
                course.position = position
                let plan = candidates[position]
                let reason = candidates.first.reason.prefix { $0 != "+" }
                context.plan =
                    position == 0 ? plan : plan.with(reason: "\(reason)+fallback:\(course.fault.fallbackReason)")
                return
            }
        }
    }

    private func wait(_ nanoseconds: UInt64) async throws(HubError) {
        do throws(CancellationError) {
            try await waiting.wait(nanoseconds: nanoseconds)
        } catch {
            throw HubError(.aborted, "the client went away")
        }
        if Task.isCancelled { throw HubError(.aborted, "the client went away") }
    }
}
