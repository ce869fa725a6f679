import HubCore
import Testing
import Wire

@testable import Service

struct ModelFilesTests {
    private static func fixture(_ text: String, _ files: [String: String]) -> ConfigurationFixture {
        var fixture = ConfigurationFixture.file(text)
        fixture.files.merge(files) { $1 }
        return fixture
    }

    @Test func `without a file the built-in catalogue holds`() throws {
        let loaded = try ConfigurationFixture().load()
        #expect(loaded.catalogue.facts(of: "gpt-4o", at: "openai") != nil)
    }

    @Test func `a models file takes the place of the built-in catalogue`() throws {
        let models = #"{"format":1,"models":{"openai/own":{"context_window":7}}}"#
        let loaded = try Self.fixture("models_file: m.json", ["m.json": models]).load()
        #expect(loaded.catalogue.facts(of: "own", at: "openai")?.contextWindow == 7)
        #expect(loaded.catalogue.facts(of: "gpt-4o", at: "openai") == nil)
    }

    @Test(
        arguments: [
            ("models_file: none.json", "hub.yaml:1:14: models_file: none.json cannot be read: no such file"),
            (
                "models_file: m.json",
                #"hub.yaml:1:14: models_file: m.json: models["a/b"].prices[0].input: "#
                    + "must be USD per million tokens, 0..1000000 with at most 6 decimals"
            ),
            ("prices_file: none.yaml", "hub.yaml:1:14: prices_file: none.yaml cannot be read: no such file"),
            (
                "prices_file: p.yaml",
                "p.yaml:1:55: prices[0].effective_from: must be a day such as 2026-09-01, got \"soon\""
            ),
        ])
    func `a mistake in a file is a mistake of the configuration`(text: String, mistake: String) throws {
        let models = #"{"format":1,"models":{"a/b":{"prices":[{"input":-1,"output":1}]}}}"#
        let prices = "prices: [{provider: openai, model: m, effective_from: soon}]"
        let fixture = Self.fixture(text, ["m.json": models, "p.yaml": prices])
        #expect(try fixture.mistakes() == [mistake])
        #expect(try fixture.check().exitCode == 1)
    }

    @Test(arguments: [
        """
        prices:
          - provider: openai
            model: gpt-4o
            effective_from: 2027-01-01
            input: 4
            output: 0.5
            tiers: [{above_input_tokens: 10, input: 8}]
        """,
        #"{"prices":[{"provider":"openai","model":"gpt-4o","effective_from":"2027-01-01T00:00:00Z","input":4,"output":0.5,"#
            + #""tiers":[{"above_input_tokens":10,"input":8}]}]}"#,
    ])
    func `rows of a prices file are read as YAML and JSON`(prices: String) throws {
        let row = try #require(try Self.fixture("prices_file: p", ["p": prices]).load().prices.first)
        #expect((row.provider, row.model, row.effectiveFrom.text) == ("openai", "gpt-4o", "2027-01-01"))
        #expect(row.tokens.input?.picodollars == 4_000_000)
        #expect(row.tokens.output?.picodollars == 500_000)
        #expect(row.tiers.first?.tokens.input?.picodollars == 8_000_000)
    }

    @Test func `a model and day has one price`() throws {
        let row = "{provider: openai, model: m, effective_from: 2027-01-01, input: 1, output: 1}"
        let mistakes = try Self.fixture("prices_file: p", ["p": "prices: [\(row), \(row)]"]).mistakes()
        #expect(mistakes.count == 1 && mistakes[0].contains("is in this list twice"))
    }
}
