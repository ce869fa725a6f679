import Dialects
import Testing
import Wire

struct OpenAIStreamDecoderTests {
    private static let role = #"{"choices":[{"index":0,"delta":{"role":"assistant","content":""}}]}"#
    private static func word(_ text: String) -> String { #"{"choices":[{"index":0,"delta":{"content":"\#(text)"}}]}"# }
    private static let end = #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"#
    private static let usage = #"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}"#

    private static func stream(_ events: [String], done: Bool = true, lineEnd: String = "\n") -> [UInt8] {
        let all = events + (done ? ["[DONE]"] : [])
        return Array(all.map { "data: \($0)\(lineEnd)\(lineEnd)" }.joined().utf8)
    }

    /// Streams that say "Hi é" and 3 + 2 tokens, each in a server's own way.
    private static let good: [(String, [UInt8])] = [
        ("as OpenAI", stream([role, word("Hi"), word(" é"), end, usage])),
        ("no [DONE]", stream([role, word("Hi"), word(" é"), end, usage], done: false)),
        ("no last blank line", Array(stream([role, word("Hi"), word(" é"), end, usage], done: false).dropLast(2))),
        ("no blank line after [DONE]", Array(stream([role, word("Hi"), word(" é"), end, usage]).dropLast(2))),
        ("CRLF", stream([role, word("Hi"), word(" é"), end, usage], lineEnd: "\r\n")),
        ("CR", stream([role, word("Hi"), word(" é"), end, usage], lineEnd: "\r")),
        ("comments", Array(": PROCESSING\n\n: ping\n".utf8) + stream([role, word("Hi"), word(" é"), end, usage])),
        ("text after [DONE]", stream([role, word("Hi"), word(" é"), end, usage]) + Array("data: {oh no\n\nno".utf8)),
        ("byte order mark", [0xEF, 0xBB, 0xBF] + stream([role, word("Hi"), word(" é"), end, usage])),
        ("empty events", Array("\n\ndata:\n\n".utf8) + stream([role, word("Hi"), word(" é"), end, usage])),
        (
            "usage on the finish chunk",
            stream([
                role, word("Hi"), word(" é"),
                #"{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2}}"#,
            ])
        ),
        (
            "usage on every chunk, null at first",
            stream([
                #"{"choices":[{"delta":{"content":"Hi"}}],"usage":null}"#,
                #"{"choices":[{"delta":{"content":" é"}}],"usage":{"prompt_tokens":3,"completion_tokens":1}}"#,
                #"{"choices":[{"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2}}"#,
            ])
        ),
        (
            "Groq's own usage",
            stream([
                word("Hi"), word(" é"),
                #"{"choices":[{"delta":{},"finish_reason":"stop"}],"x_groq":{"usage":{"prompt_tokens":3,"completion_tokens":2}}}"#,
            ])
        ),
    ]

    @Test(arguments: good)
    func `a stream is read whole however it is cut`(name: String, bytes: [UInt8]) {
        for offset in 0...bytes.count {
            let (chunks, failure) = decode([Array(bytes[..<offset]), Array(bytes[offset...])])
            #expect(failure == nil)
            #expect(chunks.map(\.content).joined() == "Hi é", "\(name) cut at \(offset)")
            #expect(chunks.compactMap(\.usage).last == TokenUsage(input: 3, output: 2))
        }
        let (chunks, failure) = decode(bytes.map { [$0] })
        #expect(failure == nil)
        #expect(chunks.map(\.content).joined() == "Hi é", "\(name) byte by byte")
        #expect(chunks.compactMap(\.finishReason) == ["stop"])
    }

    /// What follows a first word, and what the stream then is.
    private static let bad: [(String, [UInt8], ErrorCode, String)] = [
        ("cut", stream([word("Hi")], done: false), .streamInterrupted, "before the answer was complete"),
        ("cut inside an event", Array(stream([word("Hi"), word("x")]).dropLast(30)), .streamInterrupted, ""),
        ("no JSON", stream([word("Hi"), "{oops"]), .streamInterrupted, "not JSON"),
        ("no object", stream([word("Hi"), "[1]"]), .streamInterrupted, "not an object"),
        ("error chunk", stream([word("Hi"), #"{"error":{"message":"m","code":502}}"#]), .providerError, "m"),
        (
            "error event",
            stream([word("Hi")], done: false)
                + Array(#"event: error\#ndata: {"error":{"message":"m","status_code":400}}\#n\#n"#.utf8),
            .providerRejected, "m"
        ),
        (
            "error beside choices", stream([word("Hi"), #"{"error":{"message":"m"},"choices":[]}"#]), .providerError,
            "m"
        ),
        (
            "stray JSON", stream([word("Hi")], done: false) + Array(#"{"error":{"message":"m","code":429}}"#.utf8),
            .providerRateLimited, "m"
        ),
    ]

    @Test(arguments: bad)
    func `a broken stream is never complete`(name: String, bytes: [UInt8], code: ErrorCode, message: String) {
        for pieces in [[bytes], bytes.map { [$0] }] {
            let (chunks, failure) = decode(pieces)
            #expect(chunks.first?.content == "Hi", "\(name)")
            #expect(failure?.code == code, "\(name)")
            #expect(failure?.message.contains(message) == true, "\(name)")
            #expect(failure?.provider == "acme")
        }
    }

    @Test func `an empty stream is not complete`() {
        #expect(decode([]).failure?.code == .streamInterrupted)
    }

    @Test func `an event without end is refused`() {
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        let (_, failure) = decode([Array("data: ".utf8)] + Array(repeating: piece, count: 5))
        #expect(failure?.code == .streamInterrupted)
        #expect(failure?.message.contains("4 MiB") == true)
    }

    @Test(arguments: [
        (#"{"role":"assistant","content":""}"#, false), (#"{"role":"assistant","content":null}"#, false),
        (#"{}"#, false), (#"{"content":"a"}"#, true), (#"{"content":" "}"#, true), (#"{"reasoning":"a"}"#, true),
        (#"{"reasoning_content":"a"}"#, true), (#"{"refusal":"a"}"#, true), (#"{"refusal":null}"#, false),
        (#"{"tool_calls":[{"index":0,"function":{"name":"f"}}]}"#, true), (#"{"tool_calls":[]}"#, false),
        (#"{"obfuscation":"xyz"}"#, false), (#"{"content":[{"type":"thinking"}]}"#, true),
        (#"{"audio":{"data":"QUJD"}}"#, true), (#"{"function_call":{"name":"f"}}"#, true),
    ])
    func `payload is what was generated on any channel`(delta: String, hasPayload: Bool) {
        let (chunks, _) = decode([Self.stream([#"{"choices":[{"delta":\#(delta)}]}"#])])
        #expect(chunks.first?.hasPayload == hasPayload)
        #expect(chunks.first?.hasChoices == true)
    }
}
