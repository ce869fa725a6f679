import Dialects
import Testing
import Wire

struct OpenAIRequestTests {
    @Test(arguments: [
        (#"[]"#, nil, ErrorCode.invalidRequest),
        (#"{"messages":[{"role":"user"}]}"#, "model", .validationFailed),
        (#"{"model":"","messages":[{"role":"user"}]}"#, "model", .validationFailed),
        (#"{"model":7,"messages":[{"role":"user"}]}"#, "model", .validationFailed),
        (#"{"model":null,"messages":[{"role":"user"}]}"#, "model", .validationFailed),
        (#"{"model":"m"}"#, "messages", .validationFailed),
        (#"{"model":"m","messages":{}}"#, "messages", .validationFailed),
        (#"{"model":"m","messages":[]}"#, "messages", .validationFailed),
        (#"{"model":"m","messages":["hi"]}"#, "messages[0]", .validationFailed),
        (#"{"model":"m","messages":[{"role":"user"},{}]}"#, "messages[1].role", .validationFailed),
        (#"{"model":"m","messages":[{"role":1}]}"#, "messages[0].role", .validationFailed),
        (#"{"model":"m","messages":[{"role":"user"}],"stream":"yes"}"#, "stream", .validationFailed),
        (#"{"model":"m","messages":[{"role":"user"}],"stream_options":true}"#, "stream_options", .validationFailed),
        (#"{"model":"m","messages":[{"role":"user"}],"n":0}"#, "n", .validationFailed),
        (#"{"model":"m","messages":[{"role":"user"}],"n":129}"#, "n", .validationFailed),
        (#"{"model":"m","messages":[{"role":"user"}],"n":1.5}"#, "n", .validationFailed),
        (#"{"model":"m","messages":[{"role":"user"}],"user":5}"#, "user", .validationFailed),
        (#"{"model":"m","model":"o","messages":[{"role":"user"}]}"#, "model", .invalidRequest),
        (#"{"model":"m","messages":[{"role":"user"}],"stream":true,"stream":false}"#, "stream", .invalidRequest),
    ])
    func `a request that cannot be used names the field`(body: String, parameter: String?, code: ErrorCode) throws {
        let value = try parsed(body)
        let error = failure { () throws(HubError) in _ = try OpenAIRequest.parse(value) }
        #expect(error?.code == code)
        #expect(error?.parameter == parameter)
        #expect(error?.status == 400)
    }

    @Test func `the fields the hub decides on are read`() throws {
        let request = try OpenAIRequest.parse(
            parsed(
                """
                {"model":"a/b","messages":[{"role":"user"}],"stream":true,"stream_options":{"include_usage":true},
                 "user":"u","n":3}
                """))
        #expect(request.model == "a/b")
        #expect(request.isStream)
        #expect(request.wantsUsageChunk)
        #expect(request.user == "u")
        #expect(request.choiceCount == 3)
    }

    @Test func `fields the hub does not know are for the provider to judge`() throws {
        _ = try OpenAIRequest.parse(parsed(#"{"model":"m","messages":[{"role":"robot"}],"temperature":99,"x":{}}"#))
    }

    @Test(arguments: [
        (#"{"model":"p/m","messages":[{"role":"user"}],"x":1}"#, #"{"model":"m","messages":[{"role":"user"}],"x":1}"#),
        (
            #"{"stream":true,"messages":[{"role":"user"}],"model":"p/m"}"#,
            #"{"stream":true,"messages":[{"role":"user"}],"model":"m","stream_options":{"include_usage":true}}"#
        ),
        (
            #"{"stream_options":{"include_usage":false,"x":1},"model":"p","messages":[{"role":"user"}],"stream":true}"#,
            #"{"stream_options":{"x":1,"include_usage":true},"model":"m","messages":[{"role":"user"}],"stream":true}"#
        ),
        (
            #"{"model":"p","messages":[{"role":"user"}],"stream_options":null,"stream":true}"#,
            #"{"model":"m","messages":[{"role":"user"}],"stream_options":{"include_usage":true},"stream":true}"#
        ),
        (
            #"{"model":"p","messages":[{"role":"user"}],"seed":18446744073709551615,"top_p":0.1,"é":"\u0000"}"#,
            #"{"model":"m","messages":[{"role":"user"}],"seed":18446744073709551615,"top_p":0.1,"é":"\u0000"}"#
        ),
    ])
    func `what is sent is what came, in its order`(came: String, sent: String) throws {
        let request = try OpenAIRequest.parse(parsed(came))
        var report = TranslationReport()
        #expect(OpenAIRequest.render(request, model: "m", usageChunk: true, report: &report).text == sent)
    }

    @Test(arguments: [
        (#""max_tokens":5,"temperature":0.5,"seed":1"#, #""max_completion_tokens":5,"seed":1"#, ["temperature"]),
        (#""max_tokens":5,"max_completion_tokens":6"#, #""max_completion_tokens":6"#, ["max_tokens"]),
        (#""max_tokens":null,"temperature":1,"top_p":1.0,"seed":1"#, #""seed":1"#, []),
        (#""stop":null,"x":{"temperature":0}"#, #""x":{"temperature":0}"#, []),
    ])
    func `what a model is known to refuse is renamed or left out`(
        members: String, sent: String, dropped: [String]
    ) throws {
        let request = try OpenAIRequest.parse(
            parsed(#"{"model":"m","messages":[{"role":"user","content":"a"}],\#(members)}"#))
        var report = TranslationReport()
        let body = OpenAIRequest.render(
            request, model: "m", usageChunk: true,
            rules: FieldRules(refused: ["temperature", "top_p", "stop"], limitsCompletionTokens: true), report: &report)
        #expect(body.text == #"{"model":"m","messages":[{"role":"user","content":"a"}],\#(sent)}"#)
        #expect(report.dropped == dropped)
    }
}
