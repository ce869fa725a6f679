import Dialects
import Testing
import Wire

/// OpenAI's requests written for Claude.
struct AnthropicRequestRenderTests {
    private func render(
        _ members: String, messages: String = #"[{"role":"user","content":"hi"}]"#, model: String = "claude-sonnet-4-5"
    ) throws -> (body: JSONValue, report: TranslationReport) {
        let request = try OpenAIRequest.canonical(parsed(#"{"model":"x","messages":\#(messages)\#(members)}"#))
        var report = TranslationReport()
        let bytes = AnthropicRequest.render(
            request, model: model, target: AnthropicTarget(model: model), report: &report)
        return (try parsed(bytes.text), report)
    }

    private func text(_ value: JSONValue?) -> String {
        guard let value else { return "" }
        var writer = JSONWriter()
        writer.value(value)
        return writer.bytes.text
    }

    /// Members of OpenAI's request, the field of Anthropic's they become, and what is lost.
    private static let fields: [(String, StaticString, String, [String])] = [
        ("", "max_tokens", "4096", []),
        (#","max_completion_tokens":7"#, "max_tokens", "7", []),
        (#","temperature":2"#, "temperature", "1.0", ["temperature:clamped"]),
        (#","temperature":0.5,"top_p":0.9"#, "top_p", "", ["top_p"]),
        (#","stop":"end""#, "stop_sequences", #"["end"]"#, []),
        (#","stop":["a"," \n"]"#, "stop_sequences", #"["a"]"#, ["stop:clamped"]),
        (#","user":"u""#, "metadata", #"{"user_id":"u"}"#, []),
        (#","service_tier":"default""#, "service_tier", #""standard_only""#, []),
        (#","service_tier":"flex""#, "service_tier", "", ["service_tier"]),
        (#","logit_bias":{"1":2},"logprobs":true"#, "logit_bias", "", ["logit_bias", "logprobs"]),
        (#","store":true,"prediction":{}"#, "store", "", ["store", "prediction"]),
        (#","provider_params":{"top_k":3,"max_tokens":5,"model":"no"}"#, "max_tokens", "5", []),
    ]

    @Test(arguments: fields)
    func `a field becomes Anthropic's or is reported`(
        members: String, field: StaticString, value: String, dropped: [String]
    ) throws {
        let (body, report) = try render(members)
        #expect(text(body[field]) == value)
        #expect(report.dropped == dropped)
        #expect(report.refused.isEmpty)
    }

    /// Members, model, `thinking`, `output_config`, `max_tokens` and what is lost.
    private static let thinking: [(String, String, String, String, Int, [String], [String])] = [
        (
            #","reasoning_effort":"medium""#, "claude-sonnet-4-5", #"{"type":"enabled","budget_tokens":8192}"#, "",
            12288,
            [], []
        ),
        (
            #","reasoning_effort":"high","max_tokens":4000"#, "claude-haiku-4-5",
            #"{"type":"enabled","budget_tokens":2000}"#, "", 4000, ["reasoning_effort:clamped"], []
        ),
        (#","reasoning_effort":"high","max_tokens":500"#, "claude-haiku-4-5", "", "", 500, ["reasoning_effort"], []),
        (
            #","reasoning":{"budget_tokens":2000}"#, "claude-3-7-sonnet-latest",
            #"{"type":"enabled","budget_tokens":2000}"#, "", 6096, [], []
        ),
        (#","reasoning":{"budget_tokens":2000}"#, "claude-3-5-haiku", "", "", 4096, [], ["reasoning.budget_tokens"]),
        (#","reasoning_effort":"low""#, "claude-3-5-haiku", "", "", 4096, ["reasoning_effort"], []),
        (
            #","reasoning_effort":"xhigh""#, "claude-opus-4-6", #"{"type":"adaptive"}"#, #"{"effort":"high"}"#, 4096,
            ["reasoning_effort:clamped"], []
        ),
        (
            #","reasoning_effort":"xhigh""#, "claude-opus-4-7", #"{"type":"adaptive"}"#, #"{"effort":"xhigh"}"#, 4096,
            [],
            []
        ),
        (#","reasoning_effort":"none""#, "claude-opus-4-7", "", "", 4096, [], []),
        (#","reasoning_effort":"none""#, "claude-sonnet-5", #"{"type":"disabled"}"#, "", 4096, [], []),
        (#","reasoning_effort":"none""#, "claude-fable-5", "", "", 4096, ["reasoning_effort:clamped"], []),
        (
            #","reasoning_effort":"low""#, "us.anthropic.claude-opus-4-5-20251101-v1:0",
            #"{"type":"enabled","budget_tokens":2048}"#, #"{"effort":"low"}"#, 6144, [], []
        ),
    ]

    @Test(arguments: thinking)
    func `reasoning becomes what the model knows`(
        members: String, model: String, thinking: String, config: String, limit: Int, dropped: [String],
        refused: [String]
    ) throws {
        let (body, report) = try render(members, model: model)
        #expect(text(body["thinking"]) == thinking)
        #expect(text(body["output_config"]) == config)
        #expect(body["max_tokens"]?.int == limit)
        #expect(report.dropped == dropped)
        #expect(report.refused == refused)
    }

    private static let tool =
        #","tools":[{"type":"function","function":{"name":"f","parameters":{"properties":{}},"strict":true}}]"#

    /// Members and `tool_choice`.
    private static let choices: [(String, String)] = [
        ("", ""),
        (#","tool_choice":"auto""#, #"{"type":"auto"}"#),
        (#","tool_choice":"required""#, #"{"type":"any"}"#),
        (#","tool_choice":"none""#, #"{"type":"none"}"#),
        (#","tool_choice":{"type":"function","function":{"name":"f"}}"#, #"{"type":"tool","name":"f"}"#),
        (#","parallel_tool_calls":false"#, #"{"type":"auto","disable_parallel_tool_use":true}"#),
        (
            #","tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"required","tools":[{"function":{"name":"f"}}]}}"#,
            #"{"type":"any"}"#
        ),
    ]

    @Test(arguments: choices)
    func `tools and their choice`(members: String, choice: String) throws {
        let (body, report) = try render(Self.tool + members)
        #expect(
            text(body["tools"]) == #"[{"name":"f","input_schema":{"type":"object","properties":{}},"strict":true}]"#)
        #expect(text(body["tool_choice"]) == choice)
        #expect(report.dropped.isEmpty)
    }

    @Test func `a forced tool excludes thinking`() throws {
        let (body, report) = try render(Self.tool + #","tool_choice":"required","reasoning_effort":"low""#)
        #expect(body["thinking"] == nil)
        #expect(report.dropped == ["reasoning_effort"])
    }

    @Test func `a vendor's tool is refused by name`() throws {
        let (_, report) = try render(#","tools":[{"type":"custom","custom":{"name":"c"}}]"#)
        #expect(report.refused == ["tools.custom"])
        #expect(
            failure { () throws(HubError) in try report.check(isStrict: false, provider: "p") }?.parameter
                == "tools.custom")
    }

    private static let schema =
        #","response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}}"#

    @Test func `a schema is a format where the model takes one`() throws {
        let (body, _) = try render(Self.schema)
        #expect(text(body["output_config"]) == #"{"format":{"type":"json_schema","schema":{"type":"object"}}}"#)
    }

    @Test func `a schema is a forced tool for older models`() throws {
        let (body, _) = try render(Self.schema, model: "claude-3-5-sonnet")
        #expect(text(body["tool_choice"]) == #"{"type":"tool","name":"hub_json_answer"}"#)
        #expect(body["tools"]?.count == 1)
    }

    @Test func `a call of the answer tool is text for the client`() throws {
        let body = try parsed(
            #"{"id":"m","content":[{"type":"tool_use","id":"t","name":"hub_json_answer","input":{"a":1}}],"stop_reason":"tool_use"}"#
        )
        let answer = AnthropicResponse.canonical(body)
        #expect(answer.choices[0].parts.map(\.text) == [#"{"a":1}"#])
        #expect(answer.choices[0].finish.reason == .stop)
    }

    // MARK: Messages

    /// OpenAI's messages, `system` and Anthropic's messages.
    private static let conversations: [(String, String, String)] = [
        (
            #"[{"role":"developer","content":"a"},{"role":"user","content":"b"},{"role":"system","content":"c"}]"#,
            #"[{"type":"text","text":"a"},{"type":"text","text":"c"}]"#, #"[{"role":"user","content":"b"}]"#
        ),
        (
            #"[{"role":"user","content":"a"},{"role":"user","content":"b"},{"role":"assistant","content":""}]"#, "",
            #"[{"role":"user","content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}]"#
        ),
        (
            #"[{"role":"assistant","content":"hello \n"}]"#, "",
            #"[{"role":"user","content":"."},{"role":"assistant","content":"hello"}]"#
        ),
        (
            #"[{"role":"user","content":"a"},{"role":"assistant","content":null,"tool_calls":[{"id":"x.1","function":{"name":"f","arguments":"{"}}]},{"role":"tool","tool_call_id":"x.1","content":"r"},{"role":"user","content":"b"}]"#,
            "",
            #"[{"role":"user","content":"a"},{"role":"assistant","content":[{"type":"tool_use","id":"call_7d6c1b4d5b4b3d2c","name":"f","input":{"INVALID_JSON":"{"}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"call_7d6c1b4d5b4b3d2c","content":"r"},{"type":"text","text":"b"}]}]"#
        ),
    ]

    @Test(arguments: conversations)
    func `a conversation takes turns and begins with the user`(
        messages: String, system: String, turns: String
    ) throws {
        let (body, _) = try render("", messages: messages)
        #expect(text(body["system"]) == system)
        // Which letters an id is made of is not the point.
        let id = /call_[0-9a-f]{16}/
        #expect(text(body["messages"]).replacing(id, with: "call") == turns.replacing(id, with: "call"))
    }

    /// A content part of OpenAI's, its block, and what is lost or refused.
    private static let parts: [(String, String, [String])] = [
        (
            #"{"type":"image_url","image_url":{"url":"data:image/jpg;base64,QUI="}}"#,
            #"{"type":"image","source":{"type":"base64","media_type":"image/jpeg","data":"QUI="}}"#, []
        ),
        (
            #"{"type":"image_url","image_url":{"url":"https://a/b.png"}}"#,
            #"{"type":"image","source":{"type":"url","url":"https://a/b.png"}}"#, []
        ),
        (
            #"{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,QUI="}}"#,
            #"{"type":"document","source":{"type":"base64","media_type":"application/pdf","data":"QUI="},"title":"a.pdf"}"#,
            []
        ),
        (
            #"{"type":"text","text":"t","cache_control":{"type":"ephemeral","ttl":"1h"}}"#,
            #"{"type":"text","text":"t","cache_control":{"type":"ephemeral","ttl":"1h"}}"#, []
        ),
        (#"{"type":"input_audio","input_audio":{"data":"QUI=","format":"wav"}}"#, "", ["messages.content.audio"]),
        (#"{"type":"file","file":{"file_id":"f"}}"#, "", ["messages.content.document"]),
        // Of base64 it reads four kinds of images and PDF.
        (
            #"{"type":"file","file":{"filename":"a.docx","file_data":"data:application/msword;base64,QUI="}}"#, "",
            ["messages.content.document"]
        ),
        (
            #"{"type":"image_url","image_url":{"url":"data:image/svg+xml;base64,QUI="}}"#, "",
            ["messages.content.image"]
        ),
        (#"{"type":"strange"}"#, "", ["messages.content.strange"]),
    ]

    @Test(arguments: parts)
    func `a part becomes a block or is refused`(part: String, block: String, refused: [String]) throws {
        let (body, report) = try render("", messages: #"[{"role":"user","content":[\#(part)]}]"#)
        #expect(report.refused == refused)
        if refused.isEmpty { #expect(text(body["messages"]?[index: 0]?["content"]?[index: 0]) == block) }
    }

    @Test func `a tool loop whose thoughts were not handed back goes on without thinking`() throws {
        let messages =
            #"[{"role":"user","content":"a"},{"role":"assistant","tool_calls":[{"id":"t","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"t","content":"r"}]"#
        let (body, report) = try render(#","reasoning_effort":"low""#, messages: messages)
        #expect(body["thinking"] == nil)
        #expect(report.dropped == ["reasoning_effort"])
    }

    @Test func `signed thoughts that come back are sent as they were`() throws {
        let messages =
            #"[{"role":"user","content":"a"},{"role":"assistant","reasoning":"hm","reasoning_details":[{"type":"reasoning.text","text":"hm","signature":"S","format":"anthropic-claude-v1","index":0},{"type":"reasoning.encrypted","data":"D","format":"anthropic-claude-v1","index":1}],"content":null,"tool_calls":[{"id":"t","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"t","content":"r"}]"#
        let (body, report) = try render(#","reasoning_effort":"low""#, messages: messages)
        #expect(body["thinking"]?["type"]?.string == "enabled")
        #expect(report.dropped.isEmpty)
        #expect(
            text(body["messages"]?[index: 1]?["content"])
                == #"[{"type":"thinking","thinking":"hm","signature":"S"},{"type":"redacted_thinking","data":"D"},{"type":"tool_use","id":"t","name":"f","input":{}}]"#
        )
    }

    @Test(arguments: [
        (#"{"role":"user","content":5}"#, "messages[0].content"),
        (#"{"role":"user","content":[{"text":"a"}]}"#, "messages[0].content[0].type"),
        (#"{"role":"user","content":[{"type":"image_url","image_url":{}}]}"#, "messages[0].content[0].image_url.url"),
        (#"{"role":"bad","content":"a"}"#, "messages[0].role"),
        (#"{"role":"assistant","tool_calls":[{"id":"a","function":{}}]}"#, "messages[0].tool_calls[0].function.name"),
        (#"{"role":"tool","content":"a"}"#, "messages[0].tool_call_id"),
    ])
    func `a wrong field is named`(message: String, field: String) throws {
        let body = try parsed(#"{"model":"m","messages":[\#(message)]}"#)
        let error = failure { () throws(HubError) in _ = try OpenAIRequest.canonical(body) }
        #expect(error?.parameter == field)
        #expect(error?.status == 400)
    }
}
