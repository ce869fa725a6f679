/// Tells one registry from another.
final class RegistryMark: Sendable {}

/// The providers of a configuration and what they offer. Immutable: a reload makes a new one.
public struct ProviderRegistry: Sendable {
    /// In the order of the configuration.
    public let entries: [ProviderEntry]
    let outliers: OutlierWatch
    let mark = RegistryMark()
    private let byID: [String: ProviderEntry]
    private let byModel: [String: (provider: ProviderEntry, model: ModelEntry)]

    /// - Parameters:
    ///   - metrics: where the handles of each provider and model are taken from.
    ///   - health: where what is known of how each has been doing is taken from.
    ///   - catalogue: what is known of models beside what is configured.
    ///   - prices: laid over the catalogue's.
    ///   - deadlines: of calls, by class of model.
    public init(
        providers: [any LLMProvider], metrics: HubMetrics, health: HealthRecord = HealthRecord(),
        catalogue: ModelCatalogue = .builtIn, prices: PriceBook = PriceBook(),
        deadlines: DeadlineTable = DeadlineTable()
    ) {
        outliers = health.outliers
        entries = providers.map {
            ProviderEntry(
                $0, metrics: metrics, health: health, catalogue: catalogue, prices: prices, deadlines: deadlines)
        }
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

    /// All ready providers that list the model.
    func entries(listing model: String) -> [ProviderEntry] {
        entries.filter { entry in entry.isReady && entry.lists(model) }
    }

    /// The first ready provider that lists the model: by its configuration, else by the catalogue.
    func target(listing model: String) -> (provider: ProviderEntry, model: ModelEntry)? {
        if let configured = byModel[model] { return configured }
        guard let entry = entries.first(where: { $0.isReady && $0.lists(model) }) else { return nil }
        return (entry, entry.entry(for: model))
    }
}
