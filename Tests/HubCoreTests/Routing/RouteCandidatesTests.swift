import Dialects
import Testing
import Wire

@testable import HubCore

/// Several targets for one request: contract 13.4.
struct RouteCandidatesTests {
    private static let cheap = ModelFacts(
        id: "m", contextWindow: 100_000, capabilities: ["chat", "tools"],
        price: Price(input: 1000, cacheRead: 100, output: 1000))
    private static let dear = ModelFacts(
        id: "m", contextWindow: 1000, capabilities: ["chat", "vision"],
        price: Price(input: 9000, cacheRead: 900, output: 9000))

    private let health = HealthRecord()
    private var planner = RoutePlanner()
    private var random = RandomSource(seed: 1)

    init() {
        planner.routes = [
            ModelRoute(pattern: "m", targets: ["dear", "cheap", "free"].map { RouteTarget(provider: $0) })
        ]
    }

    private var registry: ProviderRegistry {
        ProviderRegistry(
            providers: [
                FakeProvider("dear", models: [Self.dear]), FakeProvider("cheap", models: [Self.cheap]),
                FakeProvider("free"), FakeProvider("spare"), FakeProvider("broken", isReady: false),
            ], metrics: HubMetrics(), health: health)
    }

    private mutating func choose(
        _ members: String = "", text: String = "hi", model: String = "m", form: CallInput.Form = .unified,
        principal: Principal = .anonymous, directives: RequestDirectives = .init()
    ) throws -> (targets: [String], reason: String) {
        let body = #"{"model":"\#(model)","messages":[{"role":"user","content":"\#(text)"}]\#(members)}"#
        let request = try CallInput.bytes(Array(body.utf8), form: form).parse()
        let clock = StoppedClock()
        let context = RequestContext(
            directives: directives, clock: clock, shard: 0, random: random, start: clock.monotonicNanoseconds)
        context.principal = principal
        let chosen = try planner.candidates(RouteQuestion(context, request), registry, random: &random)
        return ((0..<chosen.count).map { chosen[$0].entry.id }, chosen.first.reason)
    }

    private struct StoppedClock: TimeSource {
        var monotonicNanoseconds: UInt64 { 1_000_000_000 }
        var wallNanoseconds: UInt64 { 1_767_225_600_000_000_000 }
    }

    private mutating func problem(
        _ members: String, model: String = "m", principal: Principal = .anonymous
    ) -> HubError? {
        do {
            _ = try choose(members, model: model, principal: principal)
            return nil
        } catch {
            return error as? HubError
        }
    }

    // MARK: Order

    @Test mutating func `a route's targets come in its order, its fallbacks after them`() throws {
        planner.routes[0].fallbacks = [RouteTarget(provider: "spare")]
        let choice = try choose()
        #expect(choice.targets == ["dear", "cheap", "free", "spare"])
        #expect(choice.reason == "route")
    }

    @Test mutating func `the request's strategy beats the route's, which beats the hub's`() throws {
        planner.strategy = .failover
        planner.traits["free"] = ProviderTraits(priority: -1)
        #expect(try choose().reason == "failover")
        #expect(try choose().targets == ["free", "dear", "cheap"])
        planner.routes[0].strategy = .cost
        #expect(try choose().targets == ["cheap", "dear", "free"])
        let choice = try choose(#","routing":{"strategy":"model-based"}"#)
        #expect(choice.targets == ["dear", "cheap", "free"])
        let directives = RequestDirectives()
        directives.strategy = "CostOptimized"
        #expect(try choose(directives: directives).reason == "cost")
    }

    @Test mutating func `a selector of the program's own is a strategy`() throws {
        planner.selectors["last"] = LastFirst()
        let choice = try choose(#","routing":{"strategy":"last"}"#)
        #expect(choice.targets == ["free", "dear"])
        #expect(choice.reason == "last")
    }

    private struct LastFirst: ProviderSelector {
        func order(_ candidates: [RouteCandidate], random: inout RandomSource) -> [Int] {
            [candidates.count - 1, 99, -1, 0, 0]
        }
    }

    // MARK: What the request says

    @Test mutating func `providers and exclude narrow the choice`() throws {
        #expect(try choose(#","routing":{"exclude":["dear"]}"#).targets == ["cheap", "free"])
        #expect(try choose(#","routing":{"providers":["free","cheap"]}"#).targets == ["cheap"])
        #expect(try choose(#","routing":{"providers":["free","spare"]}"#).targets == ["free", "spare"])
    }

    @Test mutating func `fallbacks of the request stand in for the route's`() throws {
        planner.routes[0].fallbacks = [RouteTarget(provider: "spare")]
        let choice = try choose(#","routing":{"fallbacks":[{"provider":"broken"},{"provider":"dear","model":"x"}]}"#)
        #expect(choice.targets == ["dear", "cheap", "free", "dear"])
    }

    @Test(
        arguments: [
            (#"{"strategy":"best"}"#, .validationFailed, "routing.strategy"),
            (#"{"providers":["nobody"]}"#, .providerNotFound, "routing.providers[0]"),
            (#"{"exclude":["dear","nobody"]}"#, .providerNotFound, "routing.exclude[1]"),
            (#"{"fallbacks":[{"provider":"nobody"}]}"#, .providerNotFound, "routing.fallbacks[0].provider"),
            (#"{"fallbacks":["dear"]}"#, .validationFailed, "routing.fallbacks[0]"),
            (#"{"fallbacks":[{}]}"#, .validationFailed, "routing.fallbacks[0].provider"),
            (#"{"providers":["dear"],"exclude":["dear"]}"#, .validationFailed, "routing.exclude"),
            (#"{"providers":[7]}"#, .validationFailed, "routing.providers[0]"),
            (#"{"max_attempts":7}"#, .validationFailed, "routing.max_attempts"),
            (#"{"exclude":["dear","cheap","free"]}"#, .noProviderAvailable, nil),
        ] as [(String, ErrorCode, String?)])
    mutating func `what cannot be done is refused by name`(routing: String, code: ErrorCode, parameter: String?) {
        let problem = problem(#","routing":\#(routing)"#)
        #expect(problem?.code == code)
        #expect(problem?.parameter == parameter)
    }

    @Test mutating func `with a strategy all providers that list a model are its targets`() throws {
        planner.routes = []
        #expect(try choose().targets == ["dear"])
        #expect(try choose(#","routing":{"strategy":"cost"}"#).targets == ["cheap", "dear"])
        planner.strategy = .cost
        #expect(try choose().targets == ["cheap", "dear"])
    }

    // MARK: Filters

    @Test mutating func `a target that lacks what the request needs is passed over`() throws {
        let tools = #","tools":[{"type":"function","function":{"name":"f"}}]"#
        #expect(try choose(tools).targets == ["cheap", "free"])
        #expect(try choose(text: String(repeating: "word ", count: 2000)).targets == ["cheap", "free"])
    }

    @Test mutating func `where none has it, the first is asked all the same`() throws {
        planner.routes[0].targets.removeLast()
        let members =
            #","tools":[{"type":"function","function":{"name":"f"}}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{}}}"#
        #expect(try choose(members).targets == ["dear", "cheap"])
    }

    @Test mutating func `a route's limits hold for its targets`() throws {
        planner.traits["cheap"] = ProviderTraits(region: "eu", tags: ["gdpr", "fast"])
        planner.traits["free"] = ProviderTraits(region: "us", tags: ["gdpr"])
        planner.routes[0].limits.regions = ["eu", "us"]
        #expect(try choose().targets == ["cheap", "free"])
        planner.routes[0].limits.tags = ["gdpr", "fast"]
        #expect(try choose().targets == ["cheap"])
        planner.routes[0].limits = RouteLimits()
        planner.routes[0].limits.cost = 10_000
        #expect(try choose().targets == ["cheap"])
        planner.routes[0].limits = RouteLimits()
        planner.routes[0].limits.latency = .milliseconds(100)
        health.target(provider: "dear", model: "m").measured(200_000_000, isStream: false, at: 1)
        #expect(try choose().targets == ["cheap", "free"])
    }

    @Test mutating func `a key's providers are the only ones`() throws {
        let principal = Principal(allowedProviders: ["free"])
        #expect(try choose(principal: principal).targets == ["free"])
        #expect(problem("", principal: Principal(allowedProviders: ["spare"]))?.code == .modelNotAllowed)
    }

    // MARK: Health

    @Test mutating func `an unhealthy provider comes last, one in maintenance not at all`() throws {
        health.provider("dear").isUnhealthy = true
        health.provider("cheap").isInMaintenance = true
        let choice = try choose()
        #expect(choice.targets == ["free", "dear"])
        #expect(choice.reason == "route+fallback:error")
    }

    @Test mutating func `a target that asked to be left alone comes last`() throws {
        health.target(provider: "dear", model: "m").rests(until: 2_000_000_000)
        #expect(try choose().targets == ["cheap", "free", "dear"])
        #expect(try choose().reason == "route+fallback:rate_limit")
    }

    // MARK: Stickiness

    @Test mutating func `a conversation stays with its target, where that pays`() throws {
        planner.routes[0].isSticky = true
        #expect(try choose(text: "short").reason == "route")
        var counts: [String: Int] = [:]
        for number in 0..<40 {
            let beginning = "\(number) " + String(repeating: "word ", count: 1000)
            let first = try choose(text: beginning).targets[0]
            counts[first, default: 0] += 1
            let body =
                #"{"model":"m","messages":[{"role":"user","content":"\#(beginning)"},{"role":"assistant","content":"a"},{"role":"user","content":"b"}]}"#
            let request = try CallInput.bytes(Array(body.utf8), form: .unified).parse()
            let context = RequestContext(
                directives: .init(), clock: StoppedClock(), shard: 0, random: random, start: 1)
            let later = try planner.candidates(RouteQuestion(context, request), registry, random: &random)
            #expect(later.first.entry.id == first)
            #expect(later.first.reason == "sticky")
        }
        #expect(counts["free"] == nil)
    }
}

extension ProviderTraits {
    fileprivate init(priority: Int = 0, region: String? = nil, tags: [String] = []) {
        self.init()
        self.priority = priority
        self.region = region
        self.tags = tags
    }
}
