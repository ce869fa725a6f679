import Dialects
import Testing
import Wire

struct UnifiedRequestRenderTests {
    /// Members beside the model and messages, and how they are sent.
    private static let translations: [(String, String, OpenAITarget, [String])] = [
        (#""temperature":0.5,"stop":["x"]"#, #""temperature":0.5,"stop":["x"]"#, .openAI, []),
        (#""max_tokens":5"#, #""max_completion_tokens":5"#, .openAI, []),
        (#""max_tokens":5"#, #""max_tokens":5"#, .compatible, []),
        (#""max_completion_tokens":5"#, #""max_tokens":5"#, .compatible, []),
        (#""max_tokens":null,"seed":1"#, #""seed":1"#, .openAI, []),
        (#""top_k":5,"seed":1"#, #""seed":1"#, .openAI, ["top_k"]),
        (#""top_k":5"#, #""top_k":5"#, .compatible, []),
        (#""tool_choice":"required""#, #""tool_choice":"required""#, .openAI, []),
        (
            #""tool_choice":{"name":"f"}"#, #""tool_choice":{"type":"function","function":{"name":"f"}}"#, .openAI,
            []
        ),
        (
            #""tool_choice":{"type":"function","function":{"name":"f"}}"#,
            #""tool_choice":{"type":"function","function":{"name":"f"}}"#, .openAI, []
        ),
        (#""reasoning":{"effort":"low"}"#, #""reasoning_effort":"low""#, .openAI, []),
        (
            #""reasoning":{"effort":"low","budget_tokens":2048}"#, #""reasoning_effort":"low""#, .openAI,
            ["reasoning.budget_tokens"]
        ),
        (
            #""provider":"acme","routing":{},"metadata":{"a":"b"},"seed":1"#, #""seed":1"#, .openAI, []
        ),
        (
            #""temperature":0.5,"provider_params":{"temperature":1,"custom":{"a":[]},"model":"x","simulated":{}}"#,
            #""temperature":1,"custom":{"a":[]}"#, .openAI, []
        ),
        (#""stream":true"#, #""stream":true,"stream_options":{"include_usage":true}"#, .openAI, []),
        (
            #""stream_options":{"include_usage":false,"x":1},"stream":true"#,
            #""stream":true,"stream_options":{"x":1,"include_usage":true}"#, .openAI, []
        ),
    ]

    @Test(arguments: translations)
    func `parameters are written as the target wants them`(
        members: String, sent: String, target: OpenAITarget, dropped: [String]
    ) throws {
        let request = try UnifiedRequest.parse(
            parsed(#"{"model":"x","messages":[{"role":"user","content":"hi"}],\#(members)}"#))
        var report = TranslationReport()
        let body = UnifiedRequest.renderOpenAI(
            request, model: "m", target: target, usageChunk: true, report: &report)
        #expect(body.text == #"{"model":"m","messages":[{"role":"user","content":"hi"}],\#(sent)}"#)
        #expect(report.dropped == dropped)
    }

    @Test(arguments: [
        (#"{"type":"text","text":"hi"}"#, #"{"type":"text","text":"hi"}"#),
        (
            #"{"type":"image","url":"https://a/b.png","detail":"low"}"#,
            #"{"type":"image_url","image_url":{"url":"https://a/b.png","detail":"low"}}"#
        ),
        (
            #"{"type":"image_url","image_url":"https://a/b.png"}"#,
            #"{"type":"image_url","image_url":{"url":"https://a/b.png"}}"#
        ),
        (
            #"{"type":"image_url","image_url":{"url":"https://a/b.png"}}"#,
            #"{"type":"image_url","image_url":{"url":"https://a/b.png"}}"#
        ),
        (
            #"{"type":"image_base64","image_base64":"QUJD"}"#,
            #"{"type":"image_url","image_url":{"url":"data:image/png;base64,QUJD"}}"#
        ),
        (
            #"{"type":"image_base64","image_base64":{"media_type":"image/jpeg","data":"QUJD"}}"#,
            #"{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,QUJD"}}"#
        ),
        (
            #"{"type":"input_audio","input_audio":{"data":"QUJD","format":"wav"}}"#,
            #"{"type":"input_audio","input_audio":{"data":"QUJD","format":"wav"}}"#
        ),
    ])
    func `parts of a message are written in OpenAI's form`(part: String, sent: String) throws {
        #expect(
            try render(#"{"role":"user","content":[\#(part)]}"#) == #"{"role":"user","content":[\#(sent)]}"#)
    }

    @Test(arguments: [
        (
            #"{"role":"assistant","content":"4","reasoning":"2+2"}"#, #"{"role":"assistant","content":"4"}"#
        ),
        (
            #"{"role":"assistant","content":"4","reasoning_details":[{"type":"reasoning.text","text":"2+2"}],"#
                + #""extra_content":{"google":{"thought_signature":"s"}}}"#, #"{"role":"assistant","content":"4"}"#
        ),
        (
            #"{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{"},"#
                + #""extra_content":{"google":{"thought_signature":"s"}}}]}"#,
            #"{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{"}}]}"#
        ),
        (
            #"{"role":"tool","tool_call_id":"c","content":"4","name":"f"}"#,
            #"{"role":"tool","tool_call_id":"c","content":"4","name":"f"}"#
        ),
        (
            #"{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{"}}]}"#,
            #"{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{"}}]}"#
        ),
    ])
    func `of a message only what the hub alone knows stays behind`(message: String, sent: String) throws {
        #expect(try render(message) == sent)
    }

    private func render(_ message: String) throws -> String {
        let request = try UnifiedRequest.parse(parsed(#"{"model":"x","messages":[\#(message)]}"#))
        var report = TranslationReport()
        let body = UnifiedRequest.renderOpenAI(
            request, model: "m", target: .openAI, usageChunk: true, report: &report
        ).text
        return String(body.dropFirst(#"{"model":"m","messages":["#.count).dropLast(2))
    }
}
