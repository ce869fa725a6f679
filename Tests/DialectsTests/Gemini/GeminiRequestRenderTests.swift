import Dialects
import Testing
import Wire

struct GeminiRequestRenderTests {
    private func render(
        _ members: String, messages: String = #"[{"role":"user","content":"hi"}]"#, model: String = "gemini-2.5-flash"
    ) throws -> (body: JSONValue, report: TranslationReport) {
        let request = try OpenAIRequest.canonical(parsed(#"{"model":"m","messages":\#(messages)\#(members)}"#))
        var report = TranslationReport()
        let bytes = GeminiRequest.render(request, target: GeminiTarget(model: model), report: &report)
        return (try parsed(bytes.text), report)
    }

    private struct Thinking: Sendable, CustomTestStringConvertible {
        var model: String
        var members: String
        var config: String
        var dropped: [String] = []
        var testDescription: String { model + members }
    }

    private static let thinking: [Thinking] = [
        Thinking(
            model: "gemini-2.5-flash", members: #","reasoning_effort":"low""#,
            config: #"{"thinkingBudget":2048,"includeThoughts":true}"#),
        Thinking(
            model: "gemini-2.5-flash", members: #","reasoning_effort":"none""#, config: #"{"thinkingBudget":0}"#),
        Thinking(
            model: "gemini-2.5-pro", members: #","reasoning_effort":"none""#, config: #"{"thinkingBudget":128}"#,
            dropped: ["reasoning_effort:clamped"]),
        Thinking(
            model: "gemini-2.5-flash", members: #","reasoning":{"budget_tokens":99999,"exclude":true}"#,
            config: #"{"thinkingBudget":24576,"includeThoughts":false}"#,
            dropped: ["reasoning.budget_tokens:clamped"]),
        Thinking(
            model: "gemini-3.5-flash", members: #","reasoning_effort":"high""#,
            config: #"{"thinkingLevel":"high","includeThoughts":true}"#),
        Thinking(
            model: "gemini-3-pro-preview", members: #","reasoning_effort":"medium""#,
            config: #"{"thinkingLevel":"low","includeThoughts":true}"#, dropped: ["reasoning_effort:clamped"]),
        Thinking(
            model: "gemini-2.0-flash", members: #","reasoning_effort":"high""#, config: "",
            dropped: ["reasoning_effort"]),
    ]

    @Test(arguments: thinking)
    private func `a wish to think is what the model knows`(_ wish: Thinking) throws {
        let (body, report) = try render(wish.members, model: wish.model)
        #expect(body["generationConfig"]?["thinkingConfig"].map { compact($0) } ?? "" == wish.config)
        #expect(report.dropped == wish.dropped)
        #expect(report.refused.isEmpty)
    }

    private func compact(_ value: JSONValue) -> String {
        var writer = JSONWriter()
        writer.value(value)
        return writer.bytes.text
    }

    @Test func `a model that cannot think refuses a budget`() throws {
        #expect(
            try render(#","reasoning":{"budget_tokens":2048}"#, model: "gemini-2.0-flash").report.refused
                == ["reasoning.budget_tokens"])
    }

    @Test func `results go into one turn, in the order of the calls`() throws {
        let calls = ["one", "two"].map {
            #"{"id":"\#($0)","type":"function","function":{"name":"f_\#($0)","arguments":"{}"}}"#
        }.joined(separator: ",")
        let messages =
            #"[{"role":"user","content":"go"},{"role":"assistant","content":null,"tool_calls":[\#(calls)]},"#
            + #"{"role":"tool","tool_call_id":"two","content":"{\"b\": 2}"},"#
            + #"{"role":"tool","tool_call_id":"one","content":"plain"},{"role":"user","content":"and?"}]"#
        let (body, _) = try render("", messages: messages)
        let turns = try #require(body["contents"])
        #expect(turns.elements.compactMap { $0["role"]?.string } == ["user", "model", "user", "user"])
        let results = try #require(turns[index: 2]?["parts"])
        #expect(
            results.elements.map { compact($0) } == [
                #"{"functionResponse":{"name":"f_one","response":{"result":"plain"}}}"#,
                #"{"functionResponse":{"name":"f_two","response":{"b":2}}}"#,
            ])
    }

    @Test func `the first of calls without a signature gets the documented one`() throws {
        let call = #"{"id":"x","type":"function","function":{"name":"f","arguments":"{}"}}"#
        let messages =
            #"[{"role":"user","content":"go"},{"role":"assistant","tool_calls":[\#(call),\#(call)]},"#
            + #"{"role":"tool","tool_call_id":"x","content":"1"}]"#
        let parts = try render("", messages: messages, model: "gemini-3.5-flash").body["contents"]?[index: 1]?["parts"]
        #expect(
            parts?.elements.map { $0["thoughtSignature"]?.string } == ["skip_thought_signature_validator", nil])
        let older = try render("", messages: messages).body["contents"]?[index: 1]?["parts"]
        #expect(older?[index: 0]?["thoughtSignature"] == nil)
        #expect(older?[index: 0]?["functionCall"]?["id"] == nil)
    }

    @Test func `an older model gets the subset of schemas, and what it lacks is named`() throws {
        let schema =
            ##"{"$defs":{"P":{"type":"object","properties":{"n":{"type":["integer","null"],"exclusiveMinimum":0}}}},"##
            + ##""type":"object","properties":{"p":{"$ref":"#/$defs/P"},"k":{"const":"a"}},"additionalProperties":false}"##
        let tools = #","tools":[{"type":"function","function":{"name":"f","parameters":\#(schema)}}]"#
        let (body, report) = try render(tools, model: "gemini-2.0-flash")
        let declaration = body["tools"]?[index: 0]?["functionDeclarations"]?[index: 0]
        #expect(
            declaration?["parameters"].map { compact($0) }
                == #"{"type":"OBJECT","properties":{"p":{"type":"OBJECT","properties":{"n":{"type":"INTEGER","#
                + #""nullable":true}}},"k":{"enum":["a"]}}}"#)
        #expect(
            report.dropped == ["tools.parameters.exclusiveMinimum", "tools.parameters.additionalProperties"])
        let newer = try render(tools).body["tools"]?[index: 0]?["functionDeclarations"]?[index: 0]
        #expect(newer?["parametersJsonSchema"].map { compact($0) } == schema)
    }

    @Test func `a schema that refers to itself has an end`() throws {
        let schema = ##"{"type":"object","properties":{"next":{"$ref":"#"}}}"##
        let (_, report) = try render(
            #","tools":[{"type":"function","function":{"name":"f","parameters":\#(schema)}}]"#,
            model: "gemini-2.0-flash")
        #expect(report.dropped == ["tools.parameters.$ref"])
    }

    @Test func `parameters have their places, and those without one are named`() throws {
        let (body, report) = try render(
            #","temperature":0.5,"top_p":0.9,"max_tokens":9,"stop":["x"],"seed":1,"n":2,"logprobs":true,"#
                + #""top_logprobs":3,"logit_bias":{"1":1},"user":"u","metadata":{"a":"b"},"service_tier":"flex","#
                + #""response_format":{"type":"json_object"}"#)
        #expect(
            body["generationConfig"].map { compact($0) }
                == #"{"temperature":0.5,"topP":0.9,"seed":1,"responseLogprobs":true,"logprobs":3,"maxOutputTokens":9,"#
                + #""candidateCount":2,"stopSequences":["x"],"responseMimeType":"application/json"}"#)
        #expect(body["serviceTier"]?.string == "flex")
        #expect(report.dropped == ["logit_bias", "metadata", "user"])
    }

    @Test func `a schema beside tools is refused where the model cannot take both`() throws {
        let members =
            #","tools":[{"type":"function","function":{"name":"f"}}],"response_format":{"type":"json_schema","#
            + #""json_schema":{"name":"a","schema":{"type":"object"}}}"#
        #expect(try render(members).report.refused == ["response_format"])
        #expect(try render(members, model: "gemini-3.5-flash").report.refused.isEmpty)
    }

    @Test func `thoughts without a signature are left out by name, and fail no strict call`() throws {
        let messages =
            #"[{"role":"user","content":"go"},{"role":"assistant","content":"a","reasoning":"hm"},"#
            + #"{"role":"user","content":"on"}]"#
        let (body, report) = try render("", messages: messages)
        #expect(body["contents"]?[index: 1]?["parts"]?.count == 1)
        #expect(report.dropped == ["messages.reasoning"])
        #expect(failure { () throws(HubError) in try report.check(isStrict: true, provider: "p") } == nil)
    }

    @Test func `Vertex gets labels, and neither ids of calls nor a tier, which it refuses`() throws {
        let call = #"{"id":"x","type":"function","function":{"name":"f","arguments":"{}"}}"#
        let request = try OpenAIRequest.canonical(
            parsed(
                #"{"messages":[{"role":"user","content":"go"},{"role":"assistant","tool_calls":[\#(call)]},"#
                    + #"{"role":"tool","tool_call_id":"x","content":"1"}],"metadata":{"team":"a"},"service_tier":"flex"}"#
            ))
        var report = TranslationReport()
        let body = try parsed(
            GeminiRequest.render(
                request, target: GeminiTarget(model: "gemini-3.5-flash", isVertex: true), report: &report
            ).text)
        let turns = body["contents"]
        #expect(turns?[index: 1]?["parts"]?[index: 0]?["functionCall"]?["id"] == nil)
        #expect(turns?[index: 2]?["parts"]?[index: 0]?["functionResponse"]?["id"] == nil)
        #expect(body["labels"]?["team"]?.string == "a")
        #expect(body["serviceTier"] == nil)
        #expect(report.dropped == ["service_tier"])
    }
}
