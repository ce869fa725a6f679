public import Dialects
public import HubCore
internal import Synchronization

/// A provider with several keys: one adapter for each. Calls take turns; a key that is refused, limited, or with which the
/// calls of a model fail, is left alone for a while. A call that is refused or limited is made with the next. To the rest of
/// the hub it is one provider and one attempt.
public final class KeyedProvider: LLMProvider {
    public struct Member: Sendable {
        let provider: any LLMProvider
        let health: KeyHealth

        public init(_ provider: any LLMProvider, _ health: KeyHealth) {
            self.provider = provider
            self.health = health
        }
    }

    private let members: [Member]
    private let turn = Atomic(0)
    private let clock: any TimeSource

    /// - Parameter members: alike but for their key; at least one.
    public init(_ members: [Member], clock: any TimeSource = MachineTime()) {
        precondition(!members.isEmpty, "a provider without a key")
        self.members = members
        self.clock = clock
    }

    private var first: any LLMProvider { members[0].provider }

    public var providerID: String { first.providerID }
    public func metadata() -> ProviderMetadata { first.metadata() }
    public func validateConfiguration() throws(HubError) { try first.validateConfiguration() }
    public func takesTextCompletions(model: String) -> Bool { first.takesTextCompletions(model: model) }

    public func continuesTexts(model: String, facts: ModelFacts?) -> Bool {
        first.continuesTexts(model: model, facts: facts)
    }

    public func sendCompletion(_ call: ProviderCall) async throws(HubError) -> CompletionResponse {
        try await tried(call) { member, call throws(HubError) in try await member.sendCompletion(call) }
    }

    public func streamCompletion(_ call: ProviderCall, to receiver: any StreamReceiver) async throws(HubError) {
        let watched = WatchedReceiver(receiver)
        try await tried(call, until: { watched.hasReceived }) { member, call throws(HubError) in
            try await member.streamCompletion(call, to: watched)
        }
    }

    public func embed(_ call: ProviderCall) async throws(HubError) -> CompletionResponse {
        try await tried(call) { member, call throws(HubError) in try await member.embed(call) }
    }

    public func countTokens(_ call: ProviderCall) async throws(HubError) -> Int? {
        try await tried(call) { member, call throws(HubError) in try await member.countTokens(call) }
    }

    /// Healthy if one of its keys is.
    public func checkHealth() async -> ProviderHealth {
        var health = ProviderHealth(status: .unhealthy)
        for key in order(Self.noModel) {
            health = await members[key].provider.checkHealth()
            if health.status == .healthy { break }
        }
        return health
    }

    public func listModels() async -> [ModelFacts] {
        for key in order(Self.noModel) {
            let models = await members[key].provider.listModels()
            if !models.isEmpty { return models }
        }
        return []
    }

    // MARK: Keys

    /// What models that nobody lists are called here: their names come from clients and have no bound.
    private static let otherModel = "other"
    private static let noModel = ""

    /// The keys to try, in order: those that are ready, another one first each time. If none is, the one that rests least.
    private func order(_ model: String) -> [Int] {
        let now = clock.monotonicNanoseconds
        let turn = turn.wrappingAdd(1, ordering: .relaxed).newValue & Int.max
        let circle = members.indices.map { (turn + $0) % members.count }
        let ready = circle.filter { members[$0].health.isReady(model, at: now) }
        guard ready.isEmpty else { return ready }
        let least = circle.min { members[$0].health.restEnd(model) < members[$1].health.restEnd(model) }
        return least.map { [$0] } ?? []
    }

    /// - Parameter isOver: something has been received, so that another key would say it again.
    private func tried<Answer>(
        _ call: ProviderCall, until isOver: () -> Bool = { false },
        _ body: (any LLMProvider, ProviderCall) async throws(HubError) -> Answer
    ) async throws(HubError) -> Answer {
        let model = call.facts?.id ?? Self.otherModel
        let keys = order(model)
        for (position, key) in keys.enumerated() {
            let member = members[key]
            let isLast = position + 1 == keys.count
            let made: KeyHealth.Call
            do throws(HubError) {
                made = try member.health.begin(model, at: clock.monotonicNanoseconds)
            } catch {
                if isLast { throw error }
                continue
            }
            do throws(HubError) {
                let watcher = KeyObserver(member.health.target(model), of: members, model, next: call.observer)
                let answer = try await body(member.provider, call.observed(by: watcher, clock: clock))
                _ = member.health.end(made, nil, at: clock.monotonicNanoseconds)
                return answer
            } catch {
                let isKeys = member.health.end(made, error, at: clock.monotonicNanoseconds)
                guard isKeys, !isLast, !isOver(), !Task.isCancelled else { throw error }
            }
        }
        throw HubError(.internalError, "\(providerID) has no key")
    }
}

/// Limits that are told are those of the key. The provider's they are where no key has room.
private final class KeyObserver: CallObserver {
    private let key: TargetHealth
    private let members: [KeyedProvider.Member]
    private let model: String
    private let next: (any CallObserver)?

    init(
        _ key: TargetHealth, of members: [KeyedProvider.Member], _ model: String, next: (any CallObserver)?
    ) {
        self.key = key
        self.members = members
        self.model = model
        self.next = next
    }

    func noteLimits(_ limits: ProviderLimits, at now: UInt64) {
        key.noteLimits(limits, at: now)
        if !members.contains(where: { $0.health.isReady(model, at: now) }) { next?.noteLimits(limits, at: now) }
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
