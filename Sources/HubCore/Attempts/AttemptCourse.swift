internal import Dialects

/// A request's way through its candidates, from the first failure on.
final class AttemptCourse {
    var schedule: RetrySchedule
    /// The candidate that was called last.
    var position = 0
    private let count: Int
    /// Of a real attempt.
    private var lastFailure: HubError?
    /// The breaker that opens the earliest, of those that let nothing through.
    private var refusal: HubError?
    /// Of what failed last.
    private(set) var fault = FaultClass.internalFault

    init(_ context: RequestContext, _ candidates: RouteCandidates, _ policy: RetryPolicy) {
        count = candidates.count
        var windows: [Int?] = []
        for index in 0..<count { windows.append(candidates[index].modelEntry.contextWindow) }
        schedule = RetrySchedule(
            policy: policy, windows: windows, deadline: context.deadline, maximumAttempts: context.maximumAttempts)
    }

    func failed(_ failure: HubError, at now: UInt64) {
        fault = FaultClass(failure)
        schedule.failed(position, fault, retryAfter: failure.retryAfter, now: now)
        if fault == .circuitOpen {
            if failure.retryAfter ?? .max < refusal?.retryAfter ?? .max || refusal == nil { refusal = failure }
        } else {
            lastFailure = failure
        }
    }

    /// The call beside the first one failed too.
    func failed(_ other: HedgeFailure, _ candidates: RouteCandidates, _ context: RequestContext) {
        context.hedgeFailure = nil
        let index = (0..<count).first { candidates[$0].entry === other.entry && candidates[$0].model == other.model }
        guard let index else { return }
        position = index
        failed(other.error, at: context.clock.monotonicNanoseconds)
    }

    /// What the client is told when nothing is left to call.
    var answer: HubError {
        if let lastFailure { return lastFailure }
        guard var refusal else { return HubError(.internalError, "no target was called") }
        if count > 1 {
            refusal.code = .noProviderAvailable
            refusal.message = "every target of the model has failed too often and is left alone for now"
            refusal.provider = nil
        }
        return refusal
    }
}
