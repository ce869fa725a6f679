internal import Dialects
internal import Wire

/// One decision among several targets: gathers those that may be taken. `RouteChoice+Order` puts them in order.
struct RouteChoice {
    let planner: RoutePlanner
    let question: RouteQuestion
    let registry: ProviderRegistry
    let needs: PromptNeeds
    let wish: RoutingWish
    private let today: CalendarDay
    /// Why the first target that cannot be taken cannot.
    var problem: HubError?

    struct Option: Sendable {
        var plan: RoutePlan
        /// A share among the options.
        var weight = 1
        /// Ascending.
        var priority = 0
    }

    init(planner: RoutePlanner, question: RouteQuestion, registry: ProviderRegistry) {
        self.planner = planner
        self.question = question
        self.registry = registry
        needs = PromptNeeds(question.request)
        wish = question.wish ?? RoutingWish()
        today = CalendarDay(wallNanoseconds: question.wallNanoseconds)
    }

    mutating func made(from base: RoutePlanner.Base, random: inout RandomSource) throws(HubError) -> RouteCandidates {
        try checkNames()
        let wishes = wish.fallbacks.map { RouteTarget(provider: $0.provider, model: $0.model) }
        var options: [Option]
        var fallbacks: [Option]
        var route: ModelRoute?
        switch base {
        case .pinned(let plan):
            options = allowed([Option(plan: plan)])
            fallbacks = allowed(targets(wishes, of: plan.model, reason: plan.reason))
        case .found(let plan):
            options = permitted(try found(plan))
            fallbacks = allowed(targets(wishes, of: plan.model, reason: plan.reason))
        case .route(let known):
            route = known
            let model = question.request.model
            options = permitted(
                try wish.providers.map { names throws(HubError) in try named(names) }
                    ?? targets(of: known, model))
            options = within(known.limits, options)
            fallbacks =
                wishes.isEmpty
                ? within(known.limits, permitted(targets(known.fallbacks, of: model, reason: "route")))
                : allowed(targets(wishes, of: model, reason: "route"))
        }
        var candidates = try ordered(options, fallbacks, route, random: &random)
        candidates.rescuesStreams = route?.rescuesStreams ?? planner.rescuesStreams
        return candidates
    }

    // MARK: Names in the request

    /// A name that is misspelt would let data go where it was not to go.
    private func checkNames() throws(HubError) {
        for (index, name) in (wish.providers ?? []).enumerated() { try check(name, "routing.providers[\(index)]") }
        for (index, name) in wish.exclude.enumerated() { try check(name, "routing.exclude[\(index)]") }
        for (index, target) in wish.fallbacks.enumerated() {
            try check(target.provider, wish.fallbackHeader ?? "routing.fallbacks[\(index)].provider")
        }
        if let name = wish.strategy, RoutingStrategy(name: name) == nil, planner.selectors[name] == nil {
            let known = RoutingStrategy.allCases.map(\.rawValue) + planner.selectors.keys.sorted()
            throw .validation(
                wish.strategyHeader ?? "routing.strategy", "must be one of \(known.joined(separator: ", "))")
        }
    }

    private func check(_ name: String, _ parameter: String) throws(HubError) {
        guard registry[name] == nil else { return }
        throw HubError(.providerNotFound, "there is no provider \(name)", parameter: parameter)
    }

    // MARK: Targets

    private mutating func targets(of route: ModelRoute, _ model: String) -> [Option] {
        if let known = route.memory.entry(model, registry) {
            problem = problem ?? known.problem
            return known.options
        }
        let options = targets(route.targets, of: model, reason: "route")
        route.memory.keep(RouteMemory.Entry(registry.mark, model, options, problem))
        return options
    }

    private mutating func targets(_ targets: [RouteTarget], of model: String, reason: String) -> [Option] {
        var options: [Option] = []
        for target in targets {
            guard let entry = registry[target.provider] else { continue }
            do throws(HubError) {
                let plan = try planner.target(entry, target.model ?? model, reason: reason)
                let traits = planner.traits[entry.id] ?? ProviderTraits()
                options.append(
                    Option(plan: plan, weight: target.weight ?? traits.weight, priority: traits.priority))
            } catch {
                problem = problem ?? error
            }
        }
        return options
    }

    /// A model that no route names: whoever lists it, where the request or the hub wants a choice.
    private mutating func found(_ plan: RoutePlan) throws(HubError) -> [Option] {
        if let names = wish.providers { return try named(names) }
        guard wish.strategy != nil || !wish.exclude.isEmpty || planner.strategy != .modelBased else {
            return [Option(plan: plan)]
        }
        let listing = registry.entries(listing: plan.model)
        guard !listing.isEmpty else { return [Option(plan: plan)] }
        return targets(listing.map { RouteTarget(provider: $0.id) }, of: plan.model, reason: "catalog")
    }

    /// Those of the named providers that list the model, else those that may know it.
    private mutating func named(_ names: [String]) throws(HubError) -> [Option] {
        let model = question.request.model
        let listing = names.filter { registry[$0]?.lists(model) == true }
        return targets(
            (listing.isEmpty ? names : listing).map { RouteTarget(provider: $0) }, of: model, reason: "explicit")
    }

    // MARK: Who may be taken

    /// By the caller's key and the operator. A provider in maintenance is as one that is not there.
    private mutating func allowed(_ options: [Option]) -> [Option] {
        if options.allSatisfy(isAllowed) { return options }
        var result: [Option] = []
        for option in options {
            let plan = option.plan
            guard question.principal.allows(model: plan.model, at: plan.entry.id) else {
                problem =
                    problem
                    ?? HubError(
                        .modelNotAllowed, "this key may not use \(plan.model) at \(plan.entry.id)", parameter: "model")
                continue
            }
            if !plan.entry.state.isInMaintenance { result.append(option) }
        }
        return result
    }

    private func isAllowed(_ option: Option) -> Bool {
        let plan = option.plan
        return !plan.entry.state.isInMaintenance
            && question.principal.allows(model: plan.model, at: plan.entry.id)
    }

    /// By the request too.
    private mutating func permitted(_ options: [Option]) -> [Option] {
        guard !wish.exclude.isEmpty || wish.providers != nil else { return allowed(options) }
        return allowed(
            options.filter { option in
                let id = option.plan.entry.id
                return !wish.exclude.contains(id) && wish.providers?.contains(id) ?? true
            })
    }

    /// By what the route asks of its targets.
    private func within(_ limits: RouteLimits, _ options: [Option]) -> [Option] {
        guard limits != RouteLimits() else { return options }
        return options.filter { option in
            let traits = planner.traits[option.plan.entry.id] ?? ProviderTraits()
            if !limits.regions.isEmpty {
                guard let region = traits.region, limits.regions.contains(region) else { return false }
            }
            guard limits.tags.allSatisfy({ traits.tags.contains($0) }) else { return false }
            if let most = limits.cost {
                guard let cost = cost(of: option.plan), cost <= most else { return false }
            }
            guard let most = limits.latency?.wholeNanoseconds, let latency = figures(option.plan).latency else {
                return true
            }
            return latency <= Double(most)
        }
    }

    // MARK: Figures

    /// Nano-dollars, as estimated.
    func cost(of plan: RoutePlan) -> Int? {
        guard let prices = plan.modelEntry.prices else { return nil }
        let usage = TokenUsage(input: needs.tokens, output: needs.output(of: plan.modelEntry))
        return prices.cost(of: usage, service: .standard, on: today)
    }

    func figures(_ plan: RoutePlan) -> (latency: Double?, success: Double) {
        plan.modelEntry.health.figures(isStream: question.request.isStream, at: question.now)
    }
}
