import Dialects
import Testing
import Wire

struct CompletionResponseTests {
    private func written(_ json: String) -> CompletionResponse {
        CompletionResponse(written: Array(json.utf8), usage: nil, servedModel: nil, finishReasons: ["stop"])
    }

    @Test func `an answer that was written here is read when its document is asked for`() {
        #expect(written(#"{"id":"a"}"#).body["id"]?.string == "a")
        #expect(written(#"{"id":"a"}"#).reading().receivedBody?["id"]?.string == "a")
    }

    @Test func `an answer that was written here says nothing of a provider`() {
        #expect(written(#"{"service_tier":"flex"}"#).receivedBody == nil)
    }

    @Test func `an answer that was written here joins another as a further choice`() {
        var answer = written(#"{"id":"a"}"#)
        answer.add(written(#"{"id":"b"}"#))
        #expect(answer.furtherBodies.map { $0["id"]?.string } == ["b"])
        #expect(answer.finishReasons == ["stop", "stop"])
        #expect(answer.bytes == nil)
    }
}
