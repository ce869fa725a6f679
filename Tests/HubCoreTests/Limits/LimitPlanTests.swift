import Dialects
import TestSupport
import Testing
import Wire

@testable import HubCore

/// Which limits a request and its calls meet, and under whose name.
struct LimitPlanTests {
    private static let bound = 5

    private static func rule(_ scope: LimitScope, _ unit: LimitUnit, pattern: String? = nil) -> LimitRule {
        LimitRule(
            scope: scope, pattern: pattern, unit: unit,
            algorithm: unit == .concurrent
                ? .concurrency(limit: bound) : .fixedWindow(limit: bound, milliseconds: 1000))
    }

    /// Whose limits a request at `acme`'s model `m` is asked to keep to: before it is routed, and at a call.
    private static func demands(
        _ rules: [LimitRule], principal: Principal = .anonymous, tokens: Int = 7,
        _ change: (RequestDirectives) -> Void = { _ in }
    ) -> (request: [LimitDemand], attempt: [LimitDemand]) {
        let directives = RequestDirectives()
        change(directives)
        let clock = ManualClock()
        let context = RequestContext(
            directives: directives, clock: clock, shard: 0, random: RandomSource(seed: 1),
            start: clock.monotonicNanoseconds)
        context.principal = principal
        let entry = ConnectorHub(providers: [FakeProvider("acme")]).registry.entries[0]
        let target = RoutePlan(entry: entry, model: "m", modelEntry: entry.entry(for: "m"), reason: "test")
        let plan = LimitPlan(rules: rules)
        return (plan.requestDemands(context), plan.attemptDemands(context, target) { tokens })
    }

    private static func subject(_ demand: LimitDemand) -> String {
        demand.counter.split(separator: ":", maxSplits: 3).last.map(String.init) ?? ""
    }

    private static let known = Principal(keyID: "k", user: "u", team: "t", project: "p")

    @Test(arguments: [
        (LimitScope.global, "all"), (.key, "k"), (.user, "u"), (.team, "t"), (.project, "p"), (.address, "1.2.3.4"),
    ])
    func `a caller's requests count once, and its tokens at each call`(_ scope: LimitScope, _ subject: String) {
        let rules = LimitUnit.allCases.map { Self.rule(scope, $0) }
        let demands = Self.demands(rules, principal: Self.known) { $0.address = "1.2.3.4" }
        #expect(demands.request.map(\.unit) == [.requests, .concurrent])
        #expect(demands.request.map(\.amount) == [1, 1])
        #expect(demands.attempt.map(\.unit) == [.tokens])
        #expect(demands.attempt.map(\.amount) == [7])
        for demand in demands.request + demands.attempt {
            #expect(Self.subject(demand) == subject)
            #expect(demand.scope == scope)
        }
    }

    @Test(arguments: [(LimitScope.model, "m"), (.provider, "acme")])
    func `everything of a target counts at each call`(_ scope: LimitScope, _ subject: String) {
        let demands = Self.demands(LimitUnit.allCases.map { Self.rule(scope, $0) })
        #expect(demands.request.isEmpty)
        #expect(demands.attempt.map(\.unit) == [.requests, .tokens, .concurrent])
        #expect(demands.attempt.map(\.amount) == [1, 7, 1])
        for demand in demands.attempt { #expect(Self.subject(demand) == subject) }
    }

    @Test(arguments: [
        (LimitScope.user, "u"), (.team, "t"), (.project, "p"),
    ])
    func `a credential's word goes before a header's, which stands in where it says nothing`(
        _ scope: LimitScope, _ subject: String
    ) {
        let headers = { (directives: RequestDirectives) in
            (directives.user, directives.team, directives.project) = ("x", "x", "x")
        }
        let rule = Self.rule(scope, .requests)
        #expect(Self.demands([rule], principal: Self.known, headers).request.map(Self.subject) == [subject])
        #expect(Self.demands([rule], headers).request.map(Self.subject) == ["x"])
        #expect(Self.demands([rule]).request.isEmpty)
    }

    @Test func `a caller without a key counts by its address`() {
        let rule = Self.rule(.key, .requests)
        #expect(Self.demands([rule]) { $0.address = "::1" }.request.map(Self.subject) == ["address:::1"])
        #expect(Self.demands([rule]).request.map(Self.subject) == ["nobody"])
        #expect(LimitPlan(rules: [rule]).countsAddresses)
        #expect(LimitPlan(rules: [Self.rule(.address, .requests)]).countsAddresses)
        #expect(!LimitPlan(rules: [Self.rule(.team, .requests)]).countsAddresses)
    }

    @Test(arguments: [("m*", 1), ("n*", 0), ("m", 1), ("?", 1), ("*x", 0)])
    func `a pattern says which models a limit is for`(_ pattern: String, _ count: Int) {
        #expect(Self.demands([Self.rule(.model, .requests, pattern: pattern)]).attempt.count == count)
    }

    @Test func `a key's own limits hold beside those for all`() {
        let own = LimitRule(scope: .key, unit: .requests, algorithm: .slidingWindow(limit: 1, milliseconds: 60_000))
        let principal = Principal(keyID: "k", limits: [own])
        let demands = Self.demands([Self.rule(.key, .requests)], principal: principal)
        #expect(demands.request.map(\.algorithm.limit) == [Self.bound, 1])
        #expect(Set(demands.request.map(\.counter)).count == 2)
    }

    @Test func `a limit that two rules say is one limit`() {
        let rules = [
            Self.rule(.user, .requests, pattern: "u*"), Self.rule(.user, .requests),
            Self.rule(.user, .tokens), Self.rule(.user, .tokens, pattern: "*"),
        ]
        let demands = Self.demands(rules, principal: Self.known)
        #expect(demands.request.count == 1)
        #expect(demands.attempt.count == 1)
    }

    @Test func `each call of a request holds what it holds by itself`() {
        let rules = [Self.rule(.user, .concurrent), Self.rule(.model, .concurrent)]
        let demands = Self.demands(rules, principal: Self.known)
        #expect(demands.request[0].holder != demands.attempt[0].holder)
    }
}
