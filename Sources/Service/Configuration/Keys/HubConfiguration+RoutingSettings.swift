internal import HubCore

extension HubConfiguration {
    static let routingSettings: [Setting<HubConfiguration>] = [
        .optional(
            "default_provider", \.routing.defaultProvider, .providerIdentifier, "Takes models that no rule names."),
        .value(
            "routing_strategy", \.routing.strategy, .choice(aliases: RoutingStrategy.aliases),
            "Chooses among several targets. Unless it is `model-based`, all providers that list a model are its targets "
                + "where no route names any."
        ),
        .value(
            "rescue_streams", \.routing.rescuesStreams, .boolean,
            "When a provider breaks off in the middle of a streamed text, another target of the request that can go on with a "
                + "text does. What the client gets was then written by two models. `x-hub-rescue: false` forbids it."),
        .value(
            "routes", \.routing.routes,
            .list(of: .object(RouteConfiguration.settings, check: RouteConfiguration.check)),
            "Rules from models to targets; the first match decides."),
        .value(
            "hedge", \.routing.hedge, .object(HedgeConfiguration.settings),
            "A second call beside one that takes longer than most: the first to answer is taken, the other cancelled, and both "
                + "are paid for."),
    ]
}

extension RouteConfiguration {
    static let settings: [Setting<RouteConfiguration>] = [
        .value("pattern", \.pattern, .text(maximumLength: 256), "A glob over model names: `gpt-*`.").required,
        .optional("strategy", \.strategy, .choice(aliases: RoutingStrategy.aliases), "In place of `routing_strategy`."),
        .value(
            "targets", \.targets, .list(of: .object(RouteTargetConfiguration.settings), limit: 20),
            "Where it goes. When one fails, the next is tried."
        ).required,
        .value(
            "fallbacks", \.fallbacks, .list(of: .object(RouteTargetConfiguration.settings), limit: 5),
            "Tried in order after the targets, whatever the strategy."),
        .value(
            "regions", \.regions, .list(of: .text(maximumLength: 64), limit: 50),
            "Only targets whose provider has one of these as its `region`."),
        .value(
            "tags", \.tags, .list(of: .text(maximumLength: 64), limit: 16),
            "Only targets whose provider has all of these `tags`."),
        .optional(
            "max_cost_usd", \.maximumCost, .number(0...1_000_000),
            "Only targets whose estimated price of the request is not higher; one without a price is."),
        .optional(
            "max_latency_ms", \.maximumLatency, .milliseconds(),
            "Only targets that have answered as fast lately, or were never asked: whole answers to their end, streams to "
                + "their first token."),
        .value(
            "sticky", \.isSticky, .boolean,
            "Conversations that begin alike go to the same target, where its provider charges less for a prompt that it has "
                + "read before."),
        .optional("rescue_streams", \.rescuesStreams, .boolean, "In place of the key of this name above."),
        .value(
            "outliers", \.likeness, .choice,
            "Which of its targets are compared by how long they take: those that serve a model of the same name, all, or none."
        ),
        .optional("hedge", \.hedge, .object(HedgeConfiguration.settings), "In place of the hub's `hedge`."),
    ]

    static func check(_ route: RouteConfiguration, _ node: YAMLNode, _ path: String, _ context: inout DecodingContext) {
        guard case .mapping(let entries) = node.content,
            let targets = entries.first(where: { $0.key == "targets" })?.value,
            case .sequence(let items) = targets.content, items.isEmpty
        else { return }
        context.report(targets.origin, path.appending(key: "targets"), "needs at least one target")
    }
}

extension HedgeConfiguration {
    static let settings: [Setting<HedgeConfiguration>] = [
        .value("share", \.share, .number(0...1), "Of the requests, at most so many have a second call; 0: none."),
        .value(
            "percentile", \.percentile, .number(50...99.9),
            "It is made when so many of a hundred calls to the target would have answered: streams with their first token, "
                + "others with the whole."),
        .value("min_delay_ms", \.minimumDelay, .milliseconds(1...600_000), "And not before."),
        .value("max_delay_ms", \.maximumDelay, .milliseconds(1...600_000), "And not later."),
        .value(
            "same_target", \.allowsSameTarget, .boolean, "It may go to the same target where no other can take it."),
    ]
}

extension RouteTargetConfiguration {
    static let settings: [Setting<RouteTargetConfiguration>] = [
        .value("provider", \.provider, .providerIdentifier, "The provider's id.").required,
        .optional("model", \.model, .text(maximumLength: 256), "In place of the model asked for."),
        .optional(
            "weight", \.weight, .integer(0...1_000_000),
            "A share under `round-robin` and `weighted`; default: the provider's."),
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
