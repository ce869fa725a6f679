import Testing
import Wire

@testable import Dialects

struct ContinuedRequestTests {
    private static func continued(
        _ dialect: CompletionRequest.Dialect, _ body: String, after text: String = "The sun ", spending tokens: Int = 3
    ) -> String? {
        let request = CompletionRequest(dialect: dialect, body: JSONDocument.object(body), model: "m")
        return request.continued(after: text, spending: tokens).map { request in
            var writer = JSONWriter()
            writer.value(request.body)
            return String(decoding: writer.bytes, as: UTF8.self)
        }
    }

    @Test(
        arguments: [
            (
                .openAI, #"{"model":"m","messages":[{"role":"user","content":"hi"}],"max_tokens":10,"x":1}"#,
                #"{"model":"m","messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"The sun"}],"max_tokens":7,"x":1}"#
            ),
            (
                .unified, #"{"messages":[],"max_completion_tokens":10}"#,
                #"{"messages":[{"role":"assistant","content":"The sun"}],"max_completion_tokens":7}"#
            ),
            (
                .anthropic, #"{"max_tokens":4,"messages":[{"role":"user","content":"hi"}]}"#,
                #"{"max_tokens":1,"messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"The sun"}]}"#
            ),
            (
                .gemini,
                #"{"contents":[{"parts":[{"text":"hi"}]}],"generationConfig":{"maxOutputTokens":9,"topK":4}}"#,
                #"{"contents":[{"parts":[{"text":"hi"}]},{"role":"model","parts":[{"text":"The sun"}]}],"generationConfig":{"maxOutputTokens":6,"topK":4}}"#
            ),
            (
                .bedrock,
                #"{"messages":[{"role":"user","content":[{"text":"hi"}]}],"inferenceConfig":{"maxTokens":9}}"#,
                #"{"messages":[{"role":"user","content":[{"text":"hi"}]},{"role":"assistant","content":[{"text":"The sun"}]}],"inferenceConfig":{"maxTokens":6}}"#
            ),
            (
                .responses, #"{"input":"hi","max_output_tokens":9}"#,
                #"{"input":[{"role":"user","content":"hi"},{"type":"message","role":"assistant","content":[{"type":"output_text","text":"The sun"}]}],"max_output_tokens":6}"#
            ),
        ] as [(CompletionRequest.Dialect, String, String)])
    func `it ends in what was said, and has what is left of its limit`(
        dialect: CompletionRequest.Dialect, body: String, wanted: String
    ) {
        #expect(Self.continued(dialect, body) == wanted)
    }

    @Test func `a limit that is used up leaves nothing to ask for`() {
        #expect(Self.continued(.openAI, #"{"messages":[],"max_tokens":3}"#) == nil)
        #expect(Self.continued(.gemini, #"{"contents":[],"generationConfig":{"maxOutputTokens":2}}"#) == nil)
        #expect(Self.continued(.openAI, #"{"messages":[],"max_tokens":4}"#) != nil)
    }

    @Test func `white space is no beginning`() {
        #expect(Self.continued(.openAI, #"{"messages":[]}"#, after: " \n") == nil)
    }

    @Test func `a legacy text completion holds no conversation`() {
        #expect(Self.continued(.textCompletion, #"{"prompt":"hi"}"#) == nil)
        #expect(Self.continued(.openAI, #"{"prompt":"hi"}"#) == nil)
    }

    // MARK: What may be continued

    private static func mayBeContinued(_ members: String, after text: String = "The sun") throws -> Bool {
        let body = #"{"model":"m","messages":[{"role":"user","content":"hi"}]\#(members)}"#
        return try OpenAIRequest.canonical(JSONDocument.object(body)).mayBeContinued(after: text)
    }

    @Test(arguments: [
        "", #","max_tokens":5"#, #","response_format":{"type":"text"}"#, #","tool_choice":"auto""#, #","n":1"#,
        #","tools":[{"type":"function","function":{"name":"f"}}]"#, #","reasoning_effort":"none""#,
        #","stop":["moon"]"#,
    ])
    func `a plain text may be gone on with`(members: String) throws {
        #expect(try Self.mayBeContinued(members))
    }

    @Test(arguments: [
        #","response_format":{"type":"json_object"}"#,
        #","response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{}}}"#, #","n":2"#,
        #","logprobs":true"#, #","modalities":["text","audio"]"#, #","reasoning_effort":"low""#,
        #","tools":[{"type":"web_search"}]"#,
        #","tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"required""#,
        #","stop":["sunset"]"#, #","stop":["sun"]"#, #","stop":"n!""#,
    ])
    func `what is not text to its end may not`(members: String) throws {
        #expect(try !Self.mayBeContinued(members))
    }

    @Test func `fields that stand in place of the conversation may not`() throws {
        let body = #"{"messages":[{"role":"user","content":"hi"}],"provider_params":{"messages":[]}}"#
        let request = CompletionRequest(dialect: .unified, body: JSONDocument.object(body), model: "m")
        #expect(try !request.canonical().mayBeContinued(after: "The sun"))
    }

    @Test func `a conversation that ends in the assistant's words may not`() throws {
        let body = #"{"model":"m","messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"The"}]}"#
        #expect(try !OpenAIRequest.canonical(JSONDocument.object(body)).mayBeContinued(after: " sun"))
    }

    // MARK: Marks

    @Test func `servers of OpenAI's form are told as they want it`() {
        let body = Array(#"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}],"x":1}"#.utf8)
        func marked(_ form: TextContinuation) -> String { String(decoding: form.marked(body), as: UTF8.self) }
        #expect(marked(.plain).utf8.elementsEqual(body))
        #expect(
            marked(.prefix)
                == #"{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b","prefix":true}],"x":1}"#
        )
        #expect(
            marked(.continueFinalMessage).hasSuffix(
                #""x":1,"continue_final_message":true,"add_generation_prompt":false}"#))
    }
}
