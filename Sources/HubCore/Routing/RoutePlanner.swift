public import Dialects
internal import Wire

/// Chooses where a call goes: contract 13.4. Pure but for the turns of round-robin.
public struct RoutePlanner: Sendable {
    public var routes: [ModelRoute]
    public var defaultProvider: String?
    /// Among several targets, where neither the request nor the route says another.
    public var strategy = RoutingStrategy.modelBased
    /// Another target of the request may go on with a stream that breaks, where no route says otherwise.
    public var rescuesStreams = false
    /// By provider id.
    public var traits: [String: ProviderTraits] = [:]
    /// Further strategies, by the name that requests use.
    public var selectors: [String: any ProviderSelector] = [:]
    /// Of second calls, where the route has no rule of its own.
    public var hedge: HedgeMeter?
    let turn = RouteTurn()

    public init(routes: [ModelRoute] = [], defaultProvider: String? = nil) {
        self.routes = routes
        self.defaultProvider = defaultProvider
    }

    /// The one target of a model, without regard to what the request says of others.
    /// - Parameter pins: the provider as named by path, body and header, where they name one.
    public func plan(model: String, pins: [String], registry: ProviderRegistry) throws(HubError) -> RoutePlan {
        switch try base(model: model, pins: pins, registry) {
        case .pinned(let plan), .found(let plan): return plan
        case .route(let route): return try first(of: route, model, registry)
        }
    }

    /// What the rules say of a model, before anything is chosen.
    enum Base {
        /// Named by the request itself.
        case pinned(RoutePlan)
        case route(ModelRoute)
        /// By its name, listed or not.
        case found(RoutePlan)
    }

    func base(model: String, pins: [String], _ registry: ProviderRegistry) throws(HubError) -> Base {
        if let pin = try agreed(pins) {
            guard let entry = registry[pin] else { throw Self.unknownProvider(pin) }
            return .pinned(try target(entry, Self.withoutPrefix(model, entry.id), reason: "explicit"))
        }
        if model.contains(byte: UInt8(ascii: "/")), let slash = model.utf8.firstIndex(of: UInt8(ascii: "/")),
            let entry = registry[String(model[..<slash])]
        {
            return .pinned(try target(entry, String(model[model.index(after: slash)...]), reason: "explicit"))
        }
        if let route = routes.first(where: { Glob.matches($0.pattern, model) }),
            (route.targets + route.fallbacks).contains(where: { registry[$0.provider] != nil })
        {
            return .route(route)
        }
        if let (entry, modelEntry) = registry.target(listing: model) {
            return .found(RoutePlan(entry: entry, model: model, modelEntry: modelEntry, reason: "catalog"))
        }
        if let entry = Self.providerByName(model).flatMap({ registry[$0] }), entry.isReady || defaultProvider == nil {
            return .found(try target(entry, model, reason: "name-rule"))
        }
        if let name = defaultProvider {
            guard let entry = registry[name] else { throw Self.unknownProvider(name) }
            return .found(try target(entry, model, reason: "default"))
        }
        throw HubError(
            .modelNotFound, "no provider serves the model \(model); GET /v1/models lists those that are served",
            parameter: "model")
    }

    /// The first ready target.
    func first(of route: ModelRoute, _ model: String, _ registry: ProviderRegistry) throws(HubError) -> RoutePlan {
        let known = (route.targets + route.fallbacks).compactMap { target in
            registry[target.provider].map { (target, $0) }
        }
        guard let (chosen, entry) = known.first(where: { $0.1.isReady }) ?? known.first else {
            throw HubError(.noProviderAvailable, "the route of \(model) has no target")
        }
        return try target(entry, chosen.model ?? model, reason: "route")
    }

    /// The names that routes give to models of their own accord: patterns that are plain names. Each with the target it
    /// leads to now.
    public func aliases(_ registry: ProviderRegistry) -> [(name: String, entry: ProviderEntry, model: String)] {
        routes.compactMap { route in
            guard !route.pattern.utf8.contains(where: { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "?") }),
                let target = route.targets.first(where: { registry[$0.provider]?.isReady == true }),
                let entry = registry[target.provider]
            else { return nil }
            return (route.pattern, entry, target.model ?? route.pattern)
        }
    }

    private func agreed(_ pins: [String]) throws(HubError) -> String? {
        guard let first = pins.first else { return nil }
        if let other = pins.first(where: { $0 != first }) {
            throw HubError(
                .providerMismatch, "the request names two providers, \(first) and \(other)", parameter: "provider")
        }
        return first
    }

    func target(_ entry: ProviderEntry, _ model: String, reason: String) throws(HubError) -> RoutePlan {
        if let problem = entry.problem { throw problem }
        guard !model.isEmpty else { throw .validation("model", "must not be empty") }
        let modelEntry = entry.entry(for: model)
        if !modelEntry.isKnown, !entry.metadata.acceptsUnknownModels {
            throw HubError(.modelNotFound, "\(entry.id) does not serve the model \(model)", parameter: "model")
        }
        return RoutePlan(entry: entry, model: model, modelEntry: modelEntry, reason: reason)
    }

    static func unknownProvider(_ name: String) -> HubError {
        HubError(.providerNotFound, "there is no provider \(name)", parameter: "provider")
    }

    static func withoutPrefix(_ model: String, _ provider: String) -> String {
        model.hasPrefix(provider + "/") ? String(model.dropFirst(provider.count + 1)) : model
    }

    /// The vendor that names its models so.
    static func providerByName(_ model: String) -> String? {
        let rules: [(prefixes: [String], provider: String)] = [
            (["gpt-", "o1", "o3", "o4", "chatgpt-", "text-embedding-"], "openai"),
            (["claude"], "anthropic"),
            (["gemini"], "google"),
            (["amazon.", "anthropic.", "meta.", "mistral.", "cohere."], "bedrock"),
            (["sim-"], "simulated"),
        ]
        return rules.first { rule in rule.prefixes.contains { model.hasPrefix($0) } }?.provider
    }
}
