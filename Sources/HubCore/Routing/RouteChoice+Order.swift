internal import Dialects
internal import Wire

/// Which target is called first, and which after it.
extension RouteChoice {
    /// - Parameter fallbacks: after the options, in their own order.
    mutating func ordered(
        _ options: [Option], _ fallbacks: [Option], _ route: ModelRoute?, random: inout RandomSource
    ) throws(HubError) -> RouteCandidates {
        let (chosen, spare) = capable(options, fallbacks)
        compare(chosen, route?.likeness ?? .sameModel)
        let (reason, order) = chosen.count > 1 ? ranked(chosen, route, &random) : (nil, Array(chosen.indices))
        var plans = order.map { chosen[$0].plan } + spare.map(\.plan)
        plans = withoutRepetition(plans)
        guard let first = plans.first else {
            throw problem
                ?? HubError(
                    .noProviderAvailable, "no target of \(question.request.model) is left that this request may take")
        }
        if let reason { plans[0] = first.with(reason: reason) }
        return wellFirst(plans)
    }

    /// Those that can do what the request needs, by what is known of them; where none can, all: the adapter says what is
    /// missing.
    private func capable(_ options: [Option], _ fallbacks: [Option]) -> ([Option], [Option]) {
        if options.allSatisfy(isCapable), fallbacks.allSatisfy(isCapable) { return (options, fallbacks) }
        let (chosen, spare) = (options.filter(isCapable), fallbacks.filter(isCapable))
        return chosen.isEmpty && spare.isEmpty ? (options, fallbacks) : (chosen, spare)
    }

    private func isCapable(_ option: Option) -> Bool {
        let model = option.plan.modelEntry
        if let window = model.contextWindow, needs.mayExceed(window), needs.tokens > window { return false }
        return model.capabilities.isEmpty || needs.capabilities.allSatisfy { model.capabilities.contains($0) }
    }

    /// The reason to tell and the order. A reason of nil is the plan's own.
    private func ranked(
        _ options: [Option], _ route: ModelRoute?, _ random: inout RandomSource
    ) -> (reason: String?, order: [Int]) {
        if let route, route.isSticky, let position = keeper(options) {
            return ("sticky", [position] + options.indices.filter { $0 != position })
        }
        if let name = wish.strategy, let selector = planner.selectors[name] {
            return (
                name,
                checked(
                    selector.order(candidates(options, needsCost: true, needsFigures: true), random: &random),
                    options.count)
            )
        }
        let strategy = wish.strategy.flatMap { RoutingStrategy(name: $0) } ?? route?.strategy ?? planner.strategy
        guard strategy != .modelBased else { return (nil, Array(options.indices)) }
        let turn = strategy == .roundRobin ? (route?.turn ?? planner.turn).next() : 0
        let needsCost = strategy == .cost || strategy == .hybrid
        let needsFigures = strategy == .latency || strategy == .hybrid
        let candidates = candidates(options, needsCost: needsCost, needsFigures: needsFigures)
        return (strategy.rawValue, strategy.order(candidates, turn: turn, random: &random))
    }

    private func candidates(_ options: [Option], needsCost: Bool, needsFigures: Bool) -> [RouteCandidate] {
        options.map { option in
            let figures = needsFigures ? figures(option.plan) : (latency: nil, success: 1)
            return RouteCandidate(
                provider: option.plan.entry.id, model: option.plan.model,
                cost: needsCost ? cost(of: option.plan) : nil, latency: figures.latency,
                successRate: figures.success, weight: option.weight, priority: option.priority)
        }
    }

    /// What a selector of somebody else's may answer.
    private func checked(_ order: [Int], _ count: Int) -> [Int] {
        var seen: Set<Int> = []
        let usable = order.filter { (0..<count).contains($0) && seen.insert($0).inserted }
        return usable.isEmpty ? Array(0..<count) : usable
    }

    // MARK: Prompt caches

    /// The target that has most likely read this prompt's beginning before: rendezvous hashing, so that a target that
    /// comes or goes moves its own conversations only. Nil where it would save nothing.
    private func keeper(_ options: [Option]) -> Int? {
        let paying = options.indices.filter { position in
            let plan = options[position].plan
            guard !plan.modelEntry.health.isShut(at: question.now), let facts = plan.modelEntry.facts,
                let rates = facts.prices.price(on: CalendarDay(wallNanoseconds: question.wallNanoseconds))?.standard
                    .rates,
                let input = rates.input, let cached = rates.cacheRead, cached < input
            else { return false }
            return needs.tokens >= facts.quirks.minimumCachedTokens ?? 1024
        }
        guard !paying.isEmpty, let beginning = needs.beginning else { return nil }
        let scores = paying.map { position in
            var hash = FNV1a()
            hash.add(options[position].plan.entry.id.utf8)
            hash.add(options[position].plan.model.utf8)
            return Self.mixed(hash.value ^ beginning)
        }
        return zip(scores, paying).max { $0.0 < $1.0 }?.1
    }

    /// Every bit of the result depends on every bit of the number.
    private static func mixed(_ number: UInt64) -> UInt64 {
        var random = RandomSource(seed: number)
        return random.next()
    }

    // MARK: Health

    /// Gives those a rest that are far worse than the others.
    private func compare(_ options: [Option], _ likeness: TargetLikeness) {
        guard options.count > 1, likeness != .none,
            registry.outliers.isDue(options[0].plan.modelEntry.health, at: question.now)
        else { return }
        registry.outliers.look(
            at: options.map { $0.plan.modelEntry.health }, kinds: kinds(options, likeness), now: question.now)
    }

    /// The same number for options that should be as quick as each other. Nothing is expected of a model that nobody
    /// lists: it is known together with others.
    private func kinds(_ options: [Option], _ likeness: TargetLikeness) -> [Int] {
        guard likeness == .sameModel else { return options.map { _ in 0 } }
        var first: [String: Int] = [:]
        return options.indices.map { position in
            let plan = options[position].plan
            guard plan.modelEntry.isKnown else { return position }
            let kind = first[plan.model] ?? position
            first[plan.model] = kind
            return kind
        }
    }

    private func withoutRepetition(_ plans: [RoutePlan]) -> [RoutePlan] {
        // Of most lists no two have even the record of their model in common.
        let records = plans.map { UInt(bitPattern: ObjectIdentifier($0.modelEntry)) }.sorted()
        guard zip(records, records.dropFirst()).contains(where: { $0 == $1 }) else { return plans }
        var known: [RoutePlan] = []
        for plan in plans where !known.contains(where: { $0.entry === plan.entry && $0.model == plan.model }) {
            known.append(plan)
        }
        return known
    }

    /// Targets that are unwell come last: they are called when nothing else is left.
    private func wellFirst(_ plans: [RoutePlan]) -> RouteCandidates {
        guard plans.contains(where: { fault($0) != nil }) else {
            return RouteCandidates(first: plans[0], others: plans.dropFirst())
        }
        let faults = plans.map(fault)
        let order = plans.indices.filter { faults[$0] == nil } + plans.indices.filter { faults[$0] != nil }
        var first = plans[order[0]]
        if order[0] != 0, let fault = faults[0] {
            first = first.with(reason: "\(plans[0].reason)+fallback:\(fault.fallbackReason)")
        }
        return RouteCandidates(first: first, others: ArraySlice(order.dropFirst().map { plans[$0] }))
    }

    private func fault(_ plan: RoutePlan) -> FaultClass? {
        let health = plan.modelEntry.health
        if health.isShut(at: question.now) { return .circuitOpen }
        if health.isResting(at: question.now) { return .rateLimit }
        let lacksRoom = health.lacksRoom(at: question.now) { needs.mayExceed($0) && needs.tokens > $0 }
        if lacksRoom { return .rateLimit }
        return plan.entry.state.isUnhealthy || health.isEjected(at: question.now) ? .transient : nil
    }
}
