import Testing
import Wire

@testable import HubCore

struct GlobTests {
    @Test(arguments: [
        ("", "", true), ("", "a", false), ("*", "", true), ("*", "abc", true), ("gpt-*", "gpt-4o", true),
        ("gpt-*", "my-gpt-4o", false), ("*-mini", "gpt-4o-mini", true), ("g?t", "gpt", true), ("g?t", "gt", false),
        ("*a*b*", "xxaxxbxx", true), ("*a*b*", "xxbxxaxx", false), ("a*a", "a", false), ("GPT", "gpt", false),
        ("openai/*", "openai/gpt", true), ("***", "x", true), ("[a]", "[a]", true), ("a.c", "abc", false),
    ])
    func `a pattern fits as in a shell`(pattern: String, text: String, fits: Bool) {
        #expect(Glob.matches(pattern, text) == fits)
    }

    @Test func `patterns fit what a naive reading says`() {
        var random = RandomSource(seed: 42)
        func word(_ alphabet: [UInt8]) -> [UInt8] {
            (0..<Int.random(in: 0...8, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? 0 }
        }
        for _ in 0..<20_000 {
            let pattern = word(Array("ab*?".utf8))
            let text = word(Array("ab".utf8))
            #expect(
                Glob.matches(String(decoding: pattern, as: UTF8.self), String(decoding: text, as: UTF8.self))
                    == Self.naive(pattern[...], text[...]), "\(pattern) \(text)")
        }
    }

    @Test func `many stars take no exponential time`() {
        let text = String(repeating: "a", count: 5000)
        #expect(!Glob.matches(String(repeating: "a*", count: 50) + "b", text))
    }

    private static func naive(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == UInt8(ascii: "*") {
            return naive(pattern.dropFirst(), text) || (!text.isEmpty && naive(pattern, text.dropFirst()))
        }
        guard let next = text.first, first == UInt8(ascii: "?") || first == next else { return false }
        return naive(pattern.dropFirst(), text.dropFirst())
    }
}
