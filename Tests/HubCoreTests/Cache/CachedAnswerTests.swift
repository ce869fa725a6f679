import Dialects
import Testing
import Wire

@testable import HubCore

struct CachedAnswerTests {
    static let usage = TokenUsage(input: 9, cacheRead: 3, output: 2, reasoning: 1)

    static func whole(_ dialect: WireDialect = .openAI, _ json: String) -> CachedAnswer {
        CachedAnswer(
            dialect: dialect, isStream: false, pieces: [.init(json: Array(json.utf8))],
            facts: .init(
                provider: "acme", model: "m", usage: usage, servedModel: "m-1", finishReasons: ["stop"],
                droppedParameters: ["seed"], storedAt: 5_000_000_000))
    }

    static let openAI =
        #"{"id":"chatcmpl-old","object":"chat.completion","created":1,"model":"m-1","choices":[{"index":0,"message":{"role":"assistant","content":"Hi \"you\""},"finish_reason":"stop"}],"usage":{"prompt_tokens":12,"completion_tokens":3,"total_tokens":15}}"#

    private static let streamed = CachedAnswer(
        dialect: .openAI, isStream: true,
        pieces: [
            .init(
                json: Array(#"{"id":"x","choices":[{"index":0,"delta":{"role":"assistant","content":"He"}}]}"#.utf8),
                hasPayload: true, hasChoices: true),
            .init(
                json: Array(
                    #"{"id":"x","choices":[{"index":0,"delta":{"content":"llo"},"finish_reason":"stop"}]}"#.utf8),
                hasPayload: true, hasChoices: true, usage: usage, finishReason: "stop"),
        ], facts: .init(provider: "acme", model: "m", usage: usage, finishReasons: ["stop"], storedAt: 1))

    @Test(arguments: [whole(.openAI, openAI), streamed])
    func `what is written is read again`(_ answer: CachedAnswer) throws {
        let read = try #require(CachedAnswer(encoded: answer.encoded))
        #expect(read.pieces == answer.pieces)
        #expect(read.facts == answer.facts)
        #expect(read.dialect == answer.dialect && read.isStream == answer.isStream)
    }

    @Test func `what ends too early, goes on too long or is of another version is nothing`() {
        let bytes = Self.streamed.encoded
        for count in bytes.indices { #expect(CachedAnswer(encoded: Array(bytes[..<count])) == nil) }
        #expect(CachedAnswer(encoded: bytes + [0]) == nil)
        #expect(CachedAnswer(encoded: Array("HUBC0".utf8) + bytes.dropFirst(5)) == nil)
    }

    @Test func `damaged bytes are nothing or an answer, and never a crash`() {
        let bytes = Self.streamed.encoded
        for index in bytes.indices {
            for value in [UInt8(0), 1, 0x7F, 0xFF] {
                var damaged = bytes
                damaged[index] = value
                guard let answer = CachedAnswer(encoded: damaged) else { continue }
                _ = try? answer.chunks(id: "new")
                _ = answer.response(id: "new")
            }
        }
    }

    @Test func `a whole answer comes again under a new id`() {
        let response = Self.whole(.openAI, Self.openAI).response(id: "chatcmpl-new")
        let expected = Self.openAI.replacing("chatcmpl-old", with: "chatcmpl-new")
        #expect(response.bytes.map { String(decoding: $0, as: UTF8.self) } == expected)
        #expect(response.usage == Self.usage)
        #expect(response.droppedParameters == ["seed"])
    }

    @Test(arguments: [
        (WireDialect.openAI, #"{"object":"list","data":[]}"#, #"{"object":"list","data":[]}"#),
        (.openAI, #"{"object":"x","id":"old"}"#, #"{"object":"x","id":"new"}"#),
        (
            .anthropic, #"{"type":"message_start","message":{"id":"old","role":"assistant"}}"#,
            #"{"type":"message_start","message":{"id":"new","role":"assistant"}}"#
        ),
        (
            .anthropic, #"{"type":"message","content":[{"type":"text","text":"old"}],"id":"old"}"#,
            #"{"type":"message","content":[{"type":"text","text":"old"}],"id":"new"}"#
        ),
        (
            .responses, #"{"type":"response.created","response":{"id":"old","output":[{"id":"msg_1"}]}}"#,
            #"{"type":"response.created","response":{"id":"new","output":[{"id":"msg_1"}]}}"#
        ),
        (.gemini, #"{"candidates":[],"responseId":"old"}"#, #"{"candidates":[],"responseId":"new"}"#),
        (.bedrock, #"{"output":{}}"#, #"{"output":{}}"#),
    ])
    func `the id is found where each dialect has it`(_ dialect: WireDialect, _ json: String, _ expected: String) {
        let replaced = AnswerID.replacing(in: Array(json.utf8), dialect, with: "new")
        #expect(String(decoding: replaced, as: UTF8.self) == expected)
    }

    @Test func `a streamed answer comes again in the same chunks`() throws {
        let chunks = try Self.streamed.chunks(id: "y")
        #expect(chunks.map(\.content) == ["He", "llo"])
        #expect(chunks.map { $0.body["id"]?.string } == ["y", "y"])
        #expect(chunks.map(\.hasPayload) == [true, true])
        #expect(chunks.last?.usage == Self.usage)
        #expect(chunks.last?.finishReason == "stop")
    }

    @Test func `a streamed answer is put together for those who want it whole`() {
        let response = Self.streamed.response(id: "chatcmpl-y")
        #expect(response.body["choices"]?[index: 0]?["message"]?["content"]?.string == "Hello")
        #expect(response.body["choices"]?[index: 0]?["finish_reason"]?.string == "stop")
        #expect(response.body["id"]?.string == "chatcmpl-y")
        #expect(response.usage == Self.usage)
    }

    @Test(arguments: WireDialect.allCases)
    func `a whole answer becomes a stream that says the same`(_ dialect: WireDialect) throws {
        let chat = OpenAIResponse.canonical(json(Self.openAI), fallbackID: "x")
        let body = AnswerWriting.whole(chat, as: dialect, id: "resp_1", created: 1, model: "m")
        let answer = Self.whole(dialect, String(decoding: body, as: UTF8.self))
        var reader = EventReader(fallbackID: "x")
        var events: [ChatEvent] = []
        let chunks = try answer.chunks(id: "resp_2")
        for chunk in chunks { reader.read(chunk, into: &events) }
        let said = ChatAssembly(events).response
        #expect(said.choices.first?.parts.compactMap(\.text) == ["Hi \"you\""])
        #expect(said.choices.first?.finish.reason == .stop)
        #expect(chunks.contains { $0.hasPayload })
    }

    @Test func `choices that were calls of their own stay apart`() throws {
        var response = Self.whole(.anthropic, Self.anthropic("one")).response(id: "msg_1")
        response.add(Self.whole(.anthropic, Self.anthropic("two")).response(id: "msg_2"))
        let answer = CachedAnswer(response, provider: "acme", model: "m", storedAt: 0)
        #expect(
            answer.response(id: "z").canonical(fallbackID: "z").choices.flatMap(\.parts).compactMap(\.text) == [
                "one", "two",
            ])
        #expect(try answer.chunks(id: "z").compactMap(\.content).joined() == "onetwo")
    }

    private static func anthropic(_ text: String) -> String {
        #"{"id":"msg_0","type":"message","role":"assistant","model":"m","content":[{"type":"text","text":"\#(text)"}],"stop_reason":"end_turn","usage":{"input_tokens":1,"output_tokens":1}}"#
    }
}

extension String {
    fileprivate func replacing(_ old: String, with new: String) -> String {
        guard let range = firstRange(of: old) else { return self }
        return self[..<range.lowerBound] + new + self[range.upperBound...]
    }
}
