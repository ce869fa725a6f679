import Dialects
import Testing
import Wire

@testable import HubCore

struct OfferedModelsTests {
    private static func entry(
        _ provider: FakeProvider, _ prices: [PriceBook.Row] = [], metrics: HubMetrics = HubMetrics()
    ) -> ProviderEntry {
        ProviderEntry(provider, metrics: metrics, catalogue: .builtIn, prices: PriceBook(prices))
    }

    private static func input(_ facts: ModelFacts?, _ day: String = "2026-11-20") -> Int? {
        CalendarDay(day).flatMap { facts?.prices.price(on: $0)?.standard.rates.input }
    }

    @Test func `what a configured model leaves open is taken from the catalogue`() {
        let own = ModelFacts(id: "gpt-4o", contextWindow: 1000)
        let facts = Self.entry(FakeProvider("openai", models: [own])).facts(of: "gpt-4o")
        #expect(facts?.contextWindow == 1000)
        #expect(facts?.maximumOutputTokens == 16384)
        #expect(Self.input(facts) == 2_500_000)
    }

    @Test func `a configured price wins over a file's, and that over the catalogue's`() {
        let row = PriceBook.Row(provider: "openai", model: "gpt-4o", price: Price(input: 7, output: 7))
        let own = ModelFacts(id: "gpt-4o", price: Price(input: 9, output: 9))
        #expect(Self.input(Self.entry(FakeProvider("openai", models: [own]), [row]).facts(of: "gpt-4o")) == 9)
        #expect(Self.input(Self.entry(FakeProvider("openai"), [row]).facts(of: "gpt-4o")) == 7)
        #expect(Self.input(Self.entry(FakeProvider("openai")).facts(of: "gpt-4o")) == 2_500_000)
    }

    @Test func `a file prices models that the catalogue does not have`() {
        let row = PriceBook.Row(provider: "acme", model: "m", price: Price(input: 7, output: 7))
        let entry = Self.entry(FakeProvider("acme"), [row])
        #expect(Self.input(entry.facts(of: "m")) == 7)
        #expect(entry.facts(of: "n") == nil)
    }

    @Test func `each model of the catalogue has metrics of its own, and all others share one`() {
        let entry = Self.entry(FakeProvider("openai"))
        #expect(entry.entry(for: "gpt-4o").metrics === entry.entry(for: "gpt-4o").metrics)
        #expect(entry.entry(for: "gpt-4o").metrics !== entry.entry(for: "o3").metrics)
        #expect(entry.entry(for: "made up").metrics === entry.entry(for: "also made up").metrics)
    }

    @Test func `a model of the catalogue goes to the first provider that has it`() throws {
        let providers = [FakeProvider("groq"), FakeProvider("broken", isReady: false), FakeProvider("openai")]
        let registry = ProviderRegistry(providers: providers, metrics: HubMetrics())
        let planner = RoutePlanner(defaultProvider: "groq")
        let plan = try planner.plan(model: "text-embedding-3-small", pins: [], registry: registry)
        #expect((plan.entry.id, plan.reason) == ("openai", "catalog"))
        #expect(try planner.plan(model: "llama-3.3-70b-versatile", pins: [], registry: registry).reason == "catalog")
        #expect(try planner.plan(model: "made-up", pins: [], registry: registry).reason == "default")
    }

    @Test func `a provider whose models are configured is asked for those alone`() throws {
        let registry = ProviderRegistry(
            providers: [FakeProvider("openai", models: [ModelFacts(id: "o3")])], metrics: HubMetrics())
        #expect(registry.target(listing: "o3") != nil)
        #expect(registry.target(listing: "gpt-4o") == nil)
        #expect(registry["openai"]?.modelNames == ["o3"])
    }

    @Test func `a pattern that is a plain name is an alias`() {
        let registry = ProviderRegistry(
            providers: [FakeProvider("down", isReady: false), FakeProvider("openai")], metrics: HubMetrics())
        let planner = RoutePlanner(routes: [
            .init(pattern: "gpt-*", targets: [.init(provider: "openai")]),
            .init(
                pattern: "fast", targets: [.init(provider: "down"), .init(provider: "openai", model: "gpt-4o-mini")]),
            .init(pattern: "gone", targets: [.init(provider: "down")]),
        ])
        let aliases = planner.aliases(registry)
        #expect(aliases.map(\.name) == ["fast"])
        #expect(aliases.map(\.model) == ["gpt-4o-mini"])
        #expect(aliases.map(\.entry.id) == ["openai"])
    }

    @Test func `a request is paid at the rate of its day`() async throws {
        var late = Price(input: 2_000_000, output: 2_000_000)
        late.effectiveFrom = CalendarDay("2026-01-01")
        var book = Price(input: 1_000_000, output: 1_000_000)
        book.effectiveFrom = CalendarDay("2025-01-01")
        let rows = [book, late].map { PriceBook.Row(provider: "acme", model: "m", price: $0) }
        let provider = FakeProvider("acme", .answer("hi", usage: TokenUsage(input: 3, output: 2)))
        let fixture = HubFixture([provider]) { $0.prices = PriceBook(rows) }
        _ = try await fixture.answer()
        // The manual clock begins on 2026-01-01.
        #expect(fixture.context.costNanoDollars == 10_000)
    }
}
