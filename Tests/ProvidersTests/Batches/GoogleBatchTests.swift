import HubCore
import Testing
import Wire

@testable import Providers

struct GoogleBatchTests {
    private static func value(_ text: String) throws -> JSONValue { try JSONDocument.parse(text).root }

    @Test func `a batch has the hub's name, and its requests their lines`() {
        var draft = ProviderBatchDraft(
            name: "batch_a", endpoint: .chat, bounds: ProviderBatchBounds(lines: 9, bytes: 999))
        for number in [3, 5] {
            #expect(draft.add(GoogleBatch.line(Array("{}".utf8), number: number), model: "m") == nil)
        }
        let requests = #"{"request":{},"metadata":{"key":"3"}},{"request":{},"metadata":{"key":"5"}}"#
        #expect(
            String(decoding: GoogleBatch.request(draft), as: UTF8.self)
                == #"{"batch":{"displayName":"batch_a","inputConfig":{"requests":{"requests":[\#(requests)]}}}}"#)
    }

    @Test(arguments: [
        (#"{"metadata":{"state":"BATCH_STATE_PENDING"}}"#, Batch.Status.inProgress),
        (#"{"metadata":{"state":"BATCH_STATE_RUNNING"}}"#, .inProgress),
        (#"{"metadata":{"state":"BATCH_STATE_SUCCEEDED"}}"#, .completed),
        (#"{"metadata":{"state":"BATCH_STATE_FAILED"}}"#, .failed),
        (#"{"metadata":{"state":"BATCH_STATE_CANCELLED"}}"#, .cancelled),
        (#"{"metadata":{"state":"BATCH_STATE_EXPIRED"}}"#, .expired),
        (#"{"metadata":{"state":"new"},"done":true}"#, .completed), (#"{"metadata":{"state":"new"}}"#, nil),
        ("[]", nil),
    ])
    func `states are OpenAI's`(text: String, status: Batch.Status?) throws {
        #expect(GoogleBatch.status(try Self.value(text)) == status)
    }

    @Test(
        arguments: [
            (#"{"name":"batches/a1"}"#, "a1"), (#"{"name":"batches/"}"#, nil), (#"{"name":"operations/a"}"#, nil),
            (#"{"name":1}"#, nil), ("{}", nil),
        ] as [(String, String?)])
    func `a batch is known by its name`(text: String, id: String?) throws {
        #expect(GoogleBatch.id(try Self.value(text)) == id)
    }

    @Test(
        arguments: [
            (#""response":{"a":1}"#, 200), (#""error":{"code":3}"#, 400), (#""error":{"code":8}"#, 429),
            (#""error":{"code":14}"#, 503), (#""error":{"code":404}"#, 404), (#""error":{"code":99}"#, 500),
            (#""error":{}"#, 500),
        ])
    func `results have the status that they would have had by themselves`(text: String, status: Int) throws {
        let result = try #require(GoogleBatch.result(try Self.value(#"{"metadata":{"key":"12"},\#(text)}"#)))
        #expect(result.number == 12)
        #expect(result.status == status)
    }

    @Test(arguments: [
        #"{"response":{}}"#, #"{"metadata":{},"response":{}}"#, #"{"metadata":{"key":1},"response":{}}"#,
        #"{"metadata":{"key":"x"},"response":{}}"#, #"{"metadata":{"key":"1"}}"#,
        #"{"metadata":{"key":"1"},"error":"no"}"#, "[]", "1",
    ])
    func `a result that names no line is nobody's`(text: String) throws {
        #expect(GoogleBatch.result(try Self.value(text)) == nil)
    }
}
