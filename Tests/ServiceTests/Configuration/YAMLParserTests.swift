import Testing

@testable import Service

struct YAMLParserTests {
    private func parse(_ text: String) throws(ConfigurationErrors) -> YAMLNode {
        try YAMLParser.parse(Array(text.utf8), file: "a.yaml")
    }

    private func mistake(_ text: String) -> String {
        do {
            _ = try parse(text)
            return ""
        } catch {
            return error.description
        }
    }

    @Test func `a mapping keeps its order and its places`() throws {
        guard case .mapping(let entries) = try parse("b: 1\na:\n  - 'x'\n").content else {
            Issue.record("not a mapping")
            return
        }
        #expect(entries.map(\.key) == ["b", "a"])
        #expect(entries.first?.value.origin == .file("a.yaml", line: 1, column: 4))
        guard case .sequence(let items) = entries.last?.value.content else {
            Issue.record("not a sequence")
            return
        }
        #expect(items.map(\.content) == [.scalar(YAMLScalar(text: "x", style: .quoted))])
        #expect(items.first?.origin == .file("a.yaml", line: 3, column: 5))
    }

    @Test(arguments: ["", "# only a comment\n", "---\n{}\n"])
    func `a file without keys is an empty mapping`(text: String) throws {
        #expect(try parse(text).content == .mapping([]))
    }

    @Test func `a file of JSON is read`() throws {
        #expect(try parse("{\n\t\"port\": 80,\n\t\"hosts\": [\"a\\/b\\u00e9\"]\n}").content != .mapping([]))
    }

    @Test(arguments: [
        ("a: [1", "a.yaml:2:1: not valid YAML: did not find expected ',' or ']'"),
        ("a: 1\n\tb: 2\n", "a.yaml:2:1: not valid YAML: found a tab character that violates indentation"),
        (
            "a: 1\na: 2\nb: 1\nb: 2\n",
            "a.yaml:2:1: the key \"a\" is here twice\na.yaml:4:1: the key \"b\" is here twice"
        ),
        ("a: &x 1\nb: *x\n", "a.yaml:1:4: anchors and aliases are not supported; write the value out"),
        ("a: !!int 1\n", "a.yaml:1:4: tags are not supported; remove it"),
        ("a: 1\n---\nb: 1\n", "a.yaml:2:1: only one document is read; remove this one"),
        ("- 1\n", "a.yaml:1:1: must be a map of keys"),
        ("[a]: 1\n", "a.yaml:1:1: a key must be plain text"),
    ])
    func `malformed text is refused with its place`(text: String, expected: String) {
        #expect(mistake(text) == expected)
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        #expect(throws: ConfigurationErrors.self) { try YAMLParser.parse([0x61, 0x3a, 0x20, 0xff], file: "a.yaml") }
    }

    @Test func `nesting is bounded`() {
        #expect(mistake("a: " + String(repeating: "[", count: 70)).hasSuffix("is nested deeper than 64"))
    }

    @Test func `deep nesting within the bound is read`() throws {
        _ = try parse("a: " + String(repeating: "[", count: 60) + String(repeating: "]", count: 60))
    }

    @Test func `a file over one mebibyte is refused`() {
        #expect(mistake(String(repeating: "#", count: (1 << 20) + 1)) == "a.yaml:1:1: is larger than 1048576 bytes")
    }

    @Test func `every prefix of a file is read or refused`() throws {
        let text = Array("a: {b: [1, 'x', \"y\\n\"]}\nc:\n  - d: |\n      e\n  - ${F:-g}\n".utf8)
        for length in 0...text.count {
            do {
                _ = try YAMLParser.parse(Array(text.prefix(length)), file: "a.yaml")
            } catch {
                #expect(!error.diagnostics.isEmpty)
            }
        }
    }
}
