import Dialects
import TestSupport
import Testing
import Wire

struct ResponsesRequestTests {
    private static func parse(_ text: String) throws -> CompletionRequest {
        try ResponsesRequest.parse(try parsed(text))
    }

    private static func rendered(
        _ request: CompletionRequest, isReasoning: Bool = false
    ) throws -> JSONValue {
        var report = TranslationReport()
        return try parsed(
            ResponsesRequest.render(request, model: "real", isReasoning: isReasoning, report: &report).text)
    }

    // MARK: As a client's

    @Test(arguments: [
        (#"{"input":"Hi"}"#, "model", ErrorCode.validationFailed), (#"{"model":"m"}"#, "input", .validationFailed),
        (#"{"model":"m","input":7}"#, "input", .validationFailed),
        (#"{"model":"m","input":[]}"#, "input", .validationFailed),
        (#"{"model":"m","input":["x"]}"#, "input[0]", .validationFailed),
        (#"{"model":"m","input":"x","stream":"yes"}"#, "stream", .validationFailed),
        (#"{"model":"m","input":"x","store":1}"#, "store", .validationFailed),
        (#"{"model":"m","input":"x","background":true}"#, "background", .unsupportedParameter),
        (#"{"model":"m","input":"x","conversation":"conv_1"}"#, "conversation", .unsupportedParameter),
        (
            #"{"model":"m","input":[{"type":"item_reference","id":"msg_1"}]}"#, "input[0].type",
            .unsupportedParameter
        ), (#"{"model":"m","input":"x","input":"y"}"#, "input", .invalidRequest),
    ])
    func `a request that cannot be served names its field`(text: String, field: String, code: ErrorCode) throws {
        let body = try parsed(text)
        let error = failure { () throws(HubError) in _ = try ResponsesRequest.parse(body) }
        #expect(error?.parameter == field)
        #expect(error?.code == code)
    }

    @Test(arguments: [
        (#"{"input":[{"role":"boss","content":"x"}]}"#, "input[0].role"),
        (#"{"input":[{"role":"user","content":[{"type":"input_text"}]}]}"#, "input[0].content[0].text"),
        (#"{"input":[{"type":"function_call","name":"f"}]}"#, "input[0].call_id"),
        (#"{"input":[{"type":"function_call_output","output":"x"}]}"#, "input[0].call_id"),
        (
            #"{"input":[{"role":"user","content":[{"type":"input_image","image_url":"data:x"}]}]}"#,
            "input[0].content[0].image_url"
        ), (#"{"input":"x","tools":[{"type":"function"}]}"#, "tools[0].name"),
        (#"{"input":"x","tool_choice":{"type":"function"}}"#, "tool_choice.name"),
        (#"{"input":"x","temperature":3}"#, "temperature"),
        (#"{"input":"x","reasoning":{"effort":"huge"}}"#, "reasoning.effort"),
        (#"{"input":"x","text":{"format":{"type":"xml"}}}"#, "text.format.type"),
        (#"{"input":"x","text":{"format":{"type":"json_schema","name":"a"}}}"#, "text.format.schema"),
        (#"{"input":"x","max_output_tokens":0}"#, "max_output_tokens"),
        (#"{"input":"x","metadata":{"a":1}}"#, "metadata.a"), (#"{"input":"x","prompt":{"id":"p"}}"#, "prompt"),
        (#"{"input":"x","instructions":7}"#, "instructions"),
    ])
    func `a field of a wrong type or value is named for providers of other dialects`(text: String, field: String) throws
    {
        let body = try parsed(text)
        let error = failure { () throws(HubError) in _ = try ResponsesRequest.canonical(body) }
        #expect(error?.parameter == field)
    }

    private static let conversation = #"""
        {"model":"m","instructions":"Be kind","input":[
        {"role":"developer","content":"Short"},
        {"role":"user","content":[{"type":"input_text","text":"What is this?"},
          {"type":"input_image","image_url":"data:image/png;base64,QUJD","detail":"low"},
          {"type":"input_file","file_data":"data:application/pdf;base64,QUJD","filename":"a.pdf"},
          {"type":"input_file","file_url":"https://a.example/b.pdf"}]},
        {"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"Hm"}],"encrypted_content":"gAAA"},
        {"type":"message","id":"msg_1","role":"assistant","status":"completed","content":[{"type":"output_text","text":"Let me see"}]},
        {"type":"function_call","call_id":"call_1","name":"look","arguments":"{\"at\":1}"},
        {"type":"function_call","call_id":"call_2","name":"look","arguments":""},
        {"type":"function_call_output","call_id":"call_1","output":"one"},
        {"type":"function_call_output","call_id":"call_2","output":[{"type":"input_text","text":"two"},{"type":"input_image","image_url":"https://a.example/c.png"}]},
        {"role":"user","content":"And now?"}],
        "tools":[{"type":"function","name":"look","description":"Looks","parameters":{"type":"object"},"strict":true}],
        "tool_choice":{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"look"}]},
        "text":{"format":{"type":"json_schema","name":"a","schema":{"type":"object"},"strict":true},"verbosity":"low"},
        "reasoning":{"effort":"high","summary":"auto"},"max_output_tokens":99,"temperature":0.5,"top_p":0.9,
        "metadata":{"k":"v"},"user":"u","service_tier":"flex","prompt_cache_key":"p","include":["file_search_call.results"],
        "truncation":"disabled","max_tool_calls":3,"parallel_tool_calls":false}
        """#

    @Test
    func `a conversation is read into turns`() throws {
        let request = try ResponsesRequest.canonical(try parsed(Self.conversation))
        #expect(request.messages.map(\.role) == [.system, .developer, .user, .assistant, .user, .user])
        #expect(
            ChatSummary.parts(request.messages[3].parts) == [
                "reasoning Hm signed openAI rs_1:gAAA", "text Let me see", #"call <call_1> look {"at":1}"#,
                "call <call_2> look {}",
            ])
        #expect(request.messages[4].parts.count == 2)
        #expect(request.toolChoice == .allowed(names: ["look"], isRequired: true))
        #expect(request.reasoning?.effort == .high)
        #expect(request.reasoning?.showsText == true)
        #expect(request.maximumOutputTokens == 99)
        #expect(request.verbosity == "low")
        #expect(request.allowsParallelToolCalls == false)
        #expect(request.others.map(\.name) == ["max_tool_calls"])
    }

    @Test
    func `a request comes back from its own dialect with the same meaning`() throws {
        let request = try ResponsesRequest.canonical(try parsed(Self.conversation))
        var report = TranslationReport()
        let bytes = ResponsesRequest.render(
            request, model: "gpt-5", target: ResponsesTarget(model: "gpt-5"), report: &report)
        let back = try ResponsesRequest.canonical(try parsed(bytes.text))
        #expect(ChatSummary.lines(of: back) == ChatSummary.lines(of: request))
        #expect(report.refused.isEmpty)
        #expect(report.dropped == ["temperature", "top_p", "max_tool_calls"])
        #expect(back.metadata.map(\.value) == ["v"])
        #expect(back.reasoning == request.reasoning)
    }

    @Test
    func `tools that OpenAI runs itself are refused elsewhere`() throws {
        let body = try parsed(#"{"input":"x","tools":[{"type":"web_search"}],"tool_choice":{"type":"web_search"}}"#)
        var report = TranslationReport()
        _ = OpenAIRequest.render(
            try ResponsesRequest.canonical(body), model: "m", target: .compatible, report: &report)
        #expect(report.refused == ["tools.web_search"])
    }

    // MARK: For a provider of the same dialect

    @Test
    func `every field is passed on in its order, and the provider keeps nothing`() throws {
        let request = try Self.parse(
            #"{"tools":[{"type":"web_search"}],"model":"m","vendor":{"b":1,"a":2},"store":true,"input":"Hi","stream":true}"#
        )
        var report = TranslationReport()
        let text = ResponsesRequest.render(request, model: "real", isReasoning: false, report: &report).text
        #expect(
            text
                == #"{"tools":[{"type":"web_search"}],"model":"real","vendor":{"b":1,"a":2},"input":"Hi","stream":true,"store":false}"#
        )
    }

    @Test
    func `encrypted reasoning is asked for where the hub keeps the answer`() throws {
        let request = try Self.parse(#"{"model":"m","input":"Hi","include":["web_search_call.results"]}"#)
        let include = try Self.rendered(request, isReasoning: true)["include"]
        #expect(include?.elements.map { $0.string } == ["web_search_call.results", "reasoning.encrypted_content"])
        let unkept = try Self.parse(#"{"model":"m","input":"Hi","store":false}"#)
        #expect(try Self.rendered(unkept, isReasoning: true)["include"] == nil)
    }

    @Test
    func `earlier items go before the new ones, without what the hub made of other providers' answers`() throws {
        let earlier = try parsed(
            #"""
            [{"id":"msg_hub_1_in_0","type":"message","role":"user","content":[{"type":"input_text","text":"One"}]},
            {"id":"rs_hub_1_0","type":"reasoning","summary":[],"encrypted_content":"hub.anthropic.reasoning:x"},
            {"id":"rs_hub_1_1","type":"reasoning","summary":[{"type":"summary_text","text":"Hm"}]},
            {"id":"rs_1","type":"reasoning","summary":[],"encrypted_content":"gAAA"},
            {"id":"fc_hub_1_2","type":"function_call","call_id":"c","name":"f","arguments":"{}"}]
            """#)
        let request = try Self.parse(#"{"model":"m","input":"Two","previous_response_id":"resp_1"}"#)
            .with(earlierItems: Array(earlier.elements))
        let body = try Self.rendered(request)
        #expect(body["previous_response_id"] == nil)
        let input = body["input"].map { Array($0.elements) } ?? []
        #expect(input.map { $0["type"]?.string } == ["message", "reasoning", "function_call", nil])
        #expect(input.map { $0["id"]?.string } == [nil, "rs_1", nil, nil])
        #expect(input.last?["content"]?.string == "Two")
        #expect(try request.canonical().messages.count == 3)
    }

    // MARK: From other dialects

    @Test
    func `what Responses cannot carry is named`() throws {
        let chat = try OpenAIRequest.canonical(
            try parsed(
                #"""
                {"messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"QQ==","format":"wav"}}]}],
                "stop":["x"],"seed":1,"n":2,"presence_penalty":1,"frequency_penalty":1,"logit_bias":{"1":1},"max_tokens":4,"temperature":1}
                """#))
        var report = TranslationReport()
        let bytes = ResponsesRequest.render(
            chat, model: "gpt-4.1", target: ResponsesTarget(model: "gpt-4.1"), report: &report)
        #expect(Set(report.refused) == ["n", "messages.content.audio"])
        #expect(
            Set(report.dropped) == [
                "stop", "seed", "presence_penalty", "frequency_penalty", "logit_bias", "max_tokens:clamped",
            ])
        let body = try parsed(bytes.text)
        #expect(body["max_output_tokens"]?.int == 16)
        #expect(body["temperature"]?.double == 1)
        #expect(body["store"]?.bool == false)
        #expect(body["include"] == nil)
    }

    @Test
    func `a tool that nobody called strict is not made strict`() throws {
        let chat = try OpenAIRequest.canonical(
            try parsed(
                #"{"messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f"}}]}"#))
        var report = TranslationReport()
        let bytes = ResponsesRequest.render(
            chat, model: "gpt-4.1", target: ResponsesTarget(model: "gpt-4.1"), report: &report)
        #expect(try parsed(bytes.text)["tools"]?[index: 0]?["strict"]?.bool == false)
    }

    @Test
    func `a reasoning model is asked for reasoning that can be handed back`() throws {
        let chat = try OpenAIRequest.canonical(
            try parsed(#"{"messages":[{"role":"user","content":"x"}],"temperature":0.1,"reasoning_effort":"low"}"#))
        var report = TranslationReport()
        let bytes = ResponsesRequest.render(
            chat, model: "o3-pro", target: ResponsesTarget(model: "o3-pro"), report: &report)
        let body = try parsed(bytes.text)
        #expect(body["include"]?[index: 0]?.string == "reasoning.encrypted_content")
        #expect(body["reasoning"]?["effort"]?.string == "low")
        #expect(report.dropped == ["temperature"])
    }

    // MARK: Kept items

    @Test
    func `kept input has ids and one form`() throws {
        let request = try Self.parse(
            #"{"model":"m","input":[{"role":"user","content":"Hi"},{"type":"function_call_output","call_id":"c","output":"x"},{"id":"msg_1","type":"message","role":"assistant","content":[]}]}"#
        )
        let items = Array(try parsed(ResponsesRequest.inputItems(request, response: "resp_a").text).elements)
        #expect(items.map { $0["id"]?.string } == ["msg_hub_a_in_0", "item_hub_a_in_1", "msg_1"])
        #expect(items[0]["content"]?[index: 0]?["text"]?.string == "Hi")
        #expect(items.map { $0["type"]?.string } == ["message", "function_call_output", "message"])
    }
}
