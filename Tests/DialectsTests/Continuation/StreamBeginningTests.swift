import TestSupport
import Testing
import Wire

@testable import Dialects

struct StreamBeginningTests {
    private static let text: [ChatEvent] = [
        .start(id: "x", model: "m"), .text(choice: 0, "The sun "), .text(choice: 0, "is hot"),
    ]

    /// The chunks that say these events, without an end.
    static func chunks(_ events: [ChatEvent], _ dialect: WireDialect) throws -> [StreamChunk] {
        let whole = try DialectForm.chunks(
            dialect, [DialectForm.stream(events + [.text(choice: 0, "!")], as: dialect)[...]])
        let marked = whole.firstIndex { chunk in
            DialectForm.events([chunk]).contains { if case .text(_, "!") = $0 { true } else { false } }
        }
        return Array(whole[..<(try #require(marked))])
    }

    private static func following(_ chunks: [StreamChunk]) -> StreamBeginning {
        var beginning = StreamBeginning(fallbackID: "fallback")
        for chunk in chunks { beginning.follow(chunk) }
        return beginning
    }

    @Test(arguments: WireDialect.allCases)
    func `a text can be gone on with`(dialect: WireDialect) throws {
        let beginning = Self.following(try Self.chunks(Self.text, dialect))
        #expect(beginning.text == "The sun is hot")
        #expect(beginning.obstacle == nil)
        #expect(beginning.dialect == dialect)
    }

    @Test(
        arguments: WireDialect.allCases,
        [
            [.toolCall(choice: 0, call: 0, id: "c", name: "f", signature: nil)],
            [
                .toolCall(choice: 0, call: 0, id: "c", name: "f", signature: nil),
                .toolArguments(choice: 0, call: 0, "{}"),
            ], [.refusal(choice: 0, "no")],
        ] as [[ChatEvent]])
    func `a text with more than text cannot`(dialect: WireDialect, more: [ChatEvent]) throws {
        let chunks = try DialectForm.chunks(dialect, [DialectForm.stream(Self.text + more, as: dialect)[...]])
        #expect(Self.following(chunks).obstacle != nil)
    }

    @Test(arguments: WireDialect.allCases)
    func `thoughts before it are an obstacle`(dialect: WireDialect) throws {
        let thought: [ChatEvent] = [.reasoning(choice: 0, "hm"), .partEnd(choice: 0)]
        #expect(Self.following(try Self.chunks(thought + Self.text, dialect)).obstacle != nil)
    }

    @Test(arguments: WireDialect.allCases)
    func `an answer that has ended is not gone on with`(dialect: WireDialect) throws {
        let events = Self.text + [.finish(choice: 0, Finish(.stop))]
        let chunks = try DialectForm.chunks(dialect, [DialectForm.stream(events, as: dialect)[...]])
        #expect(Self.following(chunks).obstacle == .finished)
    }

    @Test func `what it does not know is an obstacle`() {
        var chunk = StreamChunk(
            body: JSONDocument.emptyObject, hasPayload: true, hasChoices: true, usage: nil, finishReason: nil)
        #expect(Self.following([chunk]).obstacle == .notText)
        chunk.hasPayload = false
        chunk.choice = 1
        #expect(Self.following([chunk]).obstacle == .notText)
    }

    @Test func `a hidden thought of Responses is an obstacle`() throws {
        let events = """
            data: {"type":"response.created","sequence_number":0,"response":{"id":"resp_1","output":[]}}

            data: {"type":"response.output_item.added","sequence_number":1,"output_index":0,"item":{"type":"reasoning","id":"rs_1"}}


            """
        var decoder = ResponsesStreamDecoder(provider: "acme")
        Array(events.utf8).withUnsafeBytes { decoder.feed($0) }
        var chunks: [StreamChunk] = []
        while let chunk = try decoder.next() { chunks.append(chunk) }
        #expect(Self.following(chunks).obstacle == .notText)
    }

    @Test func `a text of more than a mebibyte is an obstacle`() {
        var beginning = StreamBeginning(fallbackID: "x")
        let piece = String(repeating: "x", count: StreamBeginning.longestText)
        for text in [piece, "y"] {
            let body = JSONDocument.object(#"{"choices":[{"delta":{"content":"\#(text)"}}]}"#)
            beginning.follow(
                StreamChunk(body: body, hasPayload: true, hasChoices: true, usage: nil, finishReason: nil))
        }
        #expect(beginning.obstacle == .tooLong)
    }
}

extension JSONDocument {
    static func object(_ text: String) -> JSONValue {
        (try? parse(text).root) ?? emptyObject
    }
}
