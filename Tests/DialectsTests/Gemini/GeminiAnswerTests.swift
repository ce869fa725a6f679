import Dialects
import Testing
import Wire

struct GeminiAnswerTests {
    private func canonical(_ candidate: String, rest: String = "") throws -> ChatResponse {
        try GeminiResponse.parse(
            Array(#"{"candidates":[\#(candidate)],"responseId":"r"\#(rest)}"#.utf8), provider: "google"
        ).canonical(fallbackID: "x")
    }

    @Test func `a refused prompt has an empty choice with the reason`() throws {
        let body = #"{"promptFeedback":{"blockReason":"SAFETY","blockReasonMessage":"no"},"responseId":"r"}"#
        let answer = try GeminiResponse.parse(Array(body.utf8), provider: "google")
        #expect(answer.finishReasons == ["SAFETY"])
        #expect(answer.usage == nil)
        let choice = try #require(answer.canonical(fallbackID: "x").choices.first)
        #expect(choice.finish == Finish(.contentFilter, native: "SAFETY"))
        guard case .refusal("no") = choice.parts.first?.content else {
            Issue.record("no refusal")
            return
        }
    }

    @Test(arguments: [#"{"content":{},"index":0}"#, #"{"content":{"parts":[]}}"#, #"{"index":0}"#])
    func `an answer with neither content nor a reason is no answer`(candidate: String) throws {
        let error = try #require(throws: HubError.self) { try canonical(candidate) }
        #expect(error.code == .providerBadResponse)
    }

    @Test(arguments: [
        ("STOP", Finish.Reason.stop), ("MAX_TOKENS", .length), ("SAFETY", .contentFilter),
        ("RECITATION", .contentFilter), ("MODEL_ARMOR", .contentFilter), ("UNEXPECTED_TOOL_CALL", .malformed),
        ("SOMETHING_NEW", .stop),
    ])
    func `a reason to finish keeps its meaning and its word`(_ word: String, _ reason: Finish.Reason) throws {
        let answer = try canonical(#"{"content":{},"finishReason":"\#(word)"}"#)
        #expect(answer.choices.first?.finish == Finish(reason, native: word))
    }

    @Test func `calls without ids get their own`() throws {
        let call = #"{"functionCall":{"name":"f","args":{}}}"#
        let answer = try canonical(#"{"content":{"parts":[\#(call),\#(call)]},"finishReason":"STOP"}"#)
        let ids = answer.choices[0].parts.compactMap { part in
            if case .toolCall(let call) = part.content { call.id } else { nil }
        }
        #expect(Set(ids).count == 2)
        #expect(answer.choices[0].finish.reason == .toolCalls)
    }

    @Test func `sound and what tools read are counted in their classes`() {
        let usage = try? parsed(
            #"{"promptTokenCount":100,"cachedContentTokenCount":30,"candidatesTokenCount":20,"thoughtsTokenCount":7,"#
                + #""toolUsePromptTokenCount":5,"promptTokensDetails":[{"modality":"TEXT","tokenCount":40},"#
                + #"{"modality":"AUDIO","tokenCount":60}],"cacheTokensDetails":[{"modality":"AUDIO","tokenCount":10}],"#
                + #""candidatesTokensDetails":[{"modality":"AUDIO","tokenCount":15}]}"#)
        #expect(
            GeminiUsage.parse(usage)
                == TokenUsage(input: 25, cacheRead: 30, output: 5, reasoning: 7, audioInput: 50, audioOutput: 15))
    }

    @Test(arguments: [
        // Adds up: the thoughts and nothing else.
        (#"{"promptTokenCount":87,"thoughtsTokenCount":78,"totalTokenCount":165}"#, 78),
        // Does not: the visible ones of before are among them.
        (#"{"promptTokenCount":9,"thoughtsTokenCount":8,"totalTokenCount":24}"#, 15),
    ])
    func `the last count of a stream replaces what came before as far as it is complete`(
        last: String, completion: Int
    ) throws {
        var usage = GeminiUsage()
        usage.take(try parsed(#"{"promptTokenCount":9,"candidatesTokenCount":7,"totalTokenCount":16}"#))
        usage.take(try parsed(last))
        #expect(usage.tokens?.completionTotal == completion)
    }

    @Test func `places on the web become citations with what they support`() throws {
        let answer = try canonical(
            #"{"content":{"parts":[{"text":"It rains."}]},"finishReason":"STOP","groundingMetadata":{"groundingChunks":["#
                + #"{"web":{"uri":"https://a.example","title":"A"}},{"web":{"uri":"https://b.example"}}],"#
                + #""groundingSupports":[{"segment":{"text":"It rains."},"groundingChunkIndices":[0,9]}]}}"#)
        let citations = answer.choices[0].parts[0].citations
        #expect(citations.map(\.url) == ["https://a.example", "https://b.example"])
        #expect(citations.map(\.citedText) == ["It rains.", nil])
    }

    @Test func `probabilities go to OpenAI's form and back`() throws {
        let answer = try canonical(
            #"{"content":{"parts":[{"text":"é"}]},"finishReason":"STOP","logprobsResult":{"chosenCandidates":["#
                + #"{"token":"é","logProbability":-0.5}],"topCandidates":[{"candidates":["#
                + #"{"token":"é","logProbability":-0.5},{"token":"e","logProbability":-1.5}]}]}}"#)
        let entry = answer.choices[0].logprobs?["content"]?[index: 0]
        #expect(entry?["logprob"]?.double == -0.5)
        #expect(entry?["bytes"]?.elements.compactMap(\.int) == [0xC3, 0xA9])
        #expect(entry?["top_logprobs"]?.count == 2)
        let written = try parsed(GeminiResponse.render(answer, id: "r", model: "m", hub: nil).text)
        let result = written["candidates"]?[index: 0]?["logprobsResult"]
        #expect(result?["chosenCandidates"]?[index: 0]?["token"]?.string == "é")
        #expect(result?["topCandidates"]?[index: 0]?["candidates"]?[index: 1]?["logProbability"]?.double == -1.5)
    }

    @Test func `calls that interleave come whole and in order`() throws {
        var writer = GeminiEventWriter(id: "r", model: "m")
        var chunks: [[UInt8]] = []
        for event: ChatEvent in [
            .toolCall(choice: 0, call: 0, id: "a", name: "f", signature: nil),
            .toolCall(choice: 0, call: 1, id: "b", name: "g", signature: nil),
            .toolArguments(choice: 0, call: 1, #"{"y":2}"#), .toolArguments(choice: 0, call: 0, #"{"x""#),
            .toolArguments(choice: 0, call: 0, ":1}"), .finish(choice: 0, Finish(.toolCalls)),
        ] { chunks += writer.chunks(event) }
        let calls = try chunks.map { bytes in
            try parsed(bytes.text)["candidates"]?[index: 0]?["content"]?["parts"]?[index: 0]?["functionCall"]
        }
        #expect(calls.map { $0?["name"]?.string } == ["f", "g"])
        #expect(calls.map { $0?["args"]?.count } == [1, 1])
        let end = writer.end(usage: TokenUsage(input: 1, output: 2), hub: nil)
        let last = try parsed(try #require(end.last).text)
        #expect(last["candidates"]?[index: 0]?["finishReason"]?.string == "STOP")
        #expect(last["usageMetadata"]?["totalTokenCount"]?.int == 3)
    }

    @Test func `a stream of endless candidates is bounded`() throws {
        var reader = EventReader(fallbackID: "x")
        var events: [ChatEvent] = []
        for index in [0, 127, 128, -1, Int.max] {
            let body = try parsed(
                #"{"candidates":[{"content":{"parts":[{"text":"a"}]},"index":\#(index)}]}"#)
            let chunk = StreamChunk(
                dialect: .gemini, body: body, hasPayload: true, hasChoices: true, usage: nil, finishReason: nil)
            reader.read(chunk, into: &events)
        }
        let choices = events.compactMap { event in
            if case .text(let choice, _) = event { choice } else { nil }
        }
        #expect(choices == [0, 127])
    }
}
