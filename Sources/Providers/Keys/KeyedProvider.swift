public import Dialects
public import HubCore
internal import Synchronization

/// A provider with several keys: one adapter for each. Calls take turns; a key that is refused, or limited, is left alone
/// for a while and the call made with the next. To the rest of the hub it is one provider and one attempt.
public final class KeyedProvider: LLMProvider {
    private let members: [any LLMProvider]
    private let ring: Mutex<KeyRing>
    private let clock: any TimeSource

    /// - Parameter members: alike but for their key; at least one.
    public init(_ members: [any LLMProvider], clock: any TimeSource = MachineTime()) {
        precondition(!members.isEmpty, "a provider without a key")
        self.members = members
        self.clock = clock
        ring = Mutex(KeyRing(count: members.count))
    }

    public var providerID: String { members[0].providerID }
    public func metadata() -> ProviderMetadata { members[0].metadata() }
    public func validateConfiguration() throws(HubError) { try members[0].validateConfiguration() }
    public func takesTextCompletions(model: String) -> Bool { members[0].takesTextCompletions(model: model) }

    public func continuesTexts(model: String, facts: ModelFacts?) -> Bool {
        members[0].continuesTexts(model: model, facts: facts)
    }

    public func sendCompletion(_ call: ProviderCall) async throws(HubError) -> CompletionResponse {
        try await tried { member throws(HubError) in try await member.sendCompletion(call) }
    }

    public func streamCompletion(_ call: ProviderCall, to receiver: any StreamReceiver) async throws(HubError) {
        let watched = WatchedReceiver(receiver)
        try await tried(until: { watched.hasReceived }) { member throws(HubError) in
            try await member.streamCompletion(call, to: watched)
        }
    }

    public func embed(_ call: ProviderCall) async throws(HubError) -> CompletionResponse {
        try await tried { member throws(HubError) in try await member.embed(call) }
    }

    public func countTokens(_ call: ProviderCall) async throws(HubError) -> Int? {
        try await tried { member throws(HubError) in try await member.countTokens(call) }
    }

    /// Healthy if one of its keys is.
    public func checkHealth() async -> ProviderHealth {
        var health = ProviderHealth(status: .unhealthy)
        for key in ring.withLock({ $0.order(at: clock.monotonicNanoseconds) }) {
            health = await members[key].checkHealth()
            if health.status == .healthy { break }
        }
        return health
    }

    public func listModels() async -> [ModelFacts] {
        for key in ring.withLock({ $0.order(at: clock.monotonicNanoseconds) }) {
            let models = await members[key].listModels()
            if !models.isEmpty { return models }
        }
        return []
    }

    /// - Parameter isOver: something has been received, so that another key would say it again.
    private func tried<Answer>(
        until isOver: () -> Bool = { false },
        _ body: (any LLMProvider) async throws(HubError) -> Answer
    ) async throws(HubError) -> Answer {
        let keys = ring.withLock { $0.order(at: clock.monotonicNanoseconds) }
        for (position, key) in keys.enumerated() {
            do throws(HubError) {
                let answer = try await body(members[key])
                ring.withLock { $0.wake(key) }
                return answer
            } catch {
                guard let rest = rest(error) else { throw error }
                ring.withLock { $0.rest(key, until: clock.monotonicNanoseconds &+ rest) }
                guard position + 1 < keys.count, !isOver(), !Task.isCancelled else { throw error }
            }
        }
        throw HubError(.internalError, "\(providerID) has no key")
    }

    /// Nanoseconds for which a key is left alone after this; nil if it is not about the key.
    private func rest(_ error: HubError) -> UInt64? {
        switch error.code {
        case .providerAuthentication, .providerBilling: KeyRing.refusedRest
        case .providerRateLimited:
            error.retryAfter.map { UInt64(min(max($0, 0), 86_400)) * 1_000_000_000 } ?? KeyRing.limitedRest
        default: nil
        }
    }
}

/// Notes whether anything has come.
private final class WatchedReceiver: StreamReceiver {
    private let receiver: any StreamReceiver
    private(set) var hasReceived = false

    init(_ receiver: any StreamReceiver) {
        self.receiver = receiver
    }

    func attach(_ flow: any StreamFlow) { receiver.attach(flow) }

    func receive(_ chunk: StreamChunk) {
        hasReceived = true
        receiver.receive(chunk)
    }

    func reportDropped(_ parameters: [String]) { receiver.reportDropped(parameters) }
}
