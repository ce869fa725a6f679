public import Dialects
internal import Synchronization

/// One provider of a registry.
public final class ProviderEntry: Sendable {
    public let provider: any LLMProvider
    public let id: String
    public let metadata: ProviderMetadata
    /// Why it cannot be called, if it cannot.
    public let problem: HubError?
    private let offered: OfferedModels
    private let metrics: HubMetrics
    private let health: HealthRecord
    private let deadlines: DeadlineTable
    /// Of the provider as a whole.
    public let state: ProviderState
    private let configured: [String: ModelEntry]
    private let otherModel: ModelEntry
    /// Models of the catalogue that were asked for: as many as it has at most.
    private let known = Mutex<[String: ModelEntry]>([:])

    init(
        _ provider: any LLMProvider, metrics: HubMetrics, health: HealthRecord = HealthRecord(),
        catalogue: ModelCatalogue, prices: PriceBook, deadlines: DeadlineTable = DeadlineTable()
    ) {
        self.deadlines = deadlines
        self.provider = provider
        self.metrics = metrics
        self.health = health
        id = provider.providerID
        state = health.provider(id)
        metadata = provider.metadata()
        var problem: HubError?
        do throws(HubError) {
            try provider.validateConfiguration()
        } catch {
            problem = error
        }
        self.problem = problem
        let offered = OfferedModels(
            provider: id, vendor: Self.vendor(metadata, id), configured: metadata.models, catalogue: catalogue,
            prices: prices)
        self.offered = offered
        let id = id
        let firstToken = metadata.firstTokenTimeout
        configured = Dictionary(
            metadata.models.map { facts in
                let facts = offered.complete(facts)
                return (
                    facts.id,
                    ModelEntry(
                        facts: facts, metrics: metrics.target(provider: id, model: facts.id),
                        health: health.target(provider: id, model: facts.id),
                        deadlines: deadlines.deadlines(of: facts, firstToken: firstToken))
                )
            },
            uniquingKeysWith: { first, _ in first })
        otherModel = ModelEntry(
            facts: nil, metrics: metrics.target(provider: id, model: "other"),
            health: health.target(provider: id, model: "other"),
            deadlines: deadlines.deadlines(of: nil, firstToken: firstToken))
    }

    public var isReady: Bool { problem == nil }

    /// The names of the models that the configuration or the catalogue lists, in order.
    public var modelNames: [String] {
        metadata.models.isEmpty ? offered.catalogue.models(at: offered.vendor) : metadata.models.map(\.id)
    }

    /// What is known of a model by its configuration and the catalogue. Nil if nothing is.
    public func facts(of model: String) -> ModelFacts? {
        configured[model]?.facts ?? offered.known(model)
    }

    /// Whether the provider is the one to ask for a model that was asked for by name alone.
    func lists(_ model: String) -> Bool { offered.lists(model) }

    /// Models outside the catalogue share one entry: their names come from clients and have no bound.
    func entry(for model: String) -> ModelEntry {
        if let entry = configured[model] { return entry }
        if let end = model.utf8.firstIndex(of: UInt8(ascii: ";")), let entry = configured[String(model[..<end])] {
            return entry
        }
        if let entry = known.withLock({ $0[model] }) { return entry }
        guard let facts = offered.known(model) else { return otherModel }
        let entry = ModelEntry(
            facts: facts, metrics: metrics.target(provider: id, model: model),
            health: health.target(provider: id, model: model),
            deadlines: deadlines.deadlines(of: facts, firstToken: metadata.firstTokenTimeout))
        known.withLock { $0[model] = entry }
        return entry
    }

    private static func vendor(_ metadata: ProviderMetadata, _ id: String) -> String {
        if let vendor = metadata.vendor { return vendor }
        return ["openai", "anthropic", "google", "azure", "bedrock"].contains(metadata.kind) ? metadata.kind : id
    }
}

/// A model's facts, the metric handles of calls to it, how it has been doing and how much time it is given.
public final class ModelEntry: Sendable {
    public let facts: ModelFacts?
    /// Of the facts, what each decision among targets looks at: the whole is large.
    let isKnown: Bool
    let contextWindow: Int?
    let maximumOutputTokens: Int?
    let capabilities: [String]
    let prices: PriceHistory?
    public let metrics: TargetMetrics
    public let health: TargetHealth
    /// Of one call.
    public let deadlines: CallDeadlines

    init(facts: ModelFacts?, metrics: TargetMetrics, health: TargetHealth, deadlines: CallDeadlines) {
        self.deadlines = deadlines
        self.facts = facts
        isKnown = facts != nil
        contextWindow = facts?.contextWindow
        maximumOutputTokens = facts?.maximumOutputTokens
        capabilities = facts?.capabilities ?? []
        prices = facts?.prices
        self.metrics = metrics
        self.health = health
    }
}
