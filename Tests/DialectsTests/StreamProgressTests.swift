import Testing

@testable import Dialects

/// What the deadlines of a stream count as an answer that comes on.
struct StreamProgressTests {
    private func isProgress(_ data: String, afterFirstToken: Bool = false) throws -> Bool {
        try OpenAIStream.parse(Array(data.utf8), provider: "p").isProgress(afterFirstToken: afterFirstToken)
    }

    @Test(arguments: [
        #"{"choices":[{"delta":{"content":"a"}}]}"#,
        #"{"choices":[{"delta":{"reasoning_content":"a"}}]}"#,
        #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c"}]}}]}"#,
        #"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#,
    ])
    func `what is generated is a first token, and so is an end without any`(data: String) throws {
        #expect(try isProgress(data))
    }

    @Test(arguments: [
        #"{"choices":[{"delta":{"role":"assistant","content":""}}]}"#, #"{"choices":[{"delta":{}}]}"#,
        #"{"choices":[]}"#, #"{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":0,"total_tokens":1}}"#,
    ])
    func `a role, an empty text and a count are no first token`(data: String) throws {
        #expect(try !isProgress(data))
    }

    @Test func `between tokens an empty event does not count, and a count of tokens does`() throws {
        #expect(try !isProgress(#"{"choices":[{"delta":{"content":""}}]}"#, afterFirstToken: true))
        let usage = #"{"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}"#
        #expect(try isProgress(usage, afterFirstToken: true))
    }

    @Test func `the events of a hosted tool at work count between tokens`() throws {
        let data = Array(#"{"type":"response.web_search_call.searching","output_index":0}"#.utf8)
        let chunk = try ResponsesStream.parse(data, provider: "p")
        #expect(chunk.isProgress(afterFirstToken: true))
        #expect(!chunk.isProgress(afterFirstToken: false))
    }
}
