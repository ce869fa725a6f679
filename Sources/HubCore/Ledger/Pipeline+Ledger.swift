internal import Dialects
internal import Wire

/// The ledger: a row for each call to a provider, begun before it and ended after it, whatever comes of it.
extension Pipeline {
    /// A call begins now; monotonic nanoseconds.
    func begin(_ call: ProviderCall, _ plan: RoutePlan, _ context: RequestContext, at now: UInt64) {
        context.beginAttempt(at: now)
        guard let ledger, keepsRow(of: plan) else { return }
        context.ledgerEntry = ledger.begin(ledgerCall(call, plan, context), shard: context.shard)
    }

    /// - Parameters:
    ///   - usage: as its provider reported it, and `cost` that of it.
    ///   - failure: as the client is to see it.
    func end(
        _ call: ProviderCall, _ plan: RoutePlan, _ context: RequestContext, _ attempt: Attempt, start: UInt64,
        end: UInt64, failure: HubError?
    ) {
        guard let ledger, let entry = context.ledgerEntry else { return }
        context.ledgerEntry = nil
        var result = LedgerResult(LedgerResult.Outcome(attempt.outcome), endedAfter: end &- start)
        result.status = attempt.status
        result.errorCode = failure?.code
        result.firstTokenAfter = context.callPayloadAt.map { $0 &- start }
        result.servedModel = context.servedModel
        (result.usage, result.isEstimated) = ledgerUsage(
            attempt, call, plan, context, isUnsent: failure?.isUnsent ?? false)
        price(&result, attempt.cost, plan, context)
        ledger.end(entry, result)
    }

    /// What a provider's own batch came to for one request; nil without a ledger.
    func ledgerRow(
        _ call: BatchCall, _ response: CompletionResponse?, _ failure: HubError?, _ context: RequestContext
    ) -> LedgerRow? {
        guard ledger != nil, keepsRow(of: call.plan) else { return nil }
        var result = LedgerResult(failure == nil ? .success : .error, endedAfter: 0)
        result.status = failure == nil ? 200 : failure?.upstream?.status ?? 0
        result.errorCode = failure?.code
        result.servedModel = response?.servedModel
        if let usage = response?.usage {
            result.usage = usage
        } else if failure.map({ ($0.upstream?.status ?? 200) < 400 && FaultClass($0).mayBeCharged }) ?? true {
            result.usage = TokenUsage(input: call.call.request.estimatedInput(call.plan))
        }
        result.isEstimated = response?.usage == nil
        price(&result, context.costNanoDollars, call.plan, context)
        return LedgerRow(call: ledgerCall(call.call, call.plan, context), result: result)
    }

    private func keepsRow(of plan: RoutePlan) -> Bool {
        plan.entry.metadata.callsUpstream || options.ledgersSimulatedCalls
    }

    private func ledgerCall(_ call: ProviderCall, _ plan: RoutePlan, _ context: RequestContext) -> LedgerCall {
        let operation: LedgerCall.Operation =
            switch context.part?.dialect {
            case .embeddings: .embeddings
            case .textCompletion: .textCompletion
            default: .chat
            }
        var row = LedgerCall(
            attemptID: .identifier(call.attemptID), requestID: context.ledgerID, sequence: call.attempt,
            traceID: context.trace.traceID, provider: plan.entry.id, model: plan.model, operation: operation,
            isStream: context.part?.isStream ?? false, startedAt: context.clock.wallNanoseconds,
            estimatedInput: call.request.body.documentBytes / 4 + 1)
        let principal = context.principal
        row.keyID = principal.keyID
        // What the credential leaves open the headers say, and then the body.
        row.user = principal.user ?? context.directives.user ?? context.request?.user
        row.team = principal.team ?? context.directives.team
        row.project = principal.project ?? context.directives.project
        return row
    }

    /// What a provider has counted is used as it is, but for the output of a stream that broke off: that is at least what
    /// arrived. Where it has counted nothing, what it most likely did is estimated.
    private func ledgerUsage(
        _ attempt: Attempt, _ call: ProviderCall, _ plan: RoutePlan, _ context: RequestContext, isUnsent: Bool
    ) -> (TokenUsage, isEstimated: Bool) {
        let arrived = call.request.dialect == .embeddings ? 0 : context.arrived.tokens
        guard var usage = attempt.usage else {
            let isRefused = attempt.fault != nil && attempt.status >= 400
            let isCharged = !isUnsent && !isRefused && attempt.fault?.mayBeCharged ?? true
            guard arrived > 0 || isCharged else {
                return (TokenUsage(), true)
            }
            return (TokenUsage(input: call.request.estimatedInput(plan), output: arrived), true)
        }
        guard attempt.fault != nil, arrived > usage.completionTotal else { return (usage, context.isUsageEstimated) }
        usage.output += arrived - usage.completionTotal
        return (usage, true)
    }

    private func price(
        _ result: inout LedgerResult, _ known: Int?, _ plan: RoutePlan, _ context: RequestContext
    ) {
        if result.usage.total == 0 { return result.costNanoDollars = 0 }
        guard let service = context.service, let prices = plan.modelEntry.prices else { return }
        let day = CalendarDay(wallNanoseconds: context.clock.wallNanoseconds)
        guard let price = prices.price(on: day) else { return }
        result.costNanoDollars = result.isEstimated ? price.cost(of: result.usage, service: service) : known
        if result.costNanoDollars != nil {
            result.price = LedgerPrice(effectiveFrom: price.effectiveFrom, service: service)
        }
    }
}

extension LedgerResult.Outcome {
    init(_ outcome: AttemptRecord.Outcome) {
        switch outcome {
        case .success: self = .success
        case .error: self = .error
        case .timeout: self = .timeout
        case .aborted: self = .aborted
        }
    }
}

extension CompletionRequest {
    /// About how many tokens its prompt is charged for. A provider that answers one choice at a time is asked as often.
    func estimatedInput(_ plan: RoutePlan) -> Int {
        let calls = plan.entry.metadata.answersSeveralChoices ? 1 : max(1, choiceCount)
        guard dialect != .embeddings, let chat = try? canonical() else { return calls * (body.documentBytes / 4 + 1) }
        return calls * TokenEstimate.input(of: chat, model: plan.model)
    }
}

extension FaultClass {
    /// Whether a provider that told no usage may have charged for a call that failed so: it had the prompt, and nobody knows
    /// how far it came. What it refused, or never got, is free.
    fileprivate var mayBeCharged: Bool {
        switch self {
        case .timeout, .deadline, .aborted, .badResponse, .network: true
        case .client, .contentFilter, .contextLength, .incapable, .rateLimit, .authentication, .notFound,
            .notConfigured, .overload, .transient, .circuitOpen, .governance, .internalFault:
            false
        }
    }
}
