internal import HubCore
internal import Synchronization

/// The models that can be asked for: configured ones, and those that servers list themselves.
final class ModelDirectory: Sendable {
    struct Listed: Sendable {
        var provider: String
        var facts: ModelFacts
    }

    /// The catalogue does not know when a model was made; clients want a number.
    static let created = 1_735_689_600

    private let discovered = Mutex<[String: [ModelFacts]]>([:])

    /// What a provider itself lists. An empty list keeps the last one.
    func discovered(_ models: [ModelFacts], at provider: String) {
        guard !models.isEmpty else { return }
        discovered.withLock { $0[provider] = models }
    }

    /// Each model once per provider, ready providers only, in the order of the configuration.
    func all(_ registry: ProviderRegistry) -> [Listed] {
        let discovered = discovered.withLock { $0 }
        return registry.entries.filter(\.isReady).flatMap { entry in
            let models = entry.metadata.models.isEmpty ? discovered[entry.id] ?? [] : entry.metadata.models
            return models.map { Listed(provider: entry.id, facts: $0) }
        }
    }

    /// By id, or by `provider/id`.
    func find(_ id: String, _ registry: ProviderRegistry) -> Listed? {
        let models = all(registry)
        return models.first { $0.facts.id == id } ?? models.first { "\($0.provider)/\($0.facts.id)" == id }
    }
}
