import Dialects
import TestSupport
import Testing
import Wire

struct BedrockAnswerTests {
    /// An answer as an object with these blocks.
    private func answer(_ content: String, stop: String = "end_turn") throws -> ChatResponse {
        let text =
            #"{"output":{"message":{"role":"assistant","content":[\#(content)]}},"stopReason":"\#(stop)","#
            + #""usage":{"inputTokens":3,"outputTokens":2,"totalTokens":20,"cacheReadInputTokens":5,"#
            + #""cacheWriteInputTokens":10,"cacheDetails":[{"ttl":"1h","inputTokens":4}]},"metrics":{"latencyMs":1}}"#
        return try BedrockResponse.parse(Array(text.utf8), provider: "bedrock").canonical(fallbackID: "x")
    }

    private func render(_ parts: [ChatPart], _ finish: Finish = Finish(.stop)) throws -> JSONValue {
        let response = ChatResponse(choices: [ChatChoice(parts: parts, finish: finish)], usage: TokenUsage(input: 1))
        return try parsed(BedrockResponse.render(response, latencyMilliseconds: 7, hub: nil).text)
    }

    private func compact(_ value: JSONValue?) -> String {
        guard let value else { return "" }
        var writer = JSONWriter()
        writer.value(value)
        return writer.bytes.text
    }

    @Test func `caches are counted apart from the input`() throws {
        #expect(
            try answer(#"{"text":"a"}"#).usage
                == TokenUsage(input: 3, cacheRead: 5, cacheWrite: 6, cacheWriteHour: 4, output: 2))
    }

    @Test func `clients get all counts`() throws {
        let response = ChatResponse(
            choices: [],
            usage: TokenUsage(input: 3, cacheRead: 5, cacheWrite: 6, cacheWriteHour: 4, output: 2, reasoning: 1))
        let usage = try parsed(BedrockResponse.render(response, latencyMilliseconds: 7, hub: nil).text)["usage"]
        #expect(
            compact(usage)
                == #"{"inputTokens":3,"outputTokens":3,"totalTokens":21,"cacheReadInputTokens":5,"#
                + #""cacheWriteInputTokens":10,"cacheDetails":[{"ttl":"1h","inputTokens":4},{"ttl":"5m","inputTokens":6}]}"#
        )
    }

    @Test func `tools that Bedrock runs itself are not the client's to call`() throws {
        let parts = try answer(
            #"{"toolUse":{"toolUseId":"a","name":"nova_grounding","input":{},"type":"server_tool_use"}},"#
                + #"{"toolResult":{"toolUseId":"a","content":[{"text":"x"}],"status":"success"}},"#
                + #"{"toolUse":{"toolUseId":"b","name":"f","input":{}}}"#, stop: "tool_use"
        ).choices[0].parts
        #expect(ChatSummary.parts(parts) == ["call <b> f {}"])
    }

    @Test func `cited text keeps what it is from`() throws {
        let cited =
            #"{"citationsContent":{"content":[{"text":"so"}],"citations":[{"title":"t","sourceContent":[{"text":"s"}],"#
            + #""location":{"web":{"url":"https://a.example"}}}]}}"#
        let part = try #require(try answer(cited).choices[0].parts.first)
        #expect(part.text == "so")
        #expect(part.citations.first?.url == "https://a.example")
        #expect(compact(try render([part])["output"]?["message"]?["content"]) == "[\(cited)]")
    }

    @Test func `an answer in the reserved tool is text`() throws {
        let choice = try answer(
            #"{"toolUse":{"toolUseId":"a","name":"hub_json_answer","input":{"a":1}}}"#, stop: "tool_use"
        ).choices[0]
        #expect(choice.parts.first?.text == #"{"a":1}"#)
        #expect(choice.finish.reason == .stop)
    }

    @Test(arguments: [
        (Finish(.length), "max_tokens"), (Finish(.stop, stopSequence: "x"), "stop_sequence"),
        (Finish(.pause), "end_turn"), (Finish(.contentFilter), "content_filtered"),
        (Finish(.toolCalls), "tool_use"), (Finish(.malformed), "malformed_model_output"),
    ])
    func `reasons to stop have Bedrock's names`(finish: Finish, word: String) throws {
        #expect(try render([ChatPart(.text("a"))], finish)["stopReason"]?.string == word)
    }

    @Test func `a refusal is filtered content`() throws {
        #expect(try render([ChatPart(.refusal("no"))])["stopReason"]?.string == "content_filtered")
    }

    // MARK: Streams

    private func frames(_ events: [ChatEvent]) throws -> [String] {
        var bytes: [UInt8] = []
        var writer = BedrockEventWriter()
        for event in events { writer.append(event, to: &bytes) }
        writer.appendEnd(usage: nil, latencyMilliseconds: 7, hub: nil, to: &bytes)
        var reader = EventStreamReader()
        bytes.withUnsafeBytes { reader.feed($0) }
        var lines: [String] = []
        while let frame = try reader.next() {
            let payload = try parsed(frame.payload.text)
            let index = payload["contentBlockIndex"]?.int.map { " \($0)" } ?? ""
            lines.append((frame[":event-type"] ?? "") + index)
        }
        return lines
    }

    @Test func `calls that interleave follow each other`() throws {
        let frames = try frames([
            .text(choice: 0, "a"),
            .toolCall(choice: 0, call: 0, id: "x", name: "f", signature: nil),
            .toolArguments(choice: 0, call: 0, "{"),
            .toolCall(choice: 0, call: 1, id: "y", name: "g", signature: nil),
            .toolArguments(choice: 0, call: 1, "{}"),
            .toolArguments(choice: 0, call: 0, "}"),
            .finish(choice: 0, Finish(.toolCalls)),
        ])
        #expect(
            frames == [
                "messageStart", "contentBlockDelta 0", "contentBlockStop 0", "contentBlockStart 1",
                "contentBlockDelta 1", "contentBlockDelta 1", "contentBlockStop 1", "contentBlockStart 2",
                "contentBlockDelta 2", "contentBlockStop 2", "messageStop", "metadata",
            ])
    }

    @Test func `an image comes in a block of its own`() throws {
        let image = Media(kind: .image, source: .data("QUJDRA==", mediaType: "image/png"))
        let events: [ChatEvent] = [
            .toolCall(choice: 0, call: 0, id: "x", name: "f", signature: nil),
            .toolArguments(choice: 0, call: 0, "{}"), .media(choice: 0, image, nil), .text(choice: 0, "a"),
        ]
        #expect(
            try frames(events).dropFirst(4) == [
                "contentBlockStart 1", "contentBlockDelta 1", "contentBlockStop 1", "contentBlockDelta 2",
                "contentBlockStop 2", "messageStop", "metadata",
            ])
        let bytes = DialectForm.stream(events, as: .bedrock)
        #expect(
            ChatSummary.parts(try DialectForm.said(.bedrock, [bytes[...]]).choices[0].parts)
                == ChatSummary.parts([
                    ChatPart(.toolCall(ToolCall(id: "x", name: "f", arguments: .text("{}")))),
                    ChatPart(.media(image)), ChatPart(.text("a")),
                ]))
    }

    /// A streamed image in these pieces.
    private func image(_ pieces: [String]) throws -> [Media] {
        func frame(_ name: String, _ payload: String) throws -> StreamChunk {
            StreamChunk(
                dialect: .bedrock, body: try parsed(#"{"\#(name)":\#(payload)}"#), hasPayload: true, hasChoices: true,
                usage: nil, finishReason: nil)
        }
        var chunks = [
            try frame("contentBlockStart", #"{"contentBlockIndex":0,"start":{"image":{"format":"jpeg"}}}"#)
        ]
        for piece in pieces {
            chunks.append(
                try frame(
                    "contentBlockDelta",
                    #"{"contentBlockIndex":0,"delta":{"image":{"source":{"bytes":"\#(piece)"}}}}"#))
        }
        chunks.append(try frame("contentBlockStop", #"{"contentBlockIndex":0}"#))
        return DialectForm.events(chunks).compactMap { event in
            if case .media(0, let media, _) = event { media } else { nil }
        }
    }

    @Test func `a streamed image is put together from its pieces`() throws {
        let images = try image(["QQ==", "QkM=", "RA=="])
        guard case .data(let data, let type)? = images.first?.source else {
            Issue.record("no image")
            return
        }
        #expect(data == "QUJDRA==")
        #expect(type == "image/jpeg")
        #expect(images.count == 1)
    }

    @Test(arguments: [[], [""], ["QQ==", "?"], ["?", "QQ=="]])
    func `an image without all its bytes is none`(pieces: [String]) throws {
        #expect(try image(pieces).isEmpty)
    }

    @Test func `an answer of nothing has its beginning and its end`() throws {
        #expect(try frames([]) == ["messageStart", "messageStop", "metadata"])
    }
}
