import Testing

@testable import Dialects

struct PromptEstimateTests {
    private static func weight(_ text: String) -> Int { TextWeight.milliTokens(text.utf8Span.span) }

    @Test(
        arguments: [
            ("", 0), ("hello", 931), ("hello world", 1862), ("transformation", 931 + 24 * 9 + 101 * 2),
            ("userName", 931 + 903), ("HTTP", 931 + 354 * 3), ("parseHTTP", 931 + 903 + 354 * 3),
            ("1", 1278), ("123", 1278), ("1234", 2556), ("a\n", 1712), ("a.\n", 931 + 888 + 312), ("a    b", 2685),
            ("((", 888 + 255), ("é", 637), ("ж", 400), ("ع", 700), ("日", 800), ("→", 1295), ("😀", 2020),
        ])
    func `a text weighs what its parts weigh`(text: String, milliTokens: Int) {
        #expect(Self.weight(text) == milliTokens)
    }

    @Test func `no bytes are too odd`() {
        for first in UInt8.min...UInt8.max {
            let bytes = [first, 0x80, first, 0xFF, first]
            let weight = TextWeight.milliTokens(bytes.span)
            #expect(weight >= 0)
        }
    }

    @Test(
        arguments: [
            ("gpt-4o", "claude-sonnet-4-5"), ("gpt-4o", "gpt-oss-120b"), ("claude-sonnet-4-5", "claude-sonnet-5"),
            ("gemini-2.5-pro", "gpt-4o"), ("amazon.nova-lite-v1:0", "us.amazon.nova-2-lite-v1:0"),
        ])
    func `families are told apart by name`(one: String, other: String) {
        #expect(TokenizerFamily(model: one) != TokenizerFamily(model: other))
    }

    @Test(arguments: ["us.anthropic.claude-opus-4-8", "openrouter/anthropic/claude-opus-4.8", "Claude-Opus-4-8"])
    func `a prefix does not matter`(model: String) {
        #expect(TokenizerFamily(model: model) == TokenizerFamily(model: "claude-opus-4-8"))
    }

    @Test(arguments: [("", 1), ("1234", 1), ("12345", 2), ("日本", 2)])
    func `an unknown family is counted by bytes`(text: String, tokens: Int) {
        var estimate = PromptEstimate(model: "made-up")
        estimate.add(text: text)
        estimate.addMessage()
        #expect(estimate.tokens == tokens)
    }

    @Test func `messages, tools and images add what is written around them`() {
        func tokens(_ fill: (inout PromptEstimate) -> Void) -> Int {
            var estimate = PromptEstimate(model: "claude-sonnet-4-5")
            estimate.add(text: "one two three four five six seven eight")
            fill(&estimate)
            return estimate.tokens
        }
        let none: [UInt8] = []
        let plain = tokens { _ in }
        let message = tokens { $0.addMessage() }
        let tool = tokens { $0.add(tool: none.span) }
        let tools = tokens {
            $0.add(tool: none.span)
            $0.add(tool: none.span)
        }
        let small = tokens { $0.addImage(isLowDetail: true) }
        let large = tokens { $0.addImage(isLowDetail: false) }
        #expect([message, tool, tools, small, large].map { $0 - plain } == [4, 525 + 8, 525 + 16, 85, 765])
    }
}
