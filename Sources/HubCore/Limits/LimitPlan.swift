internal import Dialects

/// Which limits a call has to keep to. Pure.
struct LimitPlan: Sendable {
    let rules: [LimitRule]
    /// A caller without a key has its address in place of one.
    let countsAddresses: Bool

    init(rules: [LimitRule]) {
        self.rules = rules
        countsAddresses = rules.contains { $0.scope == .address || $0.scope == .key }
    }

    var isEmpty: Bool { rules.isEmpty }

    /// Before it is known whether anybody is called: requests, and how many at the same time.
    func requestDemands(_ context: RequestContext) -> [LimitDemand] {
        let holder = context.holder
        let demands = rules(context).compactMap { rule -> LimitDemand? in
            guard rule.scope.isCallers, rule.unit != .tokens else { return nil }
            return demand(rule, Self.subject(rule.scope, context), amount: 1, holder)
        }
        return Self.withoutRepetition(demands)
    }

    /// Of one call to a provider: tokens of its caller, and everything of its provider and model.
    /// - Parameter tokens: that the call may come to.
    func attemptDemands(_ context: RequestContext, _ plan: RoutePlan, tokens: () -> Int) -> [LimitDemand] {
        var known: Int?
        let demands = rules(context).compactMap { rule -> LimitDemand? in
            guard !rule.scope.isCallers || rule.unit == .tokens else { return nil }
            let subject =
                switch rule.scope {
                case .provider: plan.entry.id
                case .model: plan.model
                default: Self.subject(rule.scope, context)
                }
            guard fits(rule, subject) else { return nil }
            var amount = 1
            if rule.unit == .tokens {
                amount = known ?? tokens()
                known = amount
            }
            return demand(rule, subject, amount: amount, "\(context.holder)-\(context.attemptCount)")
        }
        return Self.withoutRepetition(demands)
    }

    /// What two rules say alike is one limit, which a call counts against once.
    private static func withoutRepetition(_ demands: [LimitDemand]) -> [LimitDemand] {
        guard demands.count > 1 else { return demands }
        var known: Set<String> = []
        return demands.filter { known.insert($0.counter).inserted }
    }

    /// Those of the key itself with those for all.
    private func rules(_ context: RequestContext) -> [LimitRule] { rules + context.principal.limits }

    private func fits(_ rule: LimitRule, _ subject: String?) -> Bool {
        guard let subject else { return false }
        return rule.pattern.map { Glob.matches($0, subject) } ?? true
    }

    private func demand(_ rule: LimitRule, _ subject: String?, amount: Int, _ holder: String) -> LimitDemand? {
        guard let subject, fits(rule, subject) else { return nil }
        return LimitDemand(
            counter: rule.counter(of: subject), scope: rule.scope, unit: rule.unit, algorithm: rule.algorithm,
            amount: amount, holder: holder)
    }

    /// Nil where the caller has none: the limit is not for it.
    private static func subject(_ scope: LimitScope, _ context: RequestContext) -> String? {
        switch scope {
        case .global: "all"
        // Callers without a key are told apart by where they come from.
        case .key: context.principal.keyID ?? context.directives.address.map { "address:\($0)" } ?? "nobody"
        case .user: context.principal.user ?? context.directives.user
        case .team: context.principal.team ?? context.directives.team
        case .project: context.principal.project ?? context.directives.project
        case .address: context.directives.address
        case .model, .provider: nil
        }
    }
}
