public import Dialects
internal import Wire

/// Chooses where a call goes: contract 13.4. Pure.
public struct RoutePlanner: Sendable {
    public var routes: [Route]
    public var defaultProvider: String?

    public init(routes: [Route] = [], defaultProvider: String? = nil) {
        self.routes = routes
        self.defaultProvider = defaultProvider
    }

    /// A configured pattern of model names and its targets.
    public struct Route: Sendable {
        public var pattern: String
        public var targets: [RouteTarget]

        public init(pattern: String, targets: [RouteTarget]) {
            self.pattern = pattern
            self.targets = targets
        }
    }

    public struct RouteTarget: Sendable {
        public var provider: String
        /// Nil: the model that was asked for.
        public var model: String?

        public init(provider: String, model: String? = nil) {
            self.provider = provider
            self.model = model
        }
    }

    /// - Parameter pins: the provider as named by path, body and header, where they name one.
    public func plan(model: String, pins: [String], registry: ProviderRegistry) throws(HubError) -> RoutePlan {
        if let pin = try agreed(pins) {
            guard let entry = registry[pin] else { throw Self.unknownProvider(pin) }
            return try target(entry, Self.withoutPrefix(model, entry.id), reason: "explicit")
        }
        if model.contains(byte: UInt8(ascii: "/")), let slash = model.utf8.firstIndex(of: UInt8(ascii: "/")),
            let entry = registry[String(model[..<slash])]
        {
            return try target(entry, String(model[model.index(after: slash)...]), reason: "explicit")
        }
        if let plan = try routed(model, registry) { return plan }
        if let (entry, modelEntry) = registry.target(listing: model) {
            return RoutePlan(entry: entry, model: model, modelEntry: modelEntry, reason: "catalog")
        }
        if let entry = Self.providerByName(model).flatMap({ registry[$0] }), entry.isReady || defaultProvider == nil {
            return try target(entry, model, reason: "name-rule")
        }
        if let name = defaultProvider {
            guard let entry = registry[name] else { throw Self.unknownProvider(name) }
            return try target(entry, model, reason: "default")
        }
        throw HubError(
            .modelNotFound, "no provider serves the model \(model); GET /v1/models lists those that are served",
            parameter: "model")
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

    /// The first ready target of the first route whose pattern fits.
    private func routed(_ model: String, _ registry: ProviderRegistry) throws(HubError) -> RoutePlan? {
        guard let route = routes.first(where: { Glob.matches($0.pattern, model) }) else { return nil }
        let known = route.targets.compactMap { target in registry[target.provider].map { (target, $0) } }
        guard let (chosen, entry) = known.first(where: { $0.1.isReady }) ?? known.first else { return nil }
        return try target(entry, chosen.model ?? model, reason: "route")
    }

    private func target(_ entry: ProviderEntry, _ model: String, reason: String) throws(HubError) -> RoutePlan {
        if let problem = entry.problem { throw problem }
        guard !model.isEmpty else { throw .validation("model", "must not be empty") }
        let modelEntry = entry.entry(for: model)
        if modelEntry.facts == nil, !entry.metadata.acceptsUnknownModels {
            throw HubError(.modelNotFound, "\(entry.id) does not serve the model \(model)", parameter: "model")
        }
        return RoutePlan(entry: entry, model: model, modelEntry: modelEntry, reason: reason)
    }

    private static func unknownProvider(_ name: String) -> HubError {
        HubError(.providerNotFound, "there is no provider \(name)", parameter: "provider")
    }

    private static func withoutPrefix(_ model: String, _ provider: String) -> String {
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

/// Where a call goes, and why.
public final class RoutePlan: Sendable {
    public let entry: ProviderEntry
    public let model: String
    public let modelEntry: ModelEntry
    /// `x-hub-route-reason`.
    public let reason: String

    init(entry: ProviderEntry, model: String, modelEntry: ModelEntry, reason: String) {
        self.entry = entry
        self.model = model
        self.modelEntry = modelEntry
        self.reason = reason
    }
}
