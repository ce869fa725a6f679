extension HubConfiguration {
    static let routingSettings: [Setting<HubConfiguration>] = [
        .optional(
            "default_provider", \.routing.defaultProvider, .providerIdentifier, "Takes models that no rule names."),
        .value(
            "routing_strategy", \.routing.strategy, .choice(aliases: RoutingStrategy.aliases),
            "Chooses among several targets."
        ).notUsedYet,
        .value(
            "routes", \.routing.routes,
            .list(of: .object(RouteConfiguration.settings, check: RouteConfiguration.check)),
            "Rules from models to targets; the first match decides."),
    ]
}

extension RouteConfiguration {
    static let settings: [Setting<RouteConfiguration>] = [
        .value("pattern", \.pattern, .text(maximumLength: 256), "A glob over model names: `gpt-*`.").required,
        .optional("strategy", \.strategy, .choice(aliases: RoutingStrategy.aliases), "In place of `routing_strategy`.")
            .notUsedYet,
        .value(
            "targets", \.targets, .list(of: .object(RouteTarget.settings), limit: 20),
            "Where it goes: the first that is ready."
        ).required,
        .value(
            "fallbacks", \.fallbacks, .list(of: .object(RouteTarget.settings), limit: 5),
            "Taken when no target is ready."),
    ]

    static func check(_ route: RouteConfiguration, _ node: YAMLNode, _ path: String, _ context: inout DecodingContext) {
        guard case .mapping(let entries) = node.content,
            let targets = entries.first(where: { $0.key == "targets" })?.value,
            case .sequence(let items) = targets.content, items.isEmpty
        else { return }
        context.report(targets.origin, path.appending(key: "targets"), "needs at least one target")
    }
}

extension RouteTarget {
    static let settings: [Setting<RouteTarget>] = [
        .value("provider", \.provider, .providerIdentifier, "The provider's id.").required,
        .optional("model", \.model, .text(maximumLength: 256), "In place of the model asked for."),
        .value("weight", \.weight, .integer(0...1_000_000), "A share under round-robin.").notUsedYet,
    ]
}

extension ValueType where Value == String {
    static var providerIdentifier: ValueType {
        text("1..40 lower-case letters, digits or -") { text in
            (1...40).contains(text.utf8.count) && text == text.lowercased()
                && text.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "-") }
        }
    }
}
