import Dialects
import Testing
import Wire

@testable import HubCore

struct BuiltInCatalogueTests {
    private static let document = json(String(decoding: CatalogueText.builtInFile, as: UTF8.self))

    @Test func `it has no mistakes`() throws {
        let loaded = try ModelCatalogue.load(CatalogueText.builtInFile)
        #expect(loaded.models(at: "openai").count > 100)
    }

    @Test func `every model is found where it stands and reads as it is written`() throws {
        let loaded = try ModelCatalogue.load(CatalogueText.builtInFile)
        var count = 0
        for (key, _) in try #require(Self.document["models"]).members {
            let parts = key.string.split(separator: "/", maxSplits: 1).map(String.init)
            let facts = ModelCatalogue.builtIn.facts(of: parts[1], at: parts[0])
            #expect(facts != nil && facts == loaded.facts(of: parts[1], at: parts[0]), "\(key.string)")
            count += 1
        }
        #expect(count > 1000)
    }

    @Test func `listing the vendors one by one gives every model once`() throws {
        let names = try #require(Self.document["models"]).members.map(\.key.string)
        let vendors = Set(names.map { String($0.prefix { $0 != "/" }) })
        let listed = vendors.sorted().flatMap { vendor in
            ModelCatalogue.builtIn.models(at: vendor).map { "\(vendor)/\($0)" }
        }
        #expect(Set(listed) == Set(names))
        #expect(listed.count == names.count)
    }

    @Test(
        arguments: [
            ("gpt", "openai"), ("gpt-4oo", "openai"), ("", "openai"), ("gpt-4o", "open"), ("gpt-4o", ""), ("", ""),
            ("zzzz", "zai"), ("!", "anthropic"), ("gpt-4o\"", "openai"), ("gpt-4o\":{", "openai"), ("models", "format"),
        ])
    func `a name that is not listed is not found`(model: String, vendor: String) {
        #expect(ModelCatalogue.builtIn.facts(of: model, at: vendor) == nil)
    }

    @Test func `a fine-tuned model is known by the one it was made from`() {
        let facts = ModelCatalogue.builtIn.facts(of: "ft:gpt-4o-2024-08-06:acme::Ab12", at: "openai")
        #expect(facts?.id == "ft:gpt-4o-2024-08-06:acme::Ab12")
        #expect(facts?.prices.prices.isEmpty == false)
    }

    @Test func `quirks are read`() throws {
        let model = try #require(
            ModelCatalogue.builtIn.facts(of: "claude-sonnet-5", at: "bedrock")
                ?? ModelCatalogue.builtIn.facts(of: "anthropic.claude-sonnet-5", at: "bedrock"))
        #expect(model.quirks.refusedFields == ["temperature", "top_p", "top_k"])
        #expect(model.quirks.needsAlternatingTurns && model.quirks.thinksAdaptively && !model.quirks.acceptsPrefill)
        let reasoning = try #require(ModelCatalogue.builtIn.facts(of: "o3", at: "openai"))
        #expect(reasoning.quirks.limitsCompletionTokens && reasoning.quirks.refusedFields.contains("stop"))
    }

    @Test(
        arguments: [
            ("gpt-5", nil), ("gpt-5.1", "none"), ("gpt-5.2-2025-12-11", "none"), ("gpt-5.2-pro", nil),
            ("gpt-5.4-mini", "none"), ("gpt-5.5", nil), ("gpt-5.1-codex", nil),
        ] as [(String, String?)])
    func `whether a model thinks unasked is known of some`(model: String, effort: String?) throws {
        for vendor in ["openai", "azure"] {
            let facts = try #require(ModelCatalogue.builtIn.facts(of: model, at: vendor))
            #expect(facts.quirks.defaultEffort == effort)
        }
    }
}

/// What real usages cost, worked out by hand from the vendors' rates.
struct GoldenCostTests {
    struct Case: Sendable {
        var model: String
        var day = "2026-11-20"
        var usage: TokenUsage
        var hour = 0
        /// Nil: unpriced.
        var nanoDollars: Int?
    }

    @Test(
        arguments: [
            // 1000 at 2.50, 500 cached at 1.25, 100 out at 10.
            Case(
                model: "openai/gpt-4o", usage: .init(input: 1000, cacheRead: 500, output: 100), nanoDollars: 4_125_000),
            // Reasoning is paid as output.
            Case(model: "openai/o3", usage: .init(input: 10, output: 5, reasoning: 100), nanoDollars: 860_000),
            Case(model: "openai/o3", day: "2025-06-09", usage: .init(input: 10, output: 10), nanoDollars: 500_000),
            // Above 272,000 everything is dearer, what was cached too.
            Case(
                model: "openai/gpt-5.6", usage: .init(input: 272_000, cacheRead: 1, output: 10),
                nanoDollars: 2_720_451_000),
            Case(model: "openai/gpt-5.6", usage: .init(input: 272_000, output: 10), nanoDollars: 1_360_300_000),
            Case(
                model: "anthropic/claude-sonnet-5", day: "2026-08-31",
                usage: .init(input: 100, cacheRead: 1000, cacheWrite: 10, output: 20), hour: 5, nanoDollars: 645_000),
            Case(
                model: "anthropic/claude-sonnet-5", day: "2026-09-01",
                usage: .init(input: 100, cacheRead: 1000, cacheWrite: 10, output: 20), hour: 5, nanoDollars: 967_500),
            Case(
                model: "google/gemini-2.5-pro", usage: .init(input: 200_001, output: 1, reasoning: 2),
                nanoDollars: 500_047_500),
            Case(
                model: "bedrock/us.anthropic.claude-opus-5", usage: .init(input: 3, cacheRead: 7, output: 1),
                nanoDollars: 47_850),
            Case(model: "azure/gpt-4o-mini", usage: .init(input: 1_000_000), nanoDollars: 165_000_000),
            Case(model: "deepseek/deepseek-v4-pro", usage: .init(cacheRead: 1000), nanoDollars: 3625),
            // 15 nano-dollars and a half: to the even one.
            Case(model: "deepseek/deepseek-v4-pro", usage: .init(cacheRead: 4), nanoDollars: 14),
            // No price of a cache write.
            Case(model: "openai/gpt-4o", usage: .init(cacheWrite: 1), nanoDollars: nil),
        ])
    func `a usage costs what the vendor's list says`(golden: Case) throws {
        let parts = golden.model.split(separator: "/", maxSplits: 1).map(String.init)
        let facts = try #require(ModelCatalogue.builtIn.facts(of: parts[1], at: parts[0]))
        let day = try #require(CalendarDay(golden.day))
        var usage = golden.usage
        usage.cacheWriteHour = golden.hour
        #expect(facts.prices.price(on: day)?.cost(of: usage) == golden.nanoDollars)
    }

    @Test(
        arguments: [
            // Half of 1, 0.10, 1.25, 2 and 5.
            Case(
                model: "anthropic/claude-haiku-4-5",
                usage: .init(input: 100, cacheRead: 100, cacheWrite: 100, output: 100), hour: 100,
                nanoDollars: 467_500),
            // Before its price rose, too, and above a size.
            Case(
                model: "anthropic/claude-sonnet-5", day: "2026-08-31", usage: .init(input: 100, output: 20),
                nanoDollars: 200_000),
            Case(
                model: "anthropic/claude-sonnet-4-5", usage: .init(input: 200_001, output: 2),
                nanoDollars: 600_025_500),
            // Half of 0.30 and 2.50, and 0.03 as outside.
            Case(
                model: "google/gemini-2.5-flash", usage: .init(input: 100, cacheRead: 100, output: 100),
                nanoDollars: 143_000),
            Case(
                model: "google/gemini-2.5-pro", usage: .init(input: 200_000, cacheRead: 2, output: 1),
                nanoDollars: 250_008_000),
            // As flex.
            Case(
                model: "openai/gpt-5", usage: .init(input: 100, cacheRead: 100, output: 100), nanoDollars: 568_750),
            // No discount is known of what is read from the cache.
            Case(
                model: "openai/gpt-4o-mini", usage: .init(input: 100, cacheRead: 100, output: 100),
                nanoDollars: 45_000),
            Case(model: "azure/gpt-4o-mini", usage: .init(input: 100, cacheRead: 100), nanoDollars: 16_500),
            // The hub makes no batches there.
            Case(model: "bedrock/us.anthropic.claude-opus-5", usage: .init(input: 1), nanoDollars: nil),
        ])
    func `a usage in a batch costs what the vendor says`(golden: Case) throws {
        let parts = golden.model.split(separator: "/", maxSplits: 1).map(String.init)
        let facts = try #require(ModelCatalogue.builtIn.facts(of: parts[1], at: parts[0]))
        let day = try #require(CalendarDay(golden.day))
        var usage = golden.usage
        usage.cacheWriteHour = golden.hour
        #expect(facts.prices.price(on: day)?.cost(of: usage, service: .batch) == golden.nanoDollars)
    }
}
