import HubCore
import Testing

struct CatalogueLoadingTests {
    private static func file(_ models: String) -> String { #"{"format":1,"models":{\#(models)}}"# }

    private static func faults(_ text: String) -> [String] {
        do throws(CatalogueFaults) {
            _ = try ModelCatalogue.load(Array(text.utf8))
            return []
        } catch {
            return error.faults.map { $0.path }
        }
    }

    @Test(
        arguments: [
            ("", [""]), ("[]", [""]), ("{}", ["format", "models"]), (#"{"format":2,"models":{}}"#, ["format"]),
            (#"{"format":1,"models":[]}"#, ["models"]), (#"{"format":1,"models":{},"extra":1}"#, ["extra"]),
            (#"{"format":1,"format":1,"models":{}}"#, ["format"]),
        ])
    func `the head of a file is checked`(text: String, paths: [String]) {
        #expect(Self.faults(text) == paths)
    }

    @Test(
        arguments: [
            (#""gpt":{}"#, #"models["gpt"]"#), (#""/a":{}"#, #"models["/a"]"#), (#""a/":{}"#, #"models["a/"]"#),
            (#""a/b c":{}"#, #"models["a/b c"]"#), (#""a/b":[]"#, #"models["a/b"]"#),
            (#""a/b":{},"a/b":{}"#, #"models["a/b"]"#), (#""a/b":{"colour":1}"#, #"models["a/b"].colour"#),
            (#""a/b":{"context_window":0}"#, #"models["a/b"].context_window"#),
            (#""a/b":{"context_window":1.5}"#, #"models["a/b"].context_window"#),
            (#""a/b":{"capabilities":"chat"}"#, #"models["a/b"].capabilities"#),
            (#""a/b":{"capabilities":[1]}"#, #"models["a/b"].capabilities[0]"#),
            (#""a/b":{"deprecation_date":"2026-02-30"}"#, #"models["a/b"].deprecation_date"#),
            (#""a/b":{"quirks":{"limit":"max_tokens"}}"#, #"models["a/b"].quirks.limit"#),
            (#""a/b":{"quirks":{"odd":true}}"#, #"models["a/b"].quirks.odd"#),
            (#""a/b":{"quirks":{"prefill":1}}"#, #"models["a/b"].quirks.prefill"#),
            (#""a/b":{"prices":[]}"#, #"models["a/b"].prices"#),
            (#""a/b":{"prices":[{"input":1}]}"#, #"models["a/b"].prices[0]"#),
            (#""a/b":{"prices":[{"input":-1,"output":1}]}"#, #"models["a/b"].prices[0].input"#),
            (#""a/b":{"prices":[{"input":"1","output":1}]}"#, #"models["a/b"].prices[0].input"#),
            (#""a/b":{"prices":[{"input":0.0000001,"output":1}]}"#, #"models["a/b"].prices[0].input"#),
            (#""a/b":{"prices":[{"input":1,"output":1,"beer":1}]}"#, #"models["a/b"].prices[0].beer"#),
            (
                #""a/b":{"prices":[{"input":1,"output":1},{"input":1,"output":1}]}"#, #"models["a/b"].prices[1]"#
            ),
            (
                #""a/b":{"prices":[{"from":"2026-01-02","input":1,"output":1},{"from":"2026-01-01","input":1,"output":1}]}"#,
                #"models["a/b"].prices[1]"#
            ),
            (
                #""a/b":{"prices":[{"input":1,"output":1,"tiers":[{"input":2}]}]}"#,
                #"models["a/b"].prices[0].tiers[0]"#
            ),
            (
                #""a/b":{"prices":[{"input":1,"output":1,"tiers":[{"above_input_tokens":2},{"above_input_tokens":2}]}]}"#,
                #"models["a/b"].prices[0].tiers[1]"#
            ),
            (
                #""a/b":{"prices":[{"input":1,"output":1,"batch":{"input":1}}]}"#,
                #"models["a/b"].prices[0].batch"#
            ),
        ])
    func `a mistake is named by its path`(models: String, path: String) {
        let paths = Self.faults(Self.file(models))
        #expect(paths.filter { $0 == path }.count == 1 && paths.allSatisfy { $0.hasPrefix(path) }, "\(paths)")
    }

    @Test func `more mistakes than are shown are counted`() {
        let models = (0..<120).map { #""a/\#($0)":{"colour":1}"# }.joined(separator: ",")
        #expect {
            _ = try ModelCatalogue.load(Array(Self.file(models).utf8))
        } throws: { error in
            (error as? CatalogueFaults).map { $0.faults.count == 100 && $0.omitted == 20 } ?? false
        }
    }

    @Test func `models are found whatever the order and layout of the file`() throws {
        let text = Self.file(
            """
            "b/two": {"context_window": 2},
              "b/t": {"context_window": 3}, "a/one": {"context_window": 1},
            "b/two-more":
                {"context_window": 4}
            """)
        let catalogue = try ModelCatalogue.load(Array(text.utf8))
        #expect(catalogue.facts(of: "one", at: "a")?.contextWindow == 1)
        #expect(catalogue.facts(of: "two", at: "b")?.contextWindow == 2)
        #expect(catalogue.facts(of: "t", at: "b")?.contextWindow == 3)
        #expect(catalogue.facts(of: "two-more", at: "b")?.contextWindow == 4)
        #expect(catalogue.facts(of: "three", at: "b") == nil)
        #expect(catalogue.models(at: "b") == ["t", "two", "two-more"])
        #expect(catalogue.models(at: "c").isEmpty)
    }

    @Test func `a catalogue may be empty`() throws {
        let catalogue = try ModelCatalogue.load(Array(Self.file("").utf8))
        #expect(catalogue.facts(of: "gpt-4o", at: "openai") == nil)
        #expect(catalogue.models(at: "openai").isEmpty)
    }
}
