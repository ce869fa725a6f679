import HubCore
import Testing
import Wire

@testable import Providers

struct AnthropicBatchTests {
    private static func value(_ text: String) throws -> JSONValue { try JSONDocument.parse(text).root }
    private static let handOver = BatchHandOver(name: "batch_a", lineCount: 3, begun: 1_767_225_600)

    @Test func `requests carry the batch's name and their line`() throws {
        let first = AnthropicBatch.line(Array("{}".utf8), number: 7, of: "batch_a")
        let body = AnthropicBatch.requests(first + AnthropicBatch.line(Array("[1]".utf8), number: 8, of: "batch_a"))
        #expect(
            String(decoding: body, as: UTF8.self)
                == #"{"requests":[{"custom_id":"batch_a-7","params":{}},{"custom_id":"batch_a-8","params":[1]}]}"#)
    }

    @Test(
        arguments: [
            ("2026-01-01T00:00:30Z", "in_progress", 3, .running), ("2026-01-01T00:00:30Z", "canceling", 3, .running),
            ("2026-01-01T00:00:30Z", "ended", 3, .ended(id: "b")), ("2026-01-01T00:00:30Z", "in_progress", 4, .other),
            // Ten minutes are the clocks' difference.
            ("2025-12-31T23:50:00Z", "ended", 3, .ended(id: "b")), ("2025-12-31T23:49:59Z", "ended", 3, .older),
            // A hand-over takes no longer than ten more.
            ("2026-01-01T00:20:00Z", "ended", 3, .ended(id: "b")), ("2026-01-01T00:20:01Z", "ended", 3, .other),
            ("no moment", "in_progress", 3, .running),
        ] as [(String, String, Int, AnthropicBatch.Candidate)])
    func `what a hand-over may have made is told by its moment and its size`(
        created: String, status: String, count: Int, candidate: AnthropicBatch.Candidate
    ) throws {
        let counts = #"{"processing":0,"succeeded":\#(count - 1),"errored":1,"canceled":0,"expired":0}"#
        let batch =
            #"{"id":"b","created_at":"\#(created)","processing_status":"\#(status)","request_counts":\#(counts)}"#
        #expect(AnthropicBatch.candidate(try Self.value(batch), for: Self.handOver) == candidate)
    }

    @Test(arguments: [
        "{}", #"{"id":1,"request_counts":{"processing":3}}"#, #"{"id":"b"}"#, #"{"id":"b","request_counts":[3]}"#,
        #"{"id":"b","request_counts":{"processing":-3,"succeeded":"3"}}"#, "[]", "null",
    ])
    func `what is no batch is no candidate`(text: String) throws {
        #expect(AnthropicBatch.candidate(try Self.value(text), for: Self.handOver) == .other)
    }

    @Test(arguments: [
        (#"{"processing_status":"in_progress"}"#, Batch.Status.inProgress),
        (#"{"processing_status":"canceling"}"#, .cancelling), (#"{"processing_status":"ended"}"#, .completed),
        (#"{"processing_status":"ended","cancel_initiated_at":null}"#, .completed),
        (#"{"processing_status":"ended","cancel_initiated_at":"2026-01-01T00:00:00Z"}"#, .cancelled),
        (#"{"processing_status":"new"}"#, nil), ("{}", nil),
    ])
    func `states are OpenAI's`(text: String, status: Batch.Status?) throws {
        #expect(AnthropicBatch.status(try Self.value(text)) == status)
    }

    private static func line(_ id: String, _ result: String) -> String {
        #"{"custom_id":\#(id),"result":\#(result)}"#
    }

    @Test(
        arguments: [
            (#"{"type":"succeeded","message":{"a":1}}"#, 200, #"{"a":1}"#),
            (#"{"type":"errored","error":{"type":"error","error":{"type":"invalid_request_error"}}}"#, 400, nil),
            (#"{"type":"errored","error":{"type":"invalid_request"}}"#, 400, nil),
            (#"{"type":"errored","error":{"type":"error","error":{"type":"overloaded_error"}}}"#, 529, nil),
            (#"{"type":"errored","error":{"type":"error","error":{"type":"something new"}}}"#, 500, nil),
        ] as [(String, Int, String?)])
    func `results have the status that they would have had by themselves`(
        text: String, status: Int, body: String?
    ) throws {
        let result = try #require(
            AnthropicBatch.result(try Self.value(Self.line(#""batch_a-12""#, text)), of: "batch_a"))
        #expect(result.number == 12)
        #expect(result.status == status)
        if let body { #expect(result.body == Array(body.utf8)) }
    }

    @Test(arguments: [
        line(#""batch_a-1""#, #"{"type":"expired"}"#), line(#""batch_a-1""#, #"{"type":"canceled"}"#),
        line(#""batch_a-1""#, #"{"type":"succeeded"}"#), line(#""batch_a-1""#, #"{"type":"errored"}"#),
        line(#""batch_b-1""#, #"{"type":"succeeded","message":{}}"#),
        line(#""batch_a-x""#, #"{"type":"succeeded","message":{}}"#),
        line(#""batch_a""#, #"{"type":"succeeded","message":{}}"#), line("1", "{}"), "[]", "{}",
    ])
    func `what was not answered, or is another's, is no result`(text: String) throws {
        #expect(AnthropicBatch.result(try Self.value(text), of: "batch_a") == nil)
    }
}
