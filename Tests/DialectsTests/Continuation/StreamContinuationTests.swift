import TestSupport
import Testing
import Wire

@testable import Dialects

/// A stream of one dialect that a provider of another goes on with: readers see one stream.
struct StreamContinuationTests {
    private static let usage = TokenUsage(input: 7, output: 9)
    private static let sent: [ChatEvent] = [
        .start(id: "x", model: "m"), .text(choice: 0, "The sun "), .text(choice: 0, "is "),
    ]

    private struct Joined {
        /// Of the first provider, and what was made of the second's.
        var sent: [StreamChunk]
        var made: [StreamChunk] = []
    }

    private static func joined(
        _ first: WireDialect, _ second: WireDialect, _ rest: [ChatEvent]
    ) throws -> Joined {
        var joined = Joined(sent: try StreamBeginningTests.chunks(sent, first))
        var beginning = StreamBeginning(fallbackID: "fallback")
        for chunk in joined.sent { beginning.follow(chunk) }
        var continuation = StreamContinuation(
            after: beginning, provider: "second", id: "new", created: 2, model: "other", request: nil)
        let events = [.start(id: "y", model: "n")] + rest
        for chunk in try DialectForm.chunks(second, [DialectForm.stream(events, as: second)[...]]) {
            try continuation.take(chunk, into: &joined.made)
        }
        try continuation.finish(usage: usage, into: &joined.made)
        return joined
    }

    private static let rest: [ChatEvent] = [
        .text(choice: 0, " hot"), .text(choice: 0, "."), .finish(choice: 0, Finish(.stop)),
        .usage(TokenUsage(input: 100, output: 50)),
    ]

    @Test(arguments: WireDialect.allCases, WireDialect.allCases)
    func `it reads as one answer`(first: WireDialect, second: WireDialect) throws {
        let joined = try Self.joined(first, second, Self.rest)
        let events = DialectForm.events(joined.sent + joined.made)
        let answer = ChatAssembly(events).response
        #expect(answer.choices.count == 1)
        #expect(answer.choices[0].parts.compactMap(\.text) == ["The sun is hot."])
        #expect(answer.choices[0].finish.reason == .stop)
        #expect(answer.usage == Self.usage)
        #expect(events.count { if case .start = $0 { true } else { false } } == 1)
        #expect(events.count { if case .finish = $0 { true } else { false } } == 1)
    }

    @Test(arguments: WireDialect.allCases)
    func `its bytes are a complete stream of the first dialect`(dialect: WireDialect) throws {
        let joined = try Self.joined(dialect, .anthropic, Self.rest)
        var bytes: [UInt8] = []
        for chunk in joined.sent + joined.made {
            switch dialect {
            case .openAI: OpenAIStream.append(chunk, wantsUsage: true, to: &bytes)
            case .anthropic: AnthropicStream.append(chunk, to: &bytes)
            case .responses: ResponsesStream.append(chunk, echo: ResponsesEcho(), hub: nil, to: &bytes)
            case .gemini:
                SSEWriter.append(data: JSONValue.text(of: chunk.body), to: &bytes)
            case .bedrock: BedrockStream.append(chunk, to: &bytes)
            }
        }
        let answer = try DialectForm.said(dialect, bytes, isStream: true)
        #expect(answer.choices.first?.parts.compactMap(\.text) == ["The sun is hot."])
    }

    @Test func `ids, places and numbers are the first provider's`() throws {
        let openAI = try Self.joined(.openAI, .gemini, Self.rest).made
        #expect(Set(openAI.map { $0.body["id"]?.string }) == ["chatcmpl-1"])
        #expect(Set(openAI.map { $0.body["model"]?.string }) == ["m"])
        #expect(openAI.allSatisfy { $0.body["choices"]?[index: 0]?["delta"]?["role"] == nil })

        let anthropic = try Self.joined(.anthropic, .openAI, Self.rest).made
        let types = anthropic.compactMap { $0.body["type"]?.string }
        #expect(
            types == [
                "content_block_delta", "content_block_delta", "content_block_stop", "message_delta", "message_stop",
            ])
        #expect(anthropic.compactMap { $0.body["index"]?.int } == [0, 0, 0])

        let responses = try Self.joined(.responses, .anthropic, Self.rest)
        let numbers = (responses.sent + responses.made).compactMap { $0.body["sequence_number"]?.int }
        #expect(numbers == Array(0..<numbers.count))
        #expect(Set((responses.sent + responses.made).compactMap { $0.body["item_id"]?.string }).count == 1)
        let whole = responses.made.last?.body["response"]
        #expect(whole?["id"]?.string == responses.sent.first?.body["response"]?["id"]?.string)
        #expect(whole?["output"]?[index: 0]?["content"]?[index: 0]?["text"]?.string == "The sun is hot.")
    }

    @Test(arguments: WireDialect.allCases)
    func `a call after the text is passed on`(first: WireDialect) throws {
        let rest: [ChatEvent] = [
            .text(choice: 0, "hot."), .toolCall(choice: 0, call: 0, id: "c", name: "look", signature: nil),
            .toolArguments(choice: 0, call: 0, "{}"), .finish(choice: 0, Finish(.toolCalls)),
        ]
        let joined = try Self.joined(first, .openAI, rest)
        let answer = ChatAssembly(DialectForm.events(joined.sent + joined.made)).response
        let names = answer.choices[0].parts.compactMap { part in
            if case .toolCall(let call) = part.content { call.name } else { nil }
        }
        #expect(names == ["look"])
        #expect(answer.choices[0].finish.reason == .toolCalls)
    }

    @Test(arguments: WireDialect.allCases)
    func `an answer that was complete gets its end`(first: WireDialect) throws {
        let joined = try Self.joined(first, .anthropic, [.finish(choice: 0, Finish(.stop))])
        let answer = ChatAssembly(DialectForm.events(joined.sent + joined.made)).response
        #expect(answer.choices[0].parts.compactMap(\.text) == ["The sun is "])
        #expect(answer.choices[0].finish.reason == .stop)
    }

    @Test func `an end without a reason is one`() throws {
        var beginning = StreamBeginning(fallbackID: "fallback")
        for chunk in try StreamBeginningTests.chunks(Self.sent, .openAI) { beginning.follow(chunk) }
        var continuation = StreamContinuation(
            after: beginning, provider: "second", id: "new", created: 2, model: "other", request: nil)
        var made: [StreamChunk] = []
        try continuation.finish(usage: nil, into: &made)
        #expect(made.compactMap(\.finishReason) == ["stop"])
    }

    @Test func `thoughts of who goes on are left out`() throws {
        let rest = [ChatEvent.reasoning(choice: 0, "hm"), .partEnd(choice: 0)] + Self.rest
        let joined = try Self.joined(.anthropic, .anthropic, rest)
        let answer = ChatAssembly(DialectForm.events(joined.sent + joined.made)).response
        #expect(answer.choices[0].parts.count == 1)
        #expect(answer.choices[0].parts.compactMap(\.text) == ["The sun is hot."])
    }

    @Test func `an answer that begins again is an error, and nothing of it is passed on`() throws {
        var beginning = StreamBeginning(fallbackID: "fallback")
        for chunk in try StreamBeginningTests.chunks(Self.sent, .openAI) { beginning.follow(chunk) }
        var continuation = StreamContinuation(
            after: beginning, provider: "second", id: "new", created: 2, model: "other", request: nil)
        let again: [ChatEvent] = [.text(choice: 0, "The su"), .text(choice: 0, "n is hot")]
        var made: [StreamChunk] = []
        var failure: HubError?
        do throws(HubError) {
            for chunk in try DialectForm.chunks(.gemini, [DialectForm.stream(again, as: .gemini)[...]]) {
                try continuation.take(chunk, into: &made)
            }
        } catch {
            failure = error
        }
        #expect(failure?.code == .streamInterrupted)
        #expect(made.isEmpty)
    }
}

extension JSONValue {
    fileprivate static func text(of value: JSONValue) -> [UInt8] {
        var writer = JSONWriter()
        writer.value(value)
        return writer.bytes
    }
}
