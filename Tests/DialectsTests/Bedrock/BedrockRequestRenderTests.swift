import Dialects
import Testing
import Wire

struct BedrockRequestRenderTests {
    private static let claude = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
    private static let llama = "us.meta.llama3-3-70b-instruct-v1:0"
    private static let tools = #","tools":[{"type":"function","function":{"name":"f"}}]"#

    private func render(
        _ members: String, messages: String = #"[{"role":"user","content":"hi"}]"#, model: String = claude
    ) throws -> (body: JSONValue, report: TranslationReport) {
        let request = try OpenAIRequest.canonical(parsed(#"{"model":"m","messages":\#(messages)\#(members)}"#))
        return try render(request, model: model)
    }

    private func render(
        _ request: ChatRequest, model: String = claude
    ) throws -> (body: JSONValue, report: TranslationReport) {
        var report = TranslationReport()
        let bytes = BedrockRequest.render(request, target: BedrockTarget(model: model), report: &report)
        return (try parsed(bytes.text), report)
    }

    private func compact(_ value: JSONValue?) -> String {
        guard let value else { return "" }
        var writer = JSONWriter()
        writer.value(value)
        return writer.bytes.text
    }

    // MARK: Thinking

    private struct Thinking: Sendable, CustomTestStringConvertible {
        var model: String
        var members: String
        var fields: String
        var dropped: [String] = []
        var refused: [String] = []
        var testDescription: String { model + members }
    }

    private static let thinking: [Thinking] = [
        Thinking(
            model: claude, members: #","reasoning":{"budget_tokens":2048}"#,
            fields: #"{"thinking":{"type":"enabled","budget_tokens":2048}}"#),
        Thinking(
            model: "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-5",
            members: #","reasoning_effort":"high""#,
            fields: #"{"thinking":{"type":"adaptive"},"output_config":{"effort":"high"}}"#),
        Thinking(
            model: "openai.gpt-oss-120b-1:0", members: #","reasoning_effort":"max""#,
            fields: #"{"reasoning_effort":"high"}"#, dropped: ["reasoning_effort:clamped"]),
        Thinking(
            model: "openai.gpt-oss-120b-1:0", members: #","reasoning_effort":"none""#,
            fields: #"{"reasoning_effort":"low"}"#, dropped: ["reasoning_effort:clamped"]),
        Thinking(
            model: "qwen.qwen3-32b-v1:0", members: #","reasoning_effort":"medium""#,
            fields: #"{"reasoning_config":"medium"}"#),
        Thinking(
            model: "us.amazon.nova-2-lite-v1:0", members: #","reasoning_effort":"high""#,
            fields: #"{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"high"}}"#),
        Thinking(
            model: "us.amazon.nova-2-lite-v1:0", members: #","reasoning_effort":"high","max_tokens":99"#,
            fields: #"{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"medium"}}"#,
            dropped: ["reasoning_effort:clamped"]),
        Thinking(
            model: llama, members: #","reasoning_effort":"high""#, fields: "", dropped: ["reasoning_effort"]),
        Thinking(
            model: llama, members: #","reasoning":{"budget_tokens":2048}"#, fields: "",
            refused: ["reasoning.budget_tokens"]),
    ]

    @Test(arguments: thinking)
    private func `a wish to think is what the model knows`(_ wish: Thinking) throws {
        let (body, report) = try render(wish.members, model: wish.model)
        #expect(compact(body["additionalModelRequestFields"]) == wish.fields)
        #expect(report.dropped == wish.dropped)
        #expect(report.refused == wish.refused)
    }

    @Test func `a budget of thoughts has its room, and no temperature`() throws {
        let (body, report) = try render(#","reasoning":{"budget_tokens":2048},"temperature":0.5"#)
        #expect(compact(body["inferenceConfig"]) == #"{"maxTokens":6144}"#)
        #expect(report.dropped == ["temperature"])
    }

    // MARK: Tools

    @Test(arguments: ["", #" \n"#])
    func `results go into one turn before its text, and hold something`(nothing: String) throws {
        let calls = ["one", "two"].map {
            #"{"id":"\#($0)","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}"#
        }.joined(separator: ",")
        let messages =
            #"[{"role":"user","content":"go"},{"role":"assistant","content":null,"tool_calls":[\#(calls)]},"#
            + #"{"role":"tool","tool_call_id":"one","content":"\#(nothing)"},{"role":"tool","tool_call_id":"two","content":"2"},"#
            + #"{"role":"user","content":"and?"}]"#
        let (body, _) = try render("", messages: messages)
        let turns = try #require(body["messages"])
        #expect(turns.elements.compactMap { $0["role"]?.string } == ["user", "assistant", "user"])
        #expect(
            compact(turns[index: 2]?["content"])
                == #"[{"toolResult":{"toolUseId":"one","content":[{"text":"."}],"status":"success"}},"#
                + #"{"toolResult":{"toolUseId":"two","content":[{"text":"2"}],"status":"success"}},{"text":"and?"}]"#)
        // Past calls need their declarations.
        #expect(body["toolConfig"]?["tools"]?[index: 0]?["toolSpec"]?["name"]?.string == "f")
    }

    private struct Choice: Sendable, CustomTestStringConvertible {
        var model: String
        var choice: String
        var written: String
        var refused: [String] = []
        var testDescription: String { model + choice }
    }

    private static let choices: [Choice] = [
        Choice(model: claude, choice: #""required""#, written: #"{"any":{}}"#),
        Choice(
            model: claude, choice: #"{"type":"function","function":{"name":"f"}}"#, written: #"{"tool":{"name":"f"}}"#),
        Choice(
            model: "mistral.mistral-large-2407-v1:0", choice: #"{"type":"function","function":{"name":"f"}}"#,
            written: #"{"tool":{"name":"f"}}"#, refused: ["tool_choice"]),
        Choice(model: llama, choice: #""required""#, written: #"{"any":{}}"#, refused: ["tool_choice"]),
        Choice(model: llama, choice: #""auto""#, written: #"{"auto":{}}"#),
    ]

    @Test(arguments: choices)
    private func `a forced tool is refused where the model cannot be forced`(_ choice: Choice) throws {
        let (body, report) = try render(Self.tools + #","tool_choice":\#(choice.choice)"#, model: choice.model)
        #expect(compact(body["toolConfig"]?["toolChoice"]) == choice.written)
        #expect(report.refused == choice.refused)
    }

    @Test func `without a choice of none the tools are left out`() throws {
        let (body, report) = try render(Self.tools + #","tool_choice":"none""#)
        #expect(body["toolConfig"] == nil)
        #expect(report.dropped.isEmpty)
    }

    @Test func `only Claude can be held to one call at a time`() throws {
        let members = Self.tools + #","parallel_tool_calls":false"#
        #expect(
            compact(try render(members).body["additionalModelRequestFields"])
                == #"{"tool_choice":{"type":"auto","disable_parallel_tool_use":true}}"#)
        #expect(try render(members, model: Self.llama).report.dropped == ["parallel_tool_calls"])
    }

    @Test(arguments: [
        (#""auto""#, #"{"auto":{}}"#), (#""required""#, #"{"any":{}}"#),
        (#"{"type":"function","function":{"name":"f"}}"#, #"{"tool":{"name":"f"}}"#),
    ])
    func `one call at a time goes beside a choice without naming it again`(choice: String, written: String) throws {
        let (body, _) = try render(Self.tools + #","parallel_tool_calls":false,"tool_choice":\#(choice)"#)
        #expect(compact(body["toolConfig"]?["toolChoice"]) == written)
        #expect(
            compact(body["additionalModelRequestFields"]) == #"{"tool_choice":{"disable_parallel_tool_use":true}}"#)
    }

    // MARK: Form

    private static let schema =
        #","response_format":{"type":"json_schema","json_schema":{"name":"a","schema":{"type":"object"}}}"#

    @Test(arguments: [claude, "qwen.qwen3-32b-v1:0", "mistral.mistral-large-3-675b-instruct"])
    func `a schema is a string in outputConfig`(model: String) throws {
        let (body, _) = try render(Self.schema, model: model)
        #expect(
            compact(body["outputConfig"]?["textFormat"])
                == #"{"type":"json_schema","structure":{"jsonSchema":{"schema":"{\"type\":\"object\"}","name":"a"}}}"#)
    }

    @Test(arguments: ["anthropic.claude-3-5-sonnet-20240620-v1:0", "amazon.nova-pro-v1:0"])
    func `an older model answers in a tool that is forced`(model: String) throws {
        let (body, _) = try render(Self.schema, model: model)
        #expect(body["outputConfig"] == nil)
        #expect(compact(body["toolConfig"]?["toolChoice"]) == #"{"tool":{"name":"hub_json_answer"}}"#)
    }

    @Test func `a model that can be held to nothing refuses a schema`() throws {
        #expect(try render(Self.schema, model: Self.llama).report.refused == ["response_format"])
    }

    // MARK: The rest

    @Test func `media have formats, and documents names of their own and a text beside them`() throws {
        let messages =
            #"[{"role":"user","content":[{"type":"file","file":{"filename":"a_b.pdf","file_data":"#
            + #""data:application/pdf;base64,QQ=="}},"#
            + #"{"type":"file","file":{"filename":"a_b.pdf","file_data":"data:application/pdf;base64,QQ=="}},"#
            + #"{"type":"image_url","image_url":{"url":"data:image/jpg;base64,QQ=="}}]}]"#
        let content = try render("", messages: messages).body["messages"]?[index: 0]?["content"]
        #expect(
            compact(content)
                == #"[{"document":{"format":"pdf","name":"a b pdf 1","source":{"bytes":"QQ=="}}},"#
                + #"{"document":{"format":"pdf","name":"a b pdf 2","source":{"bytes":"QQ=="}}},"#
                + #"{"image":{"format":"jpeg","source":{"bytes":"QQ=="}}},{"text":"."}]"#)
    }

    @Test func `an image on the web is refused`() throws {
        let messages =
            #"[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]}]"#
        #expect(try render("", messages: messages).report.refused == ["messages.content.image"])
    }

    @Test func `cache marks are points after what they mark`() throws {
        let request = try AnthropicRequest.canonical(
            parsed(
                #"{"model":"m","max_tokens":9,"cache_control":{"type":"ephemeral"},"#
                    + #""system":[{"type":"text","text":"s","#
                    + #""cache_control":{"type":"ephemeral","ttl":"1h"}}],"messages":[{"role":"user","content":"hi"}]}"#
            ))
        let (body, _) = try render(request)
        #expect(compact(body["system"]) == #"[{"text":"s"},{"cachePoint":{"type":"default","ttl":"1h"}}]"#)
        #expect(
            compact(body["messages"]?[index: 0]?["content"]) == #"[{"text":"hi"},{"cachePoint":{"type":"default"}}]"#)
        #expect(
            try render(request, model: Self.llama).report.dropped == [
                "messages.content.cache_control", "cache_control",
            ])
    }

    @Test func `parameters have their places, and those without one are named`() throws {
        let (body, report) = try render(
            #","temperature":1.5,"max_tokens":9,"stop":["x"," "],"seed":1,"top_k":4,"logprobs":true,"user":"u","#
                + #""metadata":{"a":"b","c":"\u00e9"},"service_tier":"flex""#)
        #expect(compact(body["inferenceConfig"]) == #"{"maxTokens":9,"temperature":1.0,"stopSequences":["x"]}"#)
        #expect(compact(body["additionalModelRequestFields"]) == #"{"top_k":4}"#)
        #expect(compact(body["requestMetadata"]) == #"{"a":"b"}"#)
        #expect(compact(body["serviceTier"]) == #"{"type":"flex"}"#)
        #expect(report.dropped == ["temperature:clamped", "seed", "logprobs", "stop:clamped", "metadata", "user"])
    }

    @Test func `thoughts go back to Claude only`() throws {
        let thought = ChatPart(
            .reasoning(Reasoning(text: "hm")), signature: Signature(origin: .anthropic, value: "sig"))
        let request = ChatRequest(messages: [
            ChatMessage(role: .user, parts: [ChatPart(.text("go"))]),
            ChatMessage(role: .assistant, parts: [thought, ChatPart(.text("so"))]),
        ])
        let (body, report) = try render(request)
        #expect(
            compact(body["messages"]?[index: 1]?["content"])
                == #"[{"reasoningContent":{"reasoningText":{"text":"hm","signature":"sig"}}},{"text":"so"}]"#)
        #expect(report.dropped.isEmpty)
        #expect(try render(request, model: "amazon.nova-pro-v1:0").report.dropped == ["messages.reasoning"])
    }
}
