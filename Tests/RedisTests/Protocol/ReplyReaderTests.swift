import Testing

@testable import Redis

@Suite struct ReplyReaderTests {
    /// Replies of bytes that come in pieces of the given size; what went wrong last.
    private static func read(
        _ text: String, by size: Int = .max, maximumBytes: Int = 1 << 20, maximumElements: Int = 1000
    ) -> (replies: [RedisReply], end: String) {
        let reader = ReplyReader(maximumBytes: maximumBytes, maximumElements: maximumElements)
        var replies: [RedisReply] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let piece = rest.prefix(size)
            rest = rest.dropFirst(size)
            guard piece.withUnsafeBytes({ reader.feed($0) }) else { return (replies, "too large") }
            reading: while true {
                switch reader.next() {
                case .reply(let reply): replies.append(reply)
                case .needsMore: break reading
                case .malformed(let reason): return (replies, reason)
                }
            }
        }
        return (replies, "")
    }

    private static let table: [(String, RedisReply)] = [
        ("+OK\r\n", .status("OK")), ("-ERR no\r\n", .error(RedisServerError("ERR no"))), (":-42\r\n", .integer(-42)),
        ("$-1\r\n", .null), ("*-1\r\n", .null), ("$0\r\n\r\n", .bytes([])), ("$3\r\na\r\n\r\n", .bytes([97, 13, 10])),
        ("*0\r\n", .array([])),
        (
            "*3\r\n*2\r\n:1\r\n*0\r\n$1\r\nx\r\n*1\r\n*1\r\n-E\r\n",
            .array([
                .array([.integer(1), .array([])]), .bytes([120]), .array([.array([.error(RedisServerError("E"))])]),
            ])
        ),
    ]

    @Test(arguments: table)
    func `replies are read, in whatever pieces they come`(text: String, reply: RedisReply) {
        for size in 1...text.utf8.count {
            let outcome = Self.read(text + text, by: size)
            #expect(outcome.replies == [reply, reply])
            #expect(outcome.end.isEmpty)
        }
    }

    @Test(arguments: ["?\r\n", "HTTP/1.1 400 Bad Request\r\n", ":abc\r\n", "$abc\r\n", "*abc\r\n", "$-2\r\n"])
    func `what is no reply is malformed`(text: String) {
        #expect(!Self.read(text).end.isEmpty)
    }

    @Test func `a reply may not be larger than allowed`() {
        let outcome = Self.read("$9999999\r\n" + String(repeating: "a", count: 5000), by: 100, maximumBytes: 1000)
        #expect(outcome.end == "too large")
    }

    @Test func `many small replies are not too large together`() {
        let outcome = Self.read(
            String(repeating: "$100\r\n\(String(repeating: "a", count: 100))\r\n", count: 1000), by: 500,
            maximumBytes: 1000)
        #expect(outcome.replies.count == 1000)
    }

    @Test(arguments: ["*2000000000\r\n", "*1001\r\n", "*2\r\n*999\r\n"])
    func `a reply may not announce more elements than allowed`(text: String) {
        #expect(Self.read(text).end == "a reply has too many elements")
    }

    @Test func `a reply may not be nested deeply`() {
        #expect(!Self.read(String(repeating: "*1\r\n", count: 20)).end.isEmpty)
    }

    @Test func `commands are written with their lengths`() {
        #expect(
            String(decoding: RedisCommand("SET", key: [97, 13, 10], []).bytes, as: UTF8.self)
                == "*3\r\n$3\r\nSET\r\n$3\r\na\r\n\r\n$0\r\n\r\n")
        #expect(CommandWriter.write([[]]) == Array("*1\r\n$0\r\n\r\n".utf8))
    }
}
