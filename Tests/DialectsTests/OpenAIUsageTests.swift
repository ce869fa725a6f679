import Dialects
import Testing
import Wire

struct OpenAIUsageTests {
    private static let usages: [(String, String, TokenUsage)] = [
        ("plain", #"{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}"#, TokenUsage(input: 9, output: 2)),
        (
            "OpenAI: cached and reasoning inside",
            """
            {"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,
             "prompt_tokens_details":{"cached_tokens":60,"cache_write_tokens":30},
             "completion_tokens_details":{"reasoning_tokens":40}}
            """, TokenUsage(input: 10, cacheRead: 60, cacheWrite: 30, output: 10, reasoning: 40)
        ),
        (
            "DeepSeek: cache hits by their own name",
            #"{"prompt_tokens":100,"prompt_cache_hit_tokens":64,"prompt_cache_miss_tokens":36,"completion_tokens":1}"#,
            TokenUsage(input: 36, cacheRead: 64, output: 1)
        ),
        (
            "xAI: reasoning beside the completion",
            """
            {"prompt_tokens":432,"completion_tokens":68,"total_tokens":636,
             "prompt_tokens_details":{"cached_tokens":153},"completion_tokens_details":{"reasoning_tokens":136}}
            """, TokenUsage(input: 279, cacheRead: 153, output: 68, reasoning: 136)
        ),
        (
            "Mistral: audio beside the prompt",
            """
            {"prompt_tokens":9,"completion_tokens":201,"total_tokens":585,
             "prompt_tokens_details":{"cached_tokens":0,"audio_tokens":375}}
            """, TokenUsage(input: 9, output: 201, audioInput: 375)
        ),
        (
            "OpenAI: audio inside the prompt",
            """
            {"prompt_tokens":42,"completion_tokens":10,"total_tokens":52,
             "prompt_tokens_details":{"cached_tokens":0,"audio_tokens":25}}
            """, TokenUsage(input: 17, output: 10, audioInput: 25)
        ),
        (
            "Gemini: thoughts only in the total", #"{"prompt_tokens":35,"completion_tokens":12,"total_tokens":109}"#,
            TokenUsage(input: 35, output: 12, reasoning: 62)
        ),
        (
            "Grok on Azure: more cached than prompt",
            #"{"prompt_tokens":50,"completion_tokens":5,"prompt_tokens_details":{"cached_tokens":64}}"#,
            TokenUsage(input: 0, cacheRead: 50, output: 5)
        ),
        (
            "more reasoning than completion",
            #"{"prompt_tokens":43,"completion_tokens":10,"total_tokens":53,"completion_tokens_details":{"reasoning_tokens":11}}"#,
            TokenUsage(input: 43, output: 0, reasoning: 10)
        ),
        (
            "more written than is left",
            #"{"prompt_tokens":10,"completion_tokens":1,"prompt_tokens_details":{"cached_tokens":8,"cache_write_tokens":5}}"#,
            TokenUsage(input: 0, cacheRead: 8, cacheWrite: 2, output: 1)
        ),
        (
            "counts with a fraction", #"{"prompt_tokens":12.0,"completion_tokens":3.0}"#,
            TokenUsage(input: 12, output: 3)
        ),
        ("nothing generated", #"{"prompt_tokens":12}"#, TokenUsage(input: 12)),
        ("empty", "{}", TokenUsage()),
        (
            "details that are null",
            #"{"prompt_tokens":1,"completion_tokens":2,"prompt_tokens_details":null,"completion_tokens_details":null}"#,
            TokenUsage(input: 1, output: 2)
        ),
        ("negative and textual counts", #"{"prompt_tokens":-5,"completion_tokens":"7"}"#, TokenUsage()),
        (
            "absurd counts", #"{"prompt_tokens":9223372036854775807,"completion_tokens":1e300}"#,
            TokenUsage(input: 1 << 40)
        ),
    ]

    @Test(arguments: usages)
    func `a usage object is read into disjoint classes`(name: String, usage: String, expected: TokenUsage) throws {
        #expect(try OpenAIUsage.parse(parsed(usage)) == expected, "\(name)")
    }

    @Test(arguments: ["null", "[]", "7"])
    func `what is no usage object is no usage`(value: String) throws {
        #expect(try OpenAIUsage.parse(parsed(value)) == nil)
    }

    @Test func `totals are the sums of their classes`() {
        let usage = TokenUsage(input: 1, cacheRead: 2, cacheWrite: 4, output: 8, reasoning: 16)
        #expect([usage.promptTotal, usage.completionTotal, usage.total] == [7, 24, 31])
        #expect((usage + usage).total == 62)
    }
}
