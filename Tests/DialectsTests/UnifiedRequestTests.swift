import Dialects
import Testing
import Wire

struct UnifiedRequestTests {
    /// Members beside a good model and messages.
    private static let wrongMembers: [(String, String)] = [
        (#""temperature":2.1"#, "temperature"), (#""temperature":-0.1"#, "temperature"),
        (#""temperature":"hot""#, "temperature"), (#""top_p":1.01"#, "top_p"),
        (#""presence_penalty":-2.5"#, "presence_penalty"), (#""frequency_penalty":3"#, "frequency_penalty"),
        (#""max_tokens":0"#, "max_tokens"), (#""max_tokens":1.5"#, "max_tokens"),
        (#""max_completion_tokens":-1"#, "max_completion_tokens"), (#""top_k":0"#, "top_k"),
        (#""n":17"#, "n"), (#""n":0"#, "n"), (#""seed":-1"#, "seed"), (#""seed":"1""#, "seed"),
        (#""logprobs":1"#, "logprobs"), (#""top_logprobs":21"#, "top_logprobs"),
        (#""stop":[]"#, "stop"), (#""stop":["a","b","c","d","e"]"#, "stop"), (#""stop":[1]"#, "stop"),
        (#""stop":7"#, "stop"), (#""stream":1"#, "stream"), (#""parallel_tool_calls":"no""#, "parallel_tool_calls"),
        (#""provider":5"#, "provider"), (#""provider_params":[]"#, "provider_params"),
        (#""metadata":{"a":1}"#, "metadata.a"), (#""metadata":[]"#, "metadata"),
        (#""reasoning":{"effort":"extreme"}"#, "reasoning.effort"),
        (#""reasoning":{"budget_tokens":1023}"#, "reasoning.budget_tokens"), (#""reasoning":1"#, "reasoning"),
        (#""response_format":{}"#, "response_format.type"),
        (#""response_format":{"type":"xml"}"#, "response_format.type"),
        (#""response_format":{"type":"json_schema"}"#, "response_format.json_schema"),
        (#""response_format":{"type":"json_schema","json_schema":{}}"#, "response_format.json_schema.name"),
        (
            #""response_format":{"type":"json_schema","json_schema":{"name":"n"}}"#,
            "response_format.json_schema.schema"
        ),
        (#""tools":{}"#, "tools"), (#""tools":[7]"#, "tools[0]"),
        (#""tools":[{"type":"function"}]"#, "tools[0].function.name"),
        (#""tools":[{"type":"x","function":{"name":"f"}}]"#, "tools[0].type"),
        (#""tools":[{"function":{"name":"f","description":1}}]"#, "tools[0].function.description"),
        (#""tools":[{"function":{"name":"f","parameters":[]}}]"#, "tools[0].function.parameters"),
        (#""tools":[{"function":{"name":"f","strict":1}}]"#, "tools[0].function.strict"),
        (#""tool_choice":"maybe""#, "tool_choice"), (#""tool_choice":{"type":"function"}"#, "tool_choice"),
        (#""routing":7"#, "routing"), (#""routing":{"max_attempts":7}"#, "routing.max_attempts"),
        (#""stream_options":1"#, "stream_options"), (#""prompt":"hi""#, "prompt"),
    ]

    @Test(arguments: wrongMembers)
    func `a value out of its range names its field`(member: String, parameter: String) throws {
        let body = try parsed(#"{"model":"m","messages":[{"role":"user","content":"hi"}],\#(member)}"#)
        let error = failure { () throws(HubError) in _ = try UnifiedRequest.parse(body) }
        #expect(error?.parameter == parameter)
        #expect(error?.message.contains(parameter) == true)
        #expect(error?.status == 400)
    }

    @Test(arguments: [
        (#"7"#, "messages[0]"), (#"{"content":"hi"}"#, "messages[0].role"),
        (#"{"role":"robot","content":"hi"}"#, "messages[0].role"), (#"{"role":"user"}"#, "messages[0].content"),
        (#"{"role":"user","content":""}"#, "messages[0].content"),
        (#"{"role":"user","content":[]}"#, "messages[0].content"),
        (#"{"role":"user","content":7}"#, "messages[0].content"),
        (#"{"role":"user","content":[{"text":"hi"}]}"#, "messages[0].content[0].type"),
        (#"{"role":"tool","content":"4"}"#, "messages[0].tool_call_id"),
        (#"{"role":"assistant","tool_calls":{}}"#, "messages[0].tool_calls"),
        (#"{"role":"assistant","tool_calls":[1]}"#, "messages[0].tool_calls[0]"),
        (#"{"role":"assistant","tool_calls":[{"type":"function"}]}"#, "messages[0].tool_calls[0].id"),
        (#"{"role":"assistant","tool_calls":[{"id":"c"}]}"#, "messages[0].tool_calls[0].type"),
        (
            #"{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":1}]}"#,
            "messages[0].tool_calls[0].function"
        ),
        (
            #"{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":{}}}]}"#,
            "messages[0].tool_calls[0].function.arguments"
        ),
        (#"{"role":"user","content":"hi","name":1}"#, "messages[0].name"),
        (#"{"role":"assistant","content":"hi","refusal":{}}"#, "messages[0].refusal"),
        (#"{"role":"assistant","content":"hi","reasoning":[]}"#, "messages[0].reasoning"),
    ])
    func `a message that cannot be used names its place`(message: String, parameter: String) throws {
        let body = try parsed(#"{"model":"m","messages":[\#(message)]}"#)
        let error = failure { () throws(HubError) in _ = try UnifiedRequest.parse(body) }
        #expect(error?.parameter == parameter)
        #expect(error?.code == .validationFailed)
    }

    @Test(arguments: [
        #"{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":""}}]}"#,
        #"{"role":"assistant","refusal":"no"}"#,
        #"{"role":"tool","tool_call_id":"c","content":""}"#, #"{"role":"function","name":"f","content":null}"#,
        #"{"role":"developer","content":"be brief"}"#,
    ])
    func `a message may be empty where its role allows it`(message: String) throws {
        _ = try UnifiedRequest.parse(parsed(#"{"model":"m","messages":[\#(message)]}"#))
    }

    @Test func `usage is part of a stream unless the client declines`() throws {
        let body = #""model":"m","messages":[{"role":"user","content":"hi"}],"stream":true"#
        #expect(try UnifiedRequest.parse(parsed("{\(body)}")).wantsUsageChunk)
        #expect(
            try !UnifiedRequest.parse(parsed(#"{\#(body),"stream_options":{"include_usage":false}}"#)).wantsUsageChunk)
    }

    @Test(arguments: [
        (#"{"model":"m"}"#, "prompt"), (#"{"model":"m","prompt":[]}"#, "prompt"),
        (#"{"model":"m","prompt":[1,2]}"#, "prompt"), (#"{"model":"m","prompt":7}"#, "prompt"),
        (#"{"prompt":"hi"}"#, "model"), (#"{"model":"m","prompt":"hi","logprobs":6}"#, "logprobs"),
        (#"{"model":"m","prompt":"hi","best_of":17}"#, "best_of"),
        (#"{"model":"m","prompt":"hi","suffix":1}"#, "suffix"),
    ])
    func `a text completion that cannot be used names the field`(body: String, parameter: String) throws {
        let value = try parsed(body)
        let error = failure { () throws(HubError) in _ = try TextCompletionRequest.parse(value) }
        #expect(error?.parameter == parameter)
    }

    @Test func `each prompt of a text completion becomes a chat`() throws {
        let request = try TextCompletionRequest.parse(
            parsed(#"{"model":"m","prompt":["a","b"],"stop":".","echo":true,"logprobs":0}"#))
        var report = TranslationReport()
        let sent = try TextCompletionRequest.parts(request).map { part in
            UnifiedRequest.renderOpenAI(
                try TextCompletionRequest.chat(part, &report), model: "m", target: .compatible, usageChunk: true,
                report: &report
            ).text
        }
        let rest = #""max_tokens":16,"stop":".","logprobs":true,"top_logprobs":0}"#
        #expect(
            sent == [
                #"{"model":"m","messages":[{"role":"user","content":"a"}],\#(rest)"#,
                #"{"model":"m","messages":[{"role":"user","content":"b"}],\#(rest)"#,
            ])
        #expect(report.dropped.isEmpty)
    }

    @Test func `what chats lack is told`() throws {
        let request = try TextCompletionRequest.parse(
            parsed(#"{"model":"m","prompt":"a","suffix":"z","best_of":2,"echo":null}"#))
        var report = TranslationReport()
        let chat = try TextCompletionRequest.chat(request, &report)
        #expect(report.dropped == ["suffix", "best_of"])
        #expect(chat.body["suffix"] == nil && chat.body["best_of"] == nil)
        report = TranslationReport()
        let harmless = #"{"model":"m","prompt":"a","suffix":"","best_of":1}"#
        _ = try TextCompletionRequest.chat(TextCompletionRequest.parse(parsed(harmless)), &report)
        #expect(report.dropped.isEmpty)
    }

    @Test func `each prompt is a text completion of its own for who takes such`() throws {
        let request = try TextCompletionRequest.parse(
            parsed(
                #"{"model":"m","provider":"p","prompt":["a","b"],"suffix":"z","logprobs":2,"max_tokens":5,"top_k":1}"#))
        var report = TranslationReport()
        let sent = try TextCompletionRequest.parts(request).map { part in
            UnifiedRequest.renderOpenAI(part, model: "n", target: .openAIText, usageChunk: true, report: &report).text
        }
        #expect(
            sent == [
                #"{"model":"n","prompt":"a","suffix":"z","logprobs":2,"max_tokens":5}"#,
                #"{"model":"n","prompt":"b","suffix":"z","logprobs":2,"max_tokens":5}"#,
            ])
        #expect(report.dropped == ["top_k"])
    }
}
