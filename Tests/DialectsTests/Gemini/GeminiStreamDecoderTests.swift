import Dialects
import TestSupport
import Testing
import Wire

struct GeminiStreamDecoderTests {
    private static func chunk(_ text: String, finish: String? = nil) -> String {
        let reason = finish.map { #","finishReason":"\#($0)""# } ?? ""
        return #"{"candidates":[{"content":{"parts":[{"text":"\#(text)"}]}\#(reason),"index":0}]}"#
    }

    private func decode(_ text: String) -> (chunks: [StreamChunk], failure: HubError?) {
        var decoder = GeminiStreamDecoder(provider: "google")
        var chunks: [StreamChunk] = []
        let failure = failure { () throws(HubError) in
            for byte in Array(text.utf8) {
                [byte].withUnsafeBytes { decoder.feed($0) }
                while let chunk = try decoder.next() { chunks.append(chunk) }
            }
            if let last = try decoder.finish() { chunks.append(last) }
        }
        return (chunks, failure)
    }

    private static func events(_ chunks: String...) -> String { chunks.map { "data: \($0)\r\n\r\n" }.joined() }

    @Test func `events and an array say the same`() {
        let (one, two) = (Self.chunk("a"), Self.chunk("b]}\\\"", finish: "STOP"))
        for text in [Self.events(one, two), "[\(one)\n,\r\n\(two)]\n"] {
            let (chunks, failure) = decode(text)
            #expect(failure == nil)
            #expect(chunks.map(\.finishReason) == [nil, "STOP"])
            #expect(chunks.map(\.hasPayload) == [true, true])
        }
    }

    @Test func `a reason to finish in the middle is none`() {
        let (chunks, failure) = decode(
            Self.events(Self.chunk("a", finish: "STOP"), Self.chunk("b"), Self.chunk("c", finish: "STOP")))
        #expect(failure == nil)
        #expect(chunks.map(\.finishReason) == [nil, nil, "STOP"])
    }

    @Test func `a stream without a reason to finish is interrupted`() {
        let (chunks, failure) = decode(Self.events(Self.chunk("a")))
        #expect(chunks.count == 1)
        #expect(failure?.code == .streamInterrupted)
    }

    @Test func `bare JSON after the events is the error that it is`() {
        let error = "{\n  \"error\": {\n    \"code\": 499,\n    \"message\": \"cancelled\"\n  }\n}\n"
        let (_, failure) = decode(Self.events(Self.chunk("a", finish: "STOP")) + error)
        #expect(failure?.code == .providerError)
        #expect(failure?.message == "google: cancelled")
    }

    @Test(arguments: [[0], [1], [0, 1], []])
    func `white space before the beginning is skipped however it is cut`(cuts: [Int]) throws {
        let bytes = Array(("  " + Self.events(Self.chunk("a", finish: "STOP"))).utf8)
        let ends = cuts.map { $0 + 1 } + [bytes.count]
        let pieces = zip([0] + ends, ends).map { bytes[$0..<$1] }
        #expect(try DialectForm.chunks(.gemini, pieces).count == 1)
    }

    @Test func `an error in the array ends it`() {
        let (chunks, failure) = decode(#"[\#(Self.chunk("a")),{"error":{"code":503,"message":"busy"}}]"#)
        #expect(chunks.count == 1)
        #expect(failure?.code == .providerError)
    }

    @Test func `a refused prompt is an answer`() {
        let (chunks, failure) = decode(Self.events(#"{"promptFeedback":{"blockReason":"SAFETY"}}"#))
        #expect(failure == nil)
        #expect(chunks.map(\.finishReason) == ["SAFETY"])
        #expect(chunks.map(\.hasPayload) == [false])
    }

    @Test func `counts of a stream add up field by field`() {
        let first = #"{"candidates":[{"content":{}}],"usageMetadata":{"promptTokenCount":9,"thoughtsTokenCount":4}}"#
        let last =
            #"{"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":2,"#
            + #""cachedContentTokenCount":5,"toolUsePromptTokenCount":3}}"#
        let (chunks, _) = decode(Self.events(first, last))
        #expect(chunks.last?.usage == TokenUsage(input: 7, cacheRead: 5, output: 2, reasoning: 4))
    }
}
