import Dialects
import Testing
import Wire

/// Chunks as OpenAI's clients get them.
struct OpenAIStreamTests {
    @Test(
        arguments: [
            (
                #"{"id":"c","choices":[{"delta":{"content":"a"}}],"usage":null}"#,
                #"{"id":"c","choices":[{"delta":{"content":"a"}}]}"#
            ),
            (
                #"{"id":"c","choices":[{"delta":{}}],"usage":{"prompt_tokens":1}}"#,
                #"{"id":"c","choices":[{"delta":{}}]}"#
            ),
            (#"{"id":"c","choices":[],"usage":{"prompt_tokens":1}}"#, nil),
            (
                #"{"id":"","choices":[],"prompt_filter_results":[1],"usage":null}"#,
                #"{"id":"","choices":[],"prompt_filter_results":[1]}"#
            ),
        ] as [(String, String?)])
    func `usage that was not asked for is left out, and nothing else`(chunk: String, sent: String?) throws {
        var out: [UInt8] = []
        OpenAIStream.append(
            try OpenAIStream.parse(Array(chunk.utf8), provider: "acme"), wantsUsage: false, to: &out)
        #expect(out.text == (sent.map { "data: \($0)\n\n" } ?? ""))
    }

    @Test func `a chunk that was asked for with usage is passed on as it came`() throws {
        let chunk = #"{"z":1,"choices":[],"usage":{"prompt_tokens":1,"x":{"y":null}}}"#
        var out: [UInt8] = []
        OpenAIStream.append(try OpenAIStream.parse(Array(chunk.utf8), provider: "acme"), wantsUsage: true, to: &out)
        #expect(out.text == "data: \(chunk)\n\n")
    }
}
