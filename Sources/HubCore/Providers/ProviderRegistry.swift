public import Dialects

/// The providers of a configuration and what they offer. Immutable: a reload makes a new one.
public struct ProviderRegistry: Sendable {
    /// In the order of the configuration.
    public let entries: [ProviderEntry]
    private let byID: [String: ProviderEntry]
    private let byModel: [String: (provider: ProviderEntry, model: ModelEntry)]

    /// - Parameter metrics: where the handles of each provider and model are taken from.
    public init(providers: [any LLMProvider], metrics: HubMetrics) {
        entries = providers.map { ProviderEntry($0, metrics: metrics) }
        var byID: [String: ProviderEntry] = [:]
        var byModel: [String: (provider: ProviderEntry, model: ModelEntry)] = [:]
        for entry in entries {
            byID[entry.id] = byID[entry.id] ?? entry
            guard entry.isReady else { continue }
            for model in entry.metadata.models {
                byModel[model.id] = byModel[model.id] ?? (entry, entry.entry(for: model.id))
            }
        }
        self.byID = byID
        self.byModel = byModel
    }

    public subscript(providerID: String) -> ProviderEntry? { byID[providerID] }

    /// The first ready provider that lists the model.
    func target(listing model: String) -> (provider: ProviderEntry, model: ModelEntry)? { byModel[model] }
}

/// One provider of a registry.
public final class ProviderEntry: Sendable {
    public let provider: any LLMProvider
    public let id: String
    public let metadata: ProviderMetadata
    /// Why it cannot be called, if it cannot.
    public let problem: HubError?
    private let models: [String: ModelEntry]
    private let otherModel: ModelEntry

    init(_ provider: any LLMProvider, metrics: HubMetrics) {
        self.provider = provider
        id = provider.providerID
        metadata = provider.metadata()
        var problem: HubError?
        do throws(HubError) {
            try provider.validateConfiguration()
        } catch {
            problem = error
        }
        self.problem = problem
        let id = id
        models = Dictionary(
            metadata.models.map { ($0.id, ModelEntry(facts: $0, metrics: metrics.target(provider: id, model: $0.id))) },
            uniquingKeysWith: { first, _ in first })
        otherModel = ModelEntry(facts: nil, metrics: metrics.target(provider: id, model: "other"))
    }

    public var isReady: Bool { problem == nil }

    /// Models outside the catalogue share one entry: their names come from clients and have no bound.
    func entry(for model: String) -> ModelEntry {
        if let known = models[model] { return known }
        guard let end = model.utf8.firstIndex(of: UInt8(ascii: ";")) else { return otherModel }
        return models[String(model[..<end])] ?? otherModel
    }
}

/// A model's facts and the metric handles of calls to it.
public struct ModelEntry: Sendable {
    public let facts: ModelFacts?
    public let metrics: TargetMetrics
}
