import Dialects
import Testing
import Wire

struct ResponsesStreamTests {
    @Test
    func `a complete stream has its usage, its end and nothing after`() {
        let (chunks, failure) = decodeResponses(ResponsesSamples.streamed + Array("data: {oh no\n\n".utf8))
        #expect(failure == nil)
        #expect(chunks.count == ResponsesSamples.events.count)
        #expect(chunks.last?.usage == TokenUsage(input: 10, cacheRead: 20, output: 7, reasoning: 5))
        #expect(chunks.last?.finishReason == "completed")
    }

    @Test
    func `payload begins with the first generated piece`() {
        let (chunks, _) = decodeResponses(ResponsesSamples.streamed)
        let first = chunks.first { $0.hasPayload }
        #expect(first?.body["type"]?.string == "response.reasoning_summary_text.delta")
        #expect(chunks.first { $0.body["item"]?["type"]?.string == "function_call" }?.hasPayload == true)
    }

    @Test
    func `a stream without an end is interrupted`() {
        let (_, failure) = decodeResponses(ResponsesSamples.stream(ResponsesSamples.events.dropLast()))
        #expect(failure?.code == .streamInterrupted)
    }

    @Test(arguments: [
        (
            ("error", #""code":"rate_limit_exceeded","message":"slow down","param":null"#),
            ErrorCode.providerRateLimited
        ),
        (("error", #""error":{"type":"server_error","message":"oh"}"#), .providerError),
        (
            (
                "response.failed",
                #""response":{"id":"r","status":"failed","error":{"code":"server_error","message":"oh"}}"#
            ), .providerError
        ),
    ])
    func `an error in the stream is thrown`(event: (String, String), code: ErrorCode) {
        let (chunks, failure) = decodeResponses(
            ResponsesSamples.stream(ResponsesSamples.begin + [(type: event.0, fields: event.1)]))
        #expect(chunks.count == 2)
        #expect(failure?.code == code)
    }

    @Test(arguments: ["data: no\n\n", "data: []\n\n", "{\"error\":{\"message\":\"gone\",\"code\":\"server_error\"}}"])
    func `what is no event breaks the stream`(text: String) {
        #expect(decodeResponses(Array(text.utf8)).failure != nil)
    }

    @Test
    func `events of the same dialect are passed on as they came`() {
        var out: [UInt8] = []
        for chunk in decodeResponses(ResponsesSamples.streamed).chunks {
            ResponsesStream.append(chunk, echo: ResponsesEcho(), hub: nil, to: &out)
        }
        #expect(out == ResponsesSamples.streamed)
    }

    @Test
    func `the last event of a kept answer says that it is kept, with the hub's object`() throws {
        let echo = ResponsesEcho(try parsed(#"{"previous_response_id":"resp_0"}"#), isStored: true)
        var out: [UInt8] = []
        let chunk = try #require(decodeResponses(ResponsesSamples.streamed).chunks.last)
        ResponsesStream.append(chunk, echo: echo, hub: .sample, to: &out)
        let last = try #require(decodeResponses(out).chunks.last)
        #expect(last.body["response"]?["store"]?.bool == true)
        #expect(last.body["response"]?["previous_response_id"]?.string == "resp_0")
        #expect(last.body["response"]?["hub"]?["request_id"]?.string == "req_1")
        #expect(last.body["sequence_number"]?.int == chunk.body["sequence_number"]?.int)
    }

    @Test
    func `an error after the beginning is an event with the next number`() throws {
        var out: [UInt8] = []
        var error = HubError(.streamInterrupted, "cut")
        error.parameter = nil
        ResponsesStream.append(error, sequenceNumber: 7, to: &out)
        #expect(out.text.hasPrefix("event: error\ndata: "))
        let body = try parsed(String(out.text.dropFirst("event: error\ndata: ".count).dropLast(2)))
        #expect(body["type"]?.string == "error")
        #expect(body["sequence_number"]?.int == 7)
        #expect(body["code"]?.string == "stream_interrupted")
        #expect(body["message"]?.string == "cut")
        #expect(body["param"]?.isNull == true)
        #expect(body["error"]?["type"]?.string == "server_error")
    }
}

struct ResponsesEventWriterTests {
    private static func write(_ events: [ChatEvent]) throws -> [JSONValue] {
        var writer = ResponsesEventWriter(id: "resp_1-a", created: 1, model: "m", echo: ResponsesEcho())
        var out: [UInt8] = []
        for event in events { writer.append(event, to: &out) }
        _ = writer.appendEnd(usage: TokenUsage(input: 1, output: 2), hub: nil, to: &out)
        let (chunks, failure) = decodeResponses(out)
        #expect(failure == nil)
        return chunks.map(\.body)
    }

    private static func types(_ bodies: [JSONValue]) -> [String] {
        bodies.compactMap { $0["type"]?.string.map { String($0.dropFirst("response.".count)) } }
    }

    @Test
    func `a text has every event that clients wait for, numbered from 0`() throws {
        let bodies = try Self.write([.start(id: nil, model: nil), .text(choice: 0, "Hi"), .text(choice: 0, "!")])
        #expect(
            Self.types(bodies) == [
                "created", "in_progress", "output_item.added", "content_part.added", "output_text.delta",
                "output_text.delta", "output_text.done", "content_part.done", "output_item.done", "completed",
            ])
        #expect(bodies.map { $0["sequence_number"]?.int } == Array(0..<bodies.count))
        let response = bodies.last?["response"]
        #expect(response?["output"]?[index: 0]?["content"]?[index: 0]?["text"]?.string == "Hi!")
        #expect(response?["usage"]?["total_tokens"]?.int == 3)
    }

    @Test
    func `calls may interleave and keep their places`() throws {
        let bodies = try Self.write([
            .toolCall(choice: 0, call: 0, id: "c0", name: "f", signature: nil),
            .toolArguments(choice: 0, call: 0, #"{"a":"#),
            .toolCall(choice: 0, call: 1, id: "c1", name: "g", signature: nil),
            .toolArguments(choice: 0, call: 1, #"{"b":2}"#), .toolArguments(choice: 0, call: 0, "1}"),
            .finish(choice: 0, Finish(.toolCalls)),
        ])
        let output = bodies.last?["response"]?["output"]
        #expect(output?[index: 0]?["arguments"]?.string == #"{"a":1}"#)
        #expect(output?[index: 1]?["arguments"]?.string == #"{"b":2}"#)
        #expect(output?[index: 1]?["call_id"]?.string == "c1")
        let places = bodies.filter { $0["type"]?.string == "response.function_call_arguments.delta" }
        #expect(places.map { $0["output_index"]?.int } == [0, 1, 0])
    }

    @Test
    func `a complete call ends before what follows it`() throws {
        let bodies = try Self.write([
            .toolCall(choice: 0, call: 0, id: "c0", name: "f", signature: nil),
            .toolArguments(choice: 0, call: 0, "{}"), .text(choice: 0, "Done"),
        ])
        let types = Self.types(bodies)
        let call = try #require(types.firstIndex(of: "function_call_arguments.done"))
        let text = try #require(types.firstIndex(of: "output_text.delta"))
        #expect(call < text)
    }

    @Test
    func `an answer that was cut by its limit is incomplete, with its last item`() throws {
        let bodies = try Self.write([.text(choice: 0, "Hal"), .finish(choice: 0, Finish(.length))])
        let last = bodies.last
        #expect(last?["type"]?.string == "response.incomplete")
        #expect(last?["response"]?["incomplete_details"]?["reason"]?.string == "max_output_tokens")
        #expect(last?["response"]?["output"]?[index: 0]?["status"]?.string == "incomplete")
    }

    @Test
    func `a refusal is a complete answer`() throws {
        let bodies = try Self.write([.refusal(choice: 0, "No."), .finish(choice: 0, Finish(.contentFilter))])
        #expect(Self.types(bodies).contains("refusal.done"))
        #expect(bodies.last?["type"]?.string == "response.completed")
        #expect(
            bodies.last?["response"]?["output"]?[index: 0]?["content"]?[index: 0]?["refusal"]?.string == "No.")
    }

    @Test
    func `an answer without content is complete and empty`() throws {
        let bodies = try Self.write([])
        #expect(Self.types(bodies) == ["created", "in_progress", "completed"])
        #expect(bodies.last?["response"]?["output"]?.count == 0)
    }

    @Test
    func `an answer longer than the hub keeps is noticed`() {
        var writer = ResponsesEventWriter(id: "resp_1", created: 1, model: "m", echo: ResponsesEcho())
        var out: [UInt8] = []
        let piece = String(repeating: "x", count: 1 << 20)
        for _ in 0..<33 {
            writer.append(.text(choice: 0, piece), to: &out)
            out = []
        }
        #expect(writer.isTooLong)
    }
}
