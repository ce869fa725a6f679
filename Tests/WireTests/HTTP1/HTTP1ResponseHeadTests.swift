import Testing
import Wire

struct HTTP1ResponseHeadTests {
    private func text(_ head: HTTPResponseHead) -> String {
        var out: [UInt8] = []
        head.serialize(into: &out)
        return String(decoding: out, as: UTF8.self)
    }

    @Test
    func `a head is status line, fields and an empty line`() {
        var head = HTTPResponseHead(status: 200)
        head.add("content-type", "application/json" as StaticString)
        head.add("content-length", 42)
        head.add("x-model", "gpt" as String)
        #expect(
            text(head)
                == "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 42\r\nx-model: gpt\r\n\r\n")
    }

    @Test(arguments: ["a\r\nset-cookie: b", "a\nb", "a\rb", "a\0b", "a\u{7F}b"])
    func `a value cannot split the head`(value: String) {
        var head = HTTPResponseHead(status: 204)
        head.add("x", value)
        #expect(head.fieldBytes.filter { $0 == 10 || $0 == 13 }.count == 2)
        #expect(!head.fieldBytes.contains(0))
        #expect(head.fieldBytes.contains(32))
    }

    @Test
    func `a tab and text beyond ASCII stay in a value`() {
        var head = HTTPResponseHead(status: 204)
        head.add("x", "a\t\u{E9}" as String)
        #expect(String(decoding: head.fieldBytes, as: UTF8.self) == "x: a\t\u{E9}\r\n")
    }

    @Test(arguments: ["", "a b", "a:b", "a\r\nb", "caf\u{E9}"])
    func `a name that is not a token is refused`(name: String) {
        var head = HTTPResponseHead(status: 200)
        let isAdded = head.add(name: name, value: "v")
        #expect(!isAdded)
        #expect(head.fieldBytes.isEmpty)
    }

    @Test
    func `a name that is a token is added`() {
        var head = HTTPResponseHead(status: 200)
        let isAdded = head.add(name: "X-Tag", value: "v")
        #expect(isAdded)
        #expect(String(decoding: head.fieldBytes, as: UTF8.self) == "X-Tag: v\r\n")
    }

    @Test(arguments: [
        (100, "Continue"), (204, "No Content"), (304, "Not Modified"), (413, "Content Too Large"),
        (431, "Request Header Fields Too Large"), (503, "Service Unavailable"), (599, ""), (999, ""),
    ])
    func `a status line carries the registered phrase`(status: Int, phrase: String) {
        var out: [UInt8] = []
        HTTPResponseHead.appendStatusLine(status, to: &out)
        #expect(String(decoding: out, as: UTF8.self) == "HTTP/1.1 \(status) \(phrase)\r\n")
    }
}
