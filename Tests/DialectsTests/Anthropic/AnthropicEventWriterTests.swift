import Dialects
import TestSupport
import Testing
import Wire

struct AnthropicEventWriterTests {
    private func written(_ events: [ChatEvent], usage: TokenUsage? = nil) throws -> [JSONValue] {
        var writer = AnthropicEventWriter(id: "msg_1", model: "m", inputEstimate: 7)
        var out: [UInt8] = []
        for event in events { writer.append(event, to: &out) }
        writer.appendEnd(usage: usage, hub: nil, to: &out)
        var reader = SSEReader()
        out.withUnsafeBytes { reader.feed($0) }
        var documents: [JSONValue] = []
        while let event = try reader.next() {
            let document = try JSONDocument.parse(event.data).root
            #expect(document["type"]?.string == event.type)
            documents.append(document)
        }
        return documents
    }

    /// `type index` of each event.
    private func order(_ documents: [JSONValue]) -> [String] {
        documents.map { document in
            let index = document["index"]?.int.map { " \($0)" } ?? ""
            return (document["type"]?.string ?? "") + index
        }
    }

    @Test func `an answer begins with the estimate and ends with the usage`() throws {
        let events = try written(
            [.start(id: "x", model: "y"), .text(choice: 0, "hi"), .finish(choice: 0, Finish(.stop))],
            usage: TokenUsage(input: 5, output: 2))
        #expect(
            order(events) == [
                "message_start", "content_block_start 0", "content_block_delta 0", "content_block_stop 0",
                "message_delta", "message_stop",
            ])
        #expect(events[0]["message"]?["usage"]?["input_tokens"]?.int == 7)
        #expect(events[4]["usage"]?["input_tokens"]?.int == 5)
        #expect(events[4]["usage"]?["output_tokens"]?.int == 2)
        #expect(events[4]["delta"]?["stop_reason"]?.string == "end_turn")
    }

    @Test func `an empty answer is complete as well`() throws {
        #expect(order(try written([])) == ["message_start", "message_delta", "message_stop"])
    }

    @Test func `thoughts, text and calls are blocks one after the other`() throws {
        let events = try written([
            .reasoning(choice: 0, "hm"), .reasoningSignature(choice: 0, Signature(origin: .anthropic, value: "S")),
            .text(choice: 0, "a"), .partEnd(choice: 0), .text(choice: 0, "b"),
            .toolCall(choice: 0, call: 0, id: "t", name: "f", signature: nil),
            .toolArguments(choice: 0, call: 0, "{}"), .finish(choice: 0, Finish(.toolCalls)),
        ])
        let blocks = events.compactMap { $0["content_block"]?["type"]?.string }
        #expect(blocks == ["thinking", "text", "text", "tool_use"])
        #expect(events.compactMap { $0["delta"]?["signature"]?.string } == ["S"])
    }

    @Test func `interleaved calls are written one after the other`() throws {
        let events = try written([
            .toolCall(choice: 0, call: 0, id: "a", name: "f", signature: nil),
            .toolArguments(choice: 0, call: 0, #"{"x":"#),
            .toolCall(choice: 0, call: 1, id: "b", name: "g", signature: nil),
            .toolArguments(choice: 0, call: 1, #"{"y":"#),
            .toolCall(choice: 0, call: 2, id: "c", name: "h", signature: nil),
            .toolArguments(choice: 0, call: 2, "{}"),
            .toolArguments(choice: 0, call: 0, #""}"}"#),
            .toolArguments(choice: 0, call: 1, "2}"), .finish(choice: 0, Finish(.toolCalls)),
        ])
        var arguments: [Int: String] = [:]
        for event in events {
            guard let index = event["index"]?.int, let piece = event["delta"]?["partial_json"]?.string else { continue }
            arguments[index, default: ""] += piece
        }
        #expect(arguments == [0: #"{"x":"}"}"#, 1: #"{"y":2}"#, 2: "{}"])
        #expect(events.compactMap { $0["content_block"]?["name"]?.string } == ["f", "g", "h"])
        let starts = order(events).filter { $0.hasPrefix("content_block_st") }
        #expect(
            starts == [
                "content_block_start 0", "content_block_stop 0", "content_block_start 1", "content_block_stop 1",
                "content_block_start 2", "content_block_stop 2",
            ])
    }

    @Test func `another provider's signatures come back through an Anthropic client`() throws {
        let google = Signature(origin: .google, value: "R09P")
        let out = DialectForm.stream(
            [
                .reasoning(choice: 0, "hm"), .reasoningSignature(choice: 0, google),
                .toolCall(choice: 0, call: 0, id: "t", name: "f", signature: google),
                .toolArguments(choice: 0, call: 0, "{}"), .finish(choice: 0, Finish(.toolCalls)),
            ], as: .anthropic)
        // A client sends the blocks that it got.
        let blocks = try DialectForm.chunks(.anthropic, [out[...]]).compactMap {
            $0.body["content_block"]?["type"]?.string
        }
        #expect(blocks == ["thinking", "redacted_thinking", "tool_use"])
        let history = try parsed(
            #"{"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"hm","signature":"hub.google.reasoning:R09P"},{"type":"redacted_thinking","data":"hub.google.part:R09P"},{"type":"tool_use","id":"t","name":"f","input":{}}]}]}"#
        )
        let parts = try AnthropicRequest.canonical(history).messages[0].parts
        #expect(parts.map(\.signature) == [google, google])
        #expect(parts.count == 2)
    }

    @Test func `a signature on a call comes back through an OpenAI client`() throws {
        let google = Signature(origin: .google, value: "R09P")
        let answer = ChatResponse(choices: [
            ChatChoice(
                parts: [
                    ChatPart(.toolCall(ToolCall(id: "t", name: "f", arguments: .text("{}"))), signature: google)
                ], finish: Finish(.toolCalls))
        ])
        let written = try parsed(DialectForm.whole(answer, as: .openAI).text)
        var writer = JSONWriter()
        writer.value(try #require(written["choices"]?[index: 0]?["message"]))
        let history = try parsed(#"{"messages":[\#(writer.bytes.text)]}"#)
        #expect(try OpenAIRequest.canonical(history).messages[0].parts.map(\.signature) == [google])
    }
}
