import Dialects
import Testing
import Wire

struct BedrockRequestTests {
    private func parse(_ body: String, model: String = "m") -> HubError? {
        failure { () throws(HubError) in
            let value: JSONValue
            do { value = try parsed(body) } catch { throw HubError(.invalidJSON, "\(error)") }
            _ = try BedrockRequest.canonical(
                try BedrockRequest.parse(value, model: model, isStream: false).body)
        }
    }

    @Test(arguments: [
        (#"{}"#, "messages"), (#"{"messages":[]}"#, "messages"), (#"{"messages":[1]}"#, "messages[0]"),
        (#"{"messages":[{"role":"tool","content":[]}]}"#, "messages[0].role"),
        (#"{"messages":[{"role":"user"}]}"#, "messages[0].content"),
        (#"{"messages":[{"role":"user","content":"hi"}]}"#, "messages[0].content"),
        (#"{"messages":[{"role":"user","content":[{"text":1}]}]}"#, "messages[0].content[0].text"),
        (#"{"messages":[{"role":"user","content":[{"image":1}]}]}"#, "messages[0].content[0].image"),
        (
            #"{"messages":[{"role":"user","content":[{"toolUse":{"name":"f"}}]}]}"#,
            "messages[0].content[0].toolUse.toolUseId"
        ),
        (
            #"{"messages":[{"role":"user","content":[{"text":"a"}]}],"inferenceConfig":{"temperature":2}}"#,
            "inferenceConfig.temperature"
        ),
        (
            #"{"messages":[{"role":"user","content":[{"text":"a"}]}],"toolConfig":{"toolChoice":{"none":{}}}}"#,
            "toolConfig.toolChoice"
        ),
        (
            #"{"messages":[{"role":"user","content":[{"text":"a"}]}],"messages":[]}"#, "messages"
        ),
    ])
    func `a wrong field is named`(body: String, parameter: String) {
        #expect(parse(body)?.parameter == parameter)
    }

    @Test(arguments: ["", String(repeating: "m", count: 2049)])
    func `a model needs a name of bounded length`(model: String) {
        #expect(parse(#"{"messages":[{"role":"user","content":[]}]}"#, model: model)?.parameter == "modelId")
    }

    private func canonical(_ members: String) throws -> ChatRequest {
        try BedrockRequest.canonical(
            parsed(#"{"messages":[{"role":"user","content":[{"text":"hi"}]}]\#(members)}"#))
    }

    @Test(arguments: [
        (#"{"thinking":{"type":"enabled","budget_tokens":1024}}"#, ReasoningRequest(budget: 1024)),
        (#"{"reasoning_config":{"type":"enabled","budget_tokens":1024}}"#, ReasoningRequest(budget: 1024)),
        (#"{"reasoning_config":"high"}"#, ReasoningRequest(effort: .high)),
        (#"{"reasoning_effort":"low"}"#, ReasoningRequest(effort: .low)),
        (#"{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"low"}}"#, ReasoningRequest(effort: .low)),
        (#"{"thinking":{"type":"disabled"}}"#, ReasoningRequest(effort: ReasoningRequest.Effort.none)),
    ])
    func `wishes to think have many names`(fields: String, reasoning: ReasoningRequest) throws {
        #expect(try canonical(#","additionalModelRequestFields":\#(fields)"#).reasoning == reasoning)
    }

    @Test func `what models have of their own is read`() throws {
        let request = try canonical(
            #","additionalModelRequestFields":{"top_k":5,"tool_choice":{"type":"auto","disable_parallel_tool_use":true},"#
                + #""anthropic_beta":["x"]},"requestMetadata":{"a":"b"},"serviceTier":{"type":"flex"}"#)
        #expect(request.sampling.topK == 5)
        #expect(request.allowsParallelToolCalls == false)
        #expect(request.others.map(\.name) == ["additionalModelRequestFields.anthropic_beta"])
        #expect(request.metadata.map(\.value) == ["b"])
        #expect(request.serviceTier == "flex")
    }

    @Test func `a guardrail that nobody else can apply is refused, not left out`() throws {
        let request = try canonical(#","guardrailConfig":{"guardrailIdentifier":"g","guardrailVersion":"1"}"#)
        var report = TranslationReport()
        _ = OpenAIRequest.render(request, model: "m", target: .compatible, report: &report)
        #expect(report.refused == ["messages.content.guardrailConfig"])
    }

    @Test func `a request goes to its own dialect as it came`() throws {
        let text =
            #"{"messages":[{"role":"user","content":[{"text":"hi"}]}],"guardrailConfig":{"x":1},"new":[1.5,null]}"#
        let request = try BedrockRequest.parse(parsed(text), model: "m", isStream: false)
        #expect(BedrockRequest.render(request).text == text)
    }
}
