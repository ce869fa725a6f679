import Dialects
import HubCore
import Testing

/// Contract 13.4.
struct RoutePlannerTests {
    private static let registry = ProviderRegistry(
        providers: [
            FakeProvider("openai", models: [ModelFacts(id: "gpt-4o"), ModelFacts(id: "shared")]),
            FakeProvider("acme", models: [ModelFacts(id: "m1"), ModelFacts(id: "shared"), ModelFacts(id: "org/m2")]),
            FakeProvider("closed", models: [ModelFacts(id: "only")], acceptsUnknownModels: false),
            FakeProvider("broken", models: [ModelFacts(id: "lost")], isReady: false),
            FakeProvider("anthropic", isReady: false), FakeProvider("simulated"),
        ], metrics: HubMetrics())
    private static let routes = [
        ModelRoute(pattern: "fast-*", targets: [.init(provider: "acme", model: "m1")]),
        ModelRoute(pattern: "gpt-5?", targets: [.init(provider: "broken"), .init(provider: "acme")]),
        ModelRoute(pattern: "dead", targets: [.init(provider: "broken")]),
        ModelRoute(pattern: "ghost", targets: [.init(provider: "nobody")]),
        ModelRoute(pattern: "org/special", targets: [.init(provider: "openai", model: "gpt-4o")]),
    ]

    private static let plans: [(String, [String], String?, String, String, String)] = [
        // Pins, agreeing ones too, take any model.
        ("m1", ["openai"], nil, "openai", "m1", "explicit"), ("x", ["acme", "acme"], nil, "acme", "x", "explicit"),
        ("acme/x", ["acme"], nil, "acme", "x", "explicit"), ("openai/x", ["acme"], nil, "acme", "openai/x", "explicit"),
        ("fast-1", ["openai"], nil, "openai", "fast-1", "explicit"),
        // provider/model; a first part that is no provider belongs to the model.
        ("acme/m9", [], nil, "acme", "m9", "explicit"), ("acme/org/m2", [], nil, "acme", "org/m2", "explicit"),
        ("org/m2", [], nil, "acme", "org/m2", "catalog"),
        // Routes before the catalogue, first target that is ready.
        ("fast-1", [], nil, "acme", "m1", "route"), ("gpt-5x", [], nil, "acme", "gpt-5x", "route"),
        ("org/special", [], nil, "openai", "gpt-4o", "route"), ("ghost", [], "acme", "acme", "ghost", "default"),
        // The catalogue, in the order of the configuration.
        ("m1", [], nil, "acme", "m1", "catalog"), ("shared", [], nil, "openai", "shared", "catalog"),
        ("only", [], nil, "closed", "only", "catalog"),
        // Names.
        ("gpt-9", [], nil, "openai", "gpt-9", "name-rule"), ("o1-mini", [], nil, "openai", "o1-mini", "name-rule"),
        ("o3", [], "acme", "openai", "o3", "name-rule"), ("sim-x", [], nil, "simulated", "sim-x", "name-rule"),
        ("chatgpt-4o", [], nil, "openai", "chatgpt-4o", "name-rule"),
        // The default: last, and for vendors that are not ready.
        ("what", [], "acme", "acme", "what", "default"), ("claude-9", [], "acme", "acme", "claude-9", "default"),
        ("gemini-9", [], "acme", "acme", "gemini-9", "default"), ("lost", [], "acme", "acme", "lost", "default"),
    ]

    @Test(arguments: plans)
    func `a model goes where the first rule that fits sends it`(
        model: String, pins: [String], byDefault: String?, provider: String, target: String, reason: String
    ) throws {
        let planner = RoutePlanner(routes: Self.routes, defaultProvider: byDefault)
        let plan = try planner.plan(model: model, pins: pins, registry: Self.registry)
        #expect(plan.entry.id == provider)
        #expect(plan.model == target)
        #expect(plan.reason == reason)
    }

    @Test(
        arguments: [
            ("m1", ["acme", "openai"], nil, ErrorCode.providerMismatch), ("m1", ["nobody"], nil, .providerNotFound),
            ("x", ["broken"], nil, .providerNotConfigured), ("broken/x", [], nil, .providerNotConfigured),
            ("dead", [], "acme", .providerNotConfigured), ("acme/", [], nil, .validationFailed),
            ("closed/other", [], nil, .modelNotFound), ("what", [], nil, .modelNotFound),
            ("claude-9", [], nil, .providerNotConfigured), ("what", [], "nobody", .providerNotFound),
            ("lost", [], nil, .modelNotFound), ("gemini-9", [], nil, .modelNotFound),
        ] as [(String, [String], String?, ErrorCode)])
    func `a model without a target says why`(model: String, pins: [String], byDefault: String?, code: ErrorCode) {
        let planner = RoutePlanner(routes: Self.routes, defaultProvider: byDefault)
        #expect {
            try planner.plan(model: model, pins: pins, registry: Self.registry)
        } throws: { error in
            (error as? HubError)?.code == code
        }
    }
}
