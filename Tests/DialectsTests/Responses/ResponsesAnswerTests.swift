import Dialects
import TestSupport
import Testing
import Wire

struct ResponsesAnswerTests {
    @Test
    func `a whole answer is read with its parts in order`() throws {
        let answer = try ResponsesResponse.parse(ResponsesSamples.whole, provider: "acme").canonical(fallbackID: "x")
        #expect(
            ChatSummary.lines(of: answer) == [
                "0 reasoning First.\n\nSecond. signed openAI rs_1:gAAAA=",
                "0 text Hello there",
                "0 call #0 weather {\"city\":\"Rome\"}",
                "0 call #1 weather {\"city\":\"Oslo\"}",
                "0 finish toolCalls",
                "usage 30 20 0 12 5",
            ])
        #expect(answer.choices.first?.parts[1].citations.first?.url == "https://a.example")
    }

    @Test
    func `a streamed answer says what the whole one says`() throws {
        let whole = try ResponsesResponse.parse(ResponsesSamples.whole, provider: "acme").canonical(fallbackID: "x")
        let streamed = ChatAssembly(try DialectForm.events(.responses, ResponsesSamples.streamed)).response
        #expect(ChatSummary.lines(of: streamed) == ChatSummary.lines(of: whole))
    }

    @Test
    func `a stream cut at any byte gives the same events`() throws {
        let bytes = ResponsesSamples.streamed
        let whole = ChatSummary.lines(of: ChatAssembly(try DialectForm.events(.responses, bytes)).response)
        for cut in 1..<bytes.count {
            let chunks = try DialectForm.chunks(.responses, [bytes[..<cut], bytes[cut...]])
            let lines = ChatSummary.lines(of: ChatAssembly(DialectForm.events(chunks)).response)
            guard lines != whole else { continue }
            Issue.record("cut at \(cut)")
            break
        }
    }

    @Test(arguments: [WireDialect.openAI, .anthropic, .responses])
    func `an answer keeps its meaning through every dialect`(dialect: WireDialect) throws {
        let answer = try ResponsesResponse.parse(ResponsesSamples.whole, provider: "acme").canonical(fallbackID: "x")
        let written = DialectForm.whole(answer, as: dialect)
        let back = try DialectForm.answer(dialect, written).canonical(fallbackID: "x")
        #expect(ChatSummary.lines(of: back) == ChatSummary.lines(of: answer))
        let events = try DialectForm.events(.responses, ResponsesSamples.streamed)
        let streamed = ChatAssembly(try DialectForm.events(dialect, DialectForm.stream(events, as: dialect))).response
        #expect(ChatSummary.lines(of: streamed) == ChatSummary.lines(of: answer))
    }

    @Test(arguments: [
        ("incomplete", #"{"reason":"max_output_tokens"}"#, "length"),
        ("incomplete", #"{"reason":"content_filter"}"#, "contentFilter"),
        ("incomplete", "null", "length"), ("completed", "null", "stop"),
    ])
    func `the status says why an answer ended`(status: String, details: String, reason: String) throws {
        let body = ResponsesSamples.response(status: status, output: "", incomplete: details)
        let answer = try ResponsesResponse.parse(Array(body.utf8), provider: "acme").canonical(fallbackID: "x")
        #expect("\(answer.choices[0].finish.reason)" == reason)
    }

    @Test(arguments: [
        (#"{"code":"rate_limit_exceeded","message":"slow"}"#, ErrorCode.providerRateLimited),
        (#"{"code":"server_error","message":"oh"}"#, .providerError),
        (#"{"code":"invalid_prompt","message":"no"}"#, .contentFilter),
        (#"{"code":"image_too_large","message":"big"}"#, .providerRejected), ("null", .providerError),
    ])
    func `a failed response is an error`(error: String, code: ErrorCode) {
        let body = ResponsesSamples.response(status: "failed", error: error)
        let thrown = failure { () throws(HubError) in
            _ = try ResponsesResponse.parse(Array(body.utf8), provider: "acme")
        }
        #expect(thrown?.code == code)
    }

    @Test(arguments: [#"{"id":"resp_1"}"#, "[]", "no", #"{"output":{}}"#])
    func `an answer without output is a bad response`(body: String) {
        let thrown = failure { () throws(HubError) in
            _ = try ResponsesResponse.parse(Array(body.utf8), provider: "acme")
        }
        #expect(thrown?.code == .providerBadResponse)
    }

    @Test
    func `an answer of the same dialect is passed on byte by byte`() throws {
        let answer = try ResponsesResponse.parse(ResponsesSamples.whole, provider: "acme")
        #expect(ResponsesResponse.render(answer, echo: ResponsesEcho(), hub: nil) == ResponsesSamples.whole)
    }

    @Test
    func `an answer that the hub keeps says so, and what it continues`() throws {
        let answer = try ResponsesResponse.parse(ResponsesSamples.whole, provider: "acme")
        let echo = ResponsesEcho(try parsed(#"{"previous_response_id":"resp_0"}"#), isStored: true)
        let body = try parsed(ResponsesResponse.render(answer, echo: echo, hub: .sample).text)
        #expect(body["store"]?.bool == true)
        #expect(body["previous_response_id"]?.string == "resp_0")
        #expect(body["vendor_field"]?.int == 7)
        #expect(body["hub"]?["request_id"]?.string == "req_1")
        #expect(!body.hasDuplicateKeys())
    }

    @Test
    func `an answer of another dialect repeats its request`() throws {
        let request =
            #"{"instructions":"Be kind","temperature":0.5,"tools":[{"type":"function","name":"f"}],"metadata":{"a":"b"}}"#
        let answer = ChatResponse(choices: [ChatChoice(parts: [ChatPart(.text("Hi"))], finish: Finish(.length))])
        let body = try parsed(
            ResponsesResponse.render(
                answer, id: "resp_9", created: 5, model: "m", echo: ResponsesEcho(try parsed(request), isStored: true),
                hub: nil
            ).text)
        #expect(body["status"]?.string == "incomplete")
        #expect(body["incomplete_details"]?["reason"]?.string == "max_output_tokens")
        #expect(body["output"]?[index: 0]?["status"]?.string == "incomplete")
        #expect(body["instructions"]?.string == "Be kind")
        #expect(body["temperature"]?.double == 0.5)
        #expect(body["tools"]?[index: 0]?["name"]?.string == "f")
        #expect(body["metadata"]?["a"]?.string == "b")
        #expect(body["tool_choice"]?.string == "auto")
        #expect(body["store"]?.bool == true)
        #expect(body["usage"]?.isNull == true)
    }

    @Test
    func `signatures of other providers come back through an answer`() throws {
        let google = Signature(origin: .google, value: "g==")
        let anthropic = Signature(origin: .anthropic, value: "a==")
        let parts = [
            ChatPart(.reasoning(Reasoning(text: "Hm")), signature: anthropic),
            ChatPart(.reasoning(Reasoning(text: "", encrypted: anthropic))),
            ChatPart(.toolCall(ToolCall(id: "c", name: "f", arguments: .text("{}"))), signature: google),
        ]
        let answer = ChatResponse(choices: [ChatChoice(parts: parts, finish: Finish(.toolCalls))])
        let output = try parsed(DialectForm.whole(answer, as: .responses).text)["output"]
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("model", "m")
        if let output { writer.member("input", output) }
        writer.endObject()
        let request = try ResponsesRequest.canonical(parsed(writer.bytes.text))
        #expect(request.messages.count == 1)
        #expect(ChatSummary.parts(request.messages[0].parts) == ChatSummary.parts(parts))
    }
}
