internal import Dialects

/// Calls to providers until one answers.
extension Pipeline {
    /// One call for a chat, one per prompt for a text completion.
    func parts(
        _ context: RequestContext, _ registry: ProviderRegistry, _ sink: any AnswerSink
    ) async throws(HubError) -> HubAnswer {
        guard let request = context.request else { preconditionFailure("attempted before it was parsed") }
        var responses: [CompletionResponse] = []
        let calls = try request.dialect == .textCompletion ? TextCompletionRequest.parts(request) : [request]
        context.callCount = calls.count
        for position in calls.indices {
            context.beginPart(calls[position])
            if request.isStream { sink.begin(part: position) }
            let response = try await answered(context, registry, request.isStream ? sink : nil)
            if let response { responses.append(response) }
        }
        return request.isStream ? .streamed : .whole(responses)
    }

    /// Calls until an attempt succeeds or nothing asks for another.
    func attempts(
        _ context: RequestContext, _ registry: ProviderRegistry, _ sink: (any AnswerSink)?
    ) async throws(HubError) -> CompletionResponse? {
        var tries = 0
        while true {
            tries += 1
            let failure: HubError
            do throws(HubError) {
                return try await attempt(context, sink)
            } catch {
                failure = error
            }
            // classify fault, release reservation, breaker, next candidate: come here.
            guard !context.isCommitted, !Task.isCancelled, tries < options.maximumAttempts, context.hasTime,
                try await shouldTryAgain(context, failure, registry)
            else { throw failure }
        }
    }

    private func shouldTryAgain(
        _ context: RequestContext, _ failure: HubError, _ registry: ProviderRegistry
    ) async throws(HubError) -> Bool {
        for middleware in middleware.reversed() {
            switch await middleware.onError(context, failure) {
            case .propagate:
                continue
            case .retry:
                return true
            case .fallback(let provider):
                guard let request = context.request else { return false }
                context.plan = try options.planner.plan(model: request.model, pins: [provider], registry: registry)
                try authorize(context)
                return true
            }
        }
        return false
    }
}
