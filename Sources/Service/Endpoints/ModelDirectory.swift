internal import HubCore
internal import Synchronization

/// The models that can be asked for: configured ones, those that servers list themselves, those of the catalogue, and
/// the names that routes add.
final class ModelDirectory: Sendable {
    /// One name that a request can ask for.
    struct Listed: Sendable {
        var name: String
        /// The provider's own name of it.
        var model: String
        /// Those that serve it, the first before the others.
        var providers: [ProviderEntry]

        /// What the first provider that knows anything knows of it.
        var facts: ModelFacts {
            providers.lazy.compactMap { [model] in $0.facts(of: model) }.first ?? ModelFacts(id: model)
        }
    }

    /// The catalogue does not know when a model was made; clients want a number.
    static let created = 1_735_689_600

    /// Names by provider.
    private let discovered = Mutex<[String: [String]]>([:])

    /// More names than these, and longer ones, are not kept: no request can use the latter.
    private static let mostNames = 5000
    private static let longestName = 256

    /// What a provider itself lists. An empty list keeps the last one.
    func discovered(_ models: [ModelFacts], at provider: String) {
        let names = models.lazy.map(\.id).filter { (1...Self.longestName).contains($0.utf8.count) }
        let kept = Array(names.prefix(Self.mostNames))
        guard !kept.isEmpty else { return }
        discovered.withLock { $0[provider] = kept }
    }

    /// Each name once, with the ready providers that serve it, in the order of the configuration; then the names that
    /// routes add.
    /// - Parameter allows: whether the caller may use a model, by its name there, at a provider.
    func all(_ hub: ConnectorHub, allows: (String, String) -> Bool) -> [Listed] {
        var found: [Listed] = []
        var positions: [String: Int] = [:]
        func add(_ name: String, _ model: String, _ entry: ProviderEntry) {
            guard allows(model, entry.id) else { return }
            if let position = positions[name] {
                if found[position].model == model { found[position].providers.append(entry) }
            } else {
                positions[name] = found.count
                found.append(Listed(name: name, model: model, providers: [entry]))
            }
        }
        for entry in hub.registry.entries where entry.isReady {
            for name in names(at: entry) { add(name, name, entry) }
        }
        for alias in hub.aliases where positions[alias.name] == nil { add(alias.name, alias.model, alias.entry) }
        return found
    }

    /// By name, or by `provider/model`.
    func find(_ name: String, _ hub: ConnectorHub, allows: (String, String) -> Bool) -> Listed? {
        if let listed = all(hub, allows: allows).first(where: { $0.name == name }) { return listed }
        guard let slash = name.utf8.firstIndex(of: UInt8(ascii: "/")),
            let entry = hub.registry[String(name[..<slash])], entry.isReady
        else { return nil }
        let model = String(name[name.index(after: slash)...])
        guard allows(model, entry.id), entry.facts(of: model) != nil || names(at: entry).contains(model) else {
            return nil
        }
        return Listed(name: model, model: model, providers: [entry])
    }

    /// What a server lists itself is what it serves; the catalogue stands in for those that cannot say.
    private func names(at entry: ProviderEntry) -> [String] {
        if entry.metadata.models.isEmpty, let own = discovered.withLock({ $0[entry.id] }) { return own }
        return entry.modelNames
    }
}
