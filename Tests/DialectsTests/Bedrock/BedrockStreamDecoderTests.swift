import Dialects
import Testing
import Wire

struct BedrockStreamDecoderTests {
    private static func frame(
        _ name: String, _ payload: String, kind: String = "event", header: String = ":event-type"
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        let headers = [(header, name), (":content-type", "application/json"), (":message-type", kind)]
        EventStreamWriter.append(
            EventStreamMessage(headers: headers.map { .init($0.0, .string($0.1)) }, payload: Array(payload.utf8)),
            to: &bytes)
        return bytes
    }

    private static let text = frame("contentBlockDelta", #"{"contentBlockIndex":0,"delta":{"text":"a"},"p":"abc"}"#)
    private static let stop = frame("messageStop", #"{"stopReason":"end_turn"}"#)
    private static let metadata = frame(
        "metadata", #"{"usage":{"inputTokens":3,"outputTokens":2,"totalTokens":5},"metrics":{"latencyMs":9}}"#)

    private func decode(_ bytes: [UInt8]) -> (chunks: [StreamChunk], failure: HubError?) {
        var decoder = BedrockStreamDecoder(provider: "bedrock")
        var chunks: [StreamChunk] = []
        let failure = failure { () throws(HubError) in
            for byte in bytes {
                [byte].withUnsafeBytes { decoder.feed($0) }
                while let chunk = try decoder.next() { chunks.append(chunk) }
            }
            if let last = try decoder.finish() { chunks.append(last) }
        }
        return (chunks, failure)
    }

    @Test func `usage comes after the stop`() {
        let (chunks, failure) = decode(Self.text + Self.stop + Self.metadata)
        #expect(failure == nil)
        #expect(chunks.map(\.hasPayload) == [true, false, false])
        #expect(chunks.map(\.finishReason) == [nil, "end_turn", nil])
        #expect(chunks.last?.usage == TokenUsage(input: 3, output: 2))
    }

    @Test func `a stream that ends before its stop is interrupted`() {
        #expect(decode(Self.text).failure?.code == .streamInterrupted)
        #expect(decode(Self.text + Self.stop).failure == nil)
        #expect(decode(Self.text + Self.stop + Self.metadata.dropLast()).failure?.code == .streamInterrupted)
    }

    @Test(arguments: [
        ("throttlingException", ErrorCode.providerRateLimited), ("modelStreamErrorException", .providerError),
        ("validationException", .providerRejected), ("serviceUnavailableException", .providerError),
        ("internalServerException", .providerError),
    ])
    func `an exception in the stream is the error that it is`(name: String, code: ErrorCode) {
        let frame = Self.frame(name, #"{"message":"sorry"}"#, kind: "exception", header: ":exception-type")
        let (chunks, failure) = decode(Self.text + frame)
        #expect(chunks.count == 1)
        #expect(failure?.code == code)
        #expect(failure?.message == "bedrock: sorry")
    }

    @Test func `an error without a body is read from its headers`() {
        var bytes: [UInt8] = []
        let headers = [(":message-type", "error"), (":error-code", "InternalError"), (":error-message", "sorry")]
        EventStreamWriter.append(
            EventStreamMessage(headers: headers.map { .init($0.0, .string($0.1)) }), to: &bytes)
        let failure = decode(bytes).failure
        #expect(failure?.code == .providerError)
        #expect(failure?.message == "bedrock: sorry")
    }

    @Test func `a frame with a broken checksum ends the stream`() {
        var bytes = Self.text + Self.stop
        bytes[40] ^= 1
        #expect(decode(bytes).failure?.code == .streamInterrupted)
    }

    @Test(arguments: [#"{"a":1}, "b": {}"#, "[]", "{", "", "1}"])
    func `an event that is not one object ends the stream`(payload: String) {
        #expect(decode(Self.frame("messageStart", payload)).failure?.code == .streamInterrupted)
    }

    @Test func `empty text and signatures are no payload`() {
        let deltas = [
            #"{"text":""}"#, #"{"reasoningContent":{"signature":"s"}}"#, #"{"reasoningContent":{"text":"t"}}"#,
            #"{"toolUse":{"input":"{"}}"#,
        ]
        let bytes = deltas.flatMap { Self.frame("contentBlockDelta", #"{"contentBlockIndex":0,"delta":\#($0)}"#) }
        #expect(decode(bytes + Self.stop).chunks.map(\.hasPayload) == [false, false, true, true, false])
    }
}
