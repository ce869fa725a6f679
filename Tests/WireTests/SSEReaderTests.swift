import Testing
import Wire

struct SSEReaderTests {
    /// Feeds the pieces in order, taking events after each.
    static func events(
        of pieces: [[UInt8]], reader: inout SSEReader
    ) throws(SSEError) -> [SSEEvent] {
        var events: [SSEEvent] = []
        for piece in pieces {
            piece.withUnsafeBytes { reader.feed($0) }
            while let event = try reader.next() { events.append(event) }
        }
        return events
    }

    static func read(_ text: String, maximumEventBytes: Int = 1 << 20) throws(SSEError) -> (SSEReader, [SSEEvent]) {
        var reader = SSEReader(maximumEventBytes: maximumEventBytes)
        let events = try events(of: [Array(text.utf8)], reader: &reader)
        return (reader, events)
    }

    static func text(_ event: SSEEvent?) -> String? {
        event.map { String(decoding: $0.data, as: UTF8.self) }
    }

    @Test func `an event is given as soon as its blank line ends in CR`() throws {
        var reader = SSEReader()
        #expect(try Self.events(of: [Array("data: 1\r\r".utf8)], reader: &reader).count == 1)
        #expect(try Self.events(of: [Array("\ndata: 2\r\n\r".utf8)], reader: &reader).count == 1)
        #expect(try Self.events(of: [[], Array("\n".utf8)], reader: &reader).isEmpty)
    }

    @Test func `types repeat, change and fall back to message`() throws {
        let (_, events) = try Self.read(
            "event: content_block_delta\ndata: 1\n\nevent: content_block_delta\ndata: 2\n\nevent: ping\ndata: 3\n\ndata: 4\n\n"
        )
        #expect(events.map(\.type) == ["content_block_delta", "content_block_delta", "ping", "message"])
    }

    @Test func `an id with a NUL is ignored`() throws {
        let (reader, events) = try Self.read("id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n")
        #expect(events.map(\.lastEventID) == ["1", "1"])
        #expect(reader.lastEventID == "1")
    }

    @Test func `an id without data takes effect`() throws {
        let (reader, events) = try Self.read("id: 7\n\n")
        #expect(events.isEmpty)
        #expect(reader.lastEventID == "7")
    }

    @Test(
        arguments: [
            ("retry: 2500\n", 2500), ("retry:0\n", 0), ("retry:\n", nil), ("retry: -1\n", nil), ("retry: 1.5\n", nil),
            ("retry: 99999999999999999999\n", nil),
        ] as [(String, Int?)])
    func `retry takes digits alone`(line: String, retry: Int?) throws {
        #expect(try Self.read(line).0.retry == retry)
    }

    @Test func `comments are counted`() throws {
        #expect(try Self.read(": ping\n\n:\n:x\n").0.commentCount == 3)
    }

    @Test func `lines that are no field are kept for a look at errors`() throws {
        let (reader, events) = try Self.read("data: 1\n\n{\n \"error\": {\"code\": 429}\n}\ndata: 2\n\n")
        #expect(events.map { Self.text($0) } == ["1", "2"])
        #expect(String(decoding: reader.strayText, as: UTF8.self) == "{\n \"error\": {\"code\": 429}\n}\n")
    }

    @Test func `stray text is bounded`() throws {
        let line = String(repeating: "x", count: 1000) + "\n"
        #expect(try Self.read(String(repeating: line, count: 100)).0.strayText.count == 64 << 10)
    }

    // MARK: End of stream

    @Test func `an event without its blank line is no event but can be taken`() throws {
        var (reader, events) = try Self.read("data: 1\n\nevent: last\ndata: 2\n")
        #expect(events.count == 1)
        #expect(reader.hasPartialEvent)
        let partial = reader.takePartialEvent()
        #expect(partial == SSEEvent(type: "last", data: [UInt8(ascii: "2")]))
        #expect(!reader.hasPartialEvent)
        #expect(reader.takePartialEvent() == nil)
    }

    @Test func `a last line without its end is part of the partial event`() throws {
        var (reader, _) = try Self.read("data: [DONE]")
        #expect(reader.hasPartialEvent)
        #expect(Self.text(reader.takePartialEvent()) == "[DONE]")
    }

    @Test func `a bare error without line end is stray text after the end of stream`() throws {
        var (reader, _) = try Self.read("{\"error\":1}")
        reader.finish()
        #expect(!reader.hasPartialEvent)
        #expect(String(decoding: reader.strayText, as: UTF8.self) == "{\"error\":1}\n")
    }

    @Test func `a stream that ends after a blank line leaves nothing`() throws {
        #expect(try !Self.read("data: 1\n\n: bye\n").0.hasPartialEvent)
    }

    // MARK: Bounds

    @Test(arguments: [
        "data: \(String(repeating: "x", count: 200))", "data: \(String(repeating: "x", count: 200))\n\n",
        String(repeating: "data: 0123456789\n", count: 20), ": \(String(repeating: "x", count: 200))\n",
        String(repeating: "data\n", count: 200),
    ])
    func `an event or line over the bound ends the stream with an error`(text: String) throws {
        var reader = SSEReader(maximumEventBytes: 100)
        Array(("data: ok\n\n" + text).utf8).withUnsafeBytes { reader.feed($0) }
        #expect(Self.text(try reader.next()) == "ok")
        for _ in 0..<2 { #expect(throws: SSEError.eventTooLarge) { try reader.next() } }
        Array("data: more\n\n".utf8).withUnsafeBytes { reader.feed($0) }
        #expect(throws: SSEError.eventTooLarge) { try reader.next() }
        #expect(reader.takePartialEvent() == nil)
    }

    @Test func `a line grown byte by byte over the bound is refused`() {
        var reader = SSEReader(maximumEventBytes: 100)
        #expect(throws: SSEError.eventTooLarge) {
            try Self.events(of: Array(repeating: [UInt8(ascii: "x")], count: 101), reader: &reader)
        }
    }

    @Test func `many small events may exceed the bound together`() throws {
        let text = String(repeating: "data: 0123456789\n\n", count: 50)
        #expect(try Self.read(text, maximumEventBytes: 32).1.count == 50)
    }
}
