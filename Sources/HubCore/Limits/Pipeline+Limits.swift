internal import Dialects
internal import Wire

/// Limits: a request is counted once, before the cache; tokens are reserved for each call to a provider, and corrected when
/// it is known what it used.
extension Pipeline {
    /// Counts the request against its caller's limits.
    func admit(_ context: RequestContext) async throws(HubError) {
        guard let limiter else { return }
        let demands = limits.requestDemands(context)
        guard !demands.isEmpty else { return }
        context.held = try await admitted(demands, limiter, context).filter { $0.demand.unit == .concurrent }
    }

    /// Reserves what one call to a provider may use.
    func reserve(_ context: RequestContext, _ plan: RoutePlan) async throws(HubError) -> [LimitCorrection] {
        guard let limiter else { return [] }
        let demands = limits.attemptDemands(context, plan) { Self.tokens(context, plan) }
        guard !demands.isEmpty else { return [] }
        return try await admitted(demands, limiter, context)
    }

    /// Counts what a call has used in place of what was reserved for it.
    func settle(_ reserved: [LimitCorrection], _ context: RequestContext, failed: Bool) {
        settle(reserved, context, isFree: failed && !context.isCommitted)
    }

    /// - Parameter isFree: it failed before it said anything.
    func settle(_ reserved: [LimitCorrection], _ context: RequestContext, isFree: Bool) {
        guard let limiter, !reserved.isEmpty else { return }
        let used = context.callUsage?.total
        limiter.correct(
            reserved.compactMap { reserved in
                var correction = reserved
                switch reserved.demand.unit {
                case .requests: return nil
                case .concurrent: correction.change = -reserved.demand.amount
                case .tokens:
                    // Nobody told what a cut stream used: it stays as reserved. What failed before it said anything is free.
                    guard let used = used ?? (isFree ? 0 : nil) else { return nil }
                    correction.change = used - reserved.demand.amount
                }
                return correction.change == 0 ? nil : correction
            })
    }

    /// A call that is not made after all counts for nothing.
    func giveBack(_ reserved: [LimitCorrection]) {
        guard let limiter, !reserved.isEmpty else { return }
        limiter.correct(
            reserved.map { reserved in
                var correction = reserved
                correction.change = -reserved.demand.amount
                return correction
            })
    }

    /// The request is over: it no longer counts among those at the same time.
    func release(_ context: RequestContext) {
        giveBack(context.held)
        context.held = []
    }

    /// Most calls have none, and are spared the steps.
    func hasLimits(_ context: RequestContext) -> Bool {
        !limits.isEmpty || !context.principal.limits.isEmpty
    }

    private func admitted(
        _ demands: [LimitDemand], _ limiter: any RateLimiter, _ context: RequestContext
    ) async throws(HubError) -> [LimitCorrection] {
        switch await limiter.admit(demands) {
        case .admitted(let states, let time):
            context.limitStates.note(demands, states)
            return demands.map { LimitCorrection(demand: $0, change: 0, admittedAtMilliseconds: time) }
        case .refused(let index, let wait, let states):
            context.limitStates.note(demands, states)
            metrics.countRefusal(demands[index].scope)
            throw Self.refusal(demands[index], wait)
        }
    }

    private static func refusal(_ demand: LimitDemand, _ wait: Int?) -> HubError {
        let what = demand.unit == .concurrent ? "requests at the same time" : demand.unit.rawValue
        let limit = "the limit of \(demand.algorithm.limit) \(what) per \(demand.scope.rawValue)"
        guard let wait else {
            var error = HubError(
                .rateLimitExceeded,
                "\(limit) is below the \(demand.amount) that this request may need: lower max_tokens")
            error.isPermanent = true
            return error
        }
        var error = HubError(.rateLimitExceeded, "\(limit) is reached")
        error.retryAfter = max(1, (wait + 999) / 1000)
        return error
    }

    /// The prompt by estimate, and the answer by what the client allows.
    private static func tokens(_ context: RequestContext, _ plan: RoutePlan) -> Int {
        guard let request = context.part else { return 0 }
        if request.dialect == .embeddings { return request.body.documentBytes / 4 + 1 }
        guard let chat = try? request.canonical() else { return request.body.documentBytes / 4 + 1 }
        let most = plan.modelEntry.maximumOutputTokens ?? .max
        let output = chat.maximumOutputTokens ?? min(4096, most)
        return TokenEstimate.input(of: chat, model: plan.model) + min(output, most) * max(1, request.choiceCount)
    }
}

/// The tightest limits that a request met, for its headers.
public struct LimitStates: Sendable, Equatable {
    public private(set) var requests: LimitState?
    public private(set) var tokens: LimitState?

    mutating func note(_ demands: [LimitDemand], _ states: [LimitState]) {
        for (demand, state) in zip(demands, states) {
            switch demand.unit {
            case .requests: requests = Self.tighter(requests, state)
            case .tokens: tokens = Self.tighter(tokens, state)
            case .concurrent: break
            }
        }
    }

    private static func tighter(_ known: LimitState?, _ new: LimitState) -> LimitState {
        guard let known else { return new }
        return new.remaining < known.remaining ? new : known
    }
}
