import Testing
import Wire

struct SSEWriterTests {
    static func written(type: String? = nil, data: String, id: String? = nil) -> String {
        var bytes: [UInt8] = []
        SSEWriter.append(type: type, data: Array(data.utf8), id: id, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test(arguments: [
        ("", "data: \n\n"), ("{}", "data: {}\n\n"), ("a\nb", "data: a\ndata: b\n\n"),
        ("a\r\nb\rc", "data: a\ndata: b\ndata: c\n\n"), ("a\n", "data: a\ndata: \n\n"),
        ("\n", "data: \ndata: \n\n"), (" a", "data:  a\n\n"),
    ])
    func `each line of data has its own field`(data: String, text: String) {
        #expect(Self.written(data: data) == text)
    }

    @Test func `type and id come before the data`() {
        #expect(Self.written(type: "ping", data: "x", id: "7") == "event: ping\nid: 7\ndata: x\n\n")
    }

    @Test func `line ends and NUL in type and id cannot start a field`() {
        #expect(Self.written(type: "a\r\ndata: b", data: "x", id: "1\n\n2") == "event: adata: b\nid: 12\ndata: x\n\n")
        #expect(Self.written(data: "x", id: "1\0") == "data: x\n\n")
    }

    @Test func `a comment stays a comment`() {
        var bytes: [UInt8] = []
        SSEWriter.append(comment: "ping\ndata: x", to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == ": ping\n: data: x\n\n")
    }

    @Test(arguments: ["", "x", "\n", "\n\n", "a\n\nb\n", " lead", ":", "data: x", "\u{FEFF}", "é😀\0"])
    func `what is written reads back`(data: String) throws {
        var reader = SSEReader()
        let bytes = Array(Self.written(type: "t", data: data, id: "i").utf8)
        let events = try SSEReaderTests.events(of: [bytes], reader: &reader)
        #expect(events == [SSEEvent(type: "t", data: Array(data.utf8), lastEventID: "i")])
    }
}
