import Dialects
import Testing
import Wire

struct GeminiRequestTests {
    private func canonical(_ text: String) throws -> ChatRequest { try GeminiRequest.canonical(parsed(text)) }

    @Test func `both spellings of names and single values for lists are read`() throws {
        let request = try canonical(
            #"{"contents":{"parts":{"text":"hi"}},"system_instruction":{"parts":{"text":"be brief"}},"#
                + #""generation_config":{"max_output_tokens":5,"response_mime_type":"application/json","#
                + #""thinking_config":{"thinking_budget":0}}}"#)
        #expect(request.messages.map(\.role) == [.system, .user])
        #expect(request.maximumOutputTokens == 5)
        #expect(request.reasoning?.isOff == true)
        guard case .jsonObject = request.responseFormat else {
            Issue.record("not JSON")
            return
        }
    }

    @Test func `results without ids belong to the calls of their names, in order`() throws {
        let request = try canonical(
            #"{"contents":[{"role":"user","parts":[{"text":"go"}]},{"role":"model","parts":["#
                + #"{"functionCall":{"name":"f","args":{"a":1}}},{"functionCall":{"name":"g","args":{}}},"#
                + #"{"functionCall":{"name":"f","args":{"a":2}}}]},{"role":"user","parts":["#
                + #"{"functionResponse":{"name":"g","response":{"result":"g"}}},"#
                + #"{"functionResponse":{"name":"f","response":{"error":"f1"}}},"#
                + #"{"functionResponse":{"name":"f","response":{"x":2}}}]}]}"#)
        let calls = request.messages[1].parts.compactMap { part in
            if case .toolCall(let call) = part.content { call.id } else { nil }
        }
        let results = request.messages[2].parts.compactMap { part in
            if case .toolResult(let result) = part.content { result } else { nil }
        }
        #expect(Set(calls).count == 3)
        #expect(results.map(\.callID) == [calls[1], calls[0], calls[2]])
        #expect(results.map(\.isError) == [false, true, false])
        #expect(results.map(\.text) == ["g", "f1", #"{"x":2}"#])
    }

    @Test func `schemas in Google's types become JSON Schema`() throws {
        let request = try canonical(
            #"{"contents":[{"parts":[{"text":"hi"}]}],"tools":[{"functionDeclarations":[{"name":"f","parameters":"#
                + #"{"type":"OBJECT","properties":{"n":{"type":"INTEGER","nullable":true},"l":{"type":5,"#
                + #""items":{"type":1},"minItems":"1"}},"propertyOrdering":["n"]}}]}]}"#)
        guard case .function(let function) = request.tools.first?.kind, let schema = function.parameters else {
            Issue.record("no function")
            return
        }
        var writer = JSONWriter()
        writer.value(schema)
        #expect(
            writer.bytes.text
                == #"{"type":"object","properties":{"n":{"type":["integer","null"]},"l":{"type":"array","#
                + #""items":{"type":"string"},"minItems":1}}}"#)
    }

    @Test(arguments: [
        (#"{}"#, "contents"), (#"{"contents":[]}"#, "contents"), (#"{"contents":"hi"}"#, "contents"),
        (#"{"contents":[1]}"#, "contents[0]"),
        (#"{"contents":[{"parts":[]}],"generationConfig":{"candidateCount":0}}"#, "generationConfig.candidateCount"),
    ])
    func `a request that cannot be one is refused by name`(_ body: String, _ parameter: String) throws {
        let value = try parsed(body)
        let error = failure { () throws(HubError) in
            _ = try GeminiRequest.parse(value, model: "m", isStream: false)
        }
        #expect(error?.parameter == parameter)
    }

    @Test(arguments: [
        (#"{"contents":[{"role":"robot","parts":[]}]}"#, "contents[0].role"),
        (#"{"contents":[{"parts":[{"text":1}]}]}"#, "contents[0].parts[0].text"),
        (#"{"contents":[{"parts":[{"inlineData":{"data":"x"}}]}]}"#, "contents[0].parts[0].inlineData.mimeType"),
        (#"{"contents":[{"parts":[]}],"generationConfig":{"temperature":3}}"#, "generationConfig.temperature"),
        (
            #"{"contents":[{"parts":[]}],"toolConfig":{"functionCallingConfig":{"mode":"SOME"}}}"#,
            "toolConfig.functionCallingConfig.mode"
        ),
    ])
    func `a field that is wrong is named`(_ body: String, _ parameter: String) throws {
        let value = try parsed(body)
        let error = failure { () throws(HubError) in _ = try GeminiRequest.canonical(value) }
        #expect(error?.parameter == parameter)
    }

    @Test func `a prompt that only Google has is never left out`() throws {
        let request = try canonical(#"{"contents":[{"parts":[{"text":"hi"}]}],"cachedContent":"cachedContents/x"}"#)
        var report = TranslationReport()
        _ = OpenAIRequest.render(request, model: "m", target: .compatible, report: &report)
        #expect(report.refused == ["messages.content.cachedContent"])
    }

    @Test func `the same dialect keeps everything but the model`() throws {
        let body = #"{"contents":[{"parts":[{"text":"hi"}],"x":1}],"model":"models/a","new":{"b":[1.50]}}"#
        let request = try GeminiRequest.parse(parsed(body), model: "a", isStream: true)
        #expect(request.isStream)
        var report = TranslationReport()
        #expect(
            GeminiRequest.render(request, report: &report).text
                == #"{"contents":[{"parts":[{"text":"hi"}],"x":1}],"new":{"b":[1.5]}}"#)
    }
}
