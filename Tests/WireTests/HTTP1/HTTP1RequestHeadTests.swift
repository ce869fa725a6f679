import Testing
import Wire

struct HTTP1RequestHeadTests {
    private static let text =
        "POST /v1/chat?x=1 HTTP/1.1\r\nHost: hub\r\nX-Tag: One\r\nAccept: a\r\nx-tag: two\r\nContent-Length: 2\r\n\r\n"

    private func head() throws -> HTTP1RequestHead { try parsedHead(Self.text) }

    @Test
    func `the first value of a field is found whatever its case`() throws {
        #expect(try head().value(of: "x-tag") == "One")
        #expect(try head().value(of: "x-ta") == nil)
    }

    /// Names share the marks that tell absent fields at a glance.
    @Test
    func `each of ninety fields is found, and none that is absent`() throws {
        let names = (0..<90).map { "x-\(String(repeating: "a", count: $0 % 30))\($0)" }
        let head = try parsedHead("GET / HTTP/1.1\r\nHost: h\r\n\(names.map { "\($0): \($0)\r\n" }.joined())\r\n")
        for name in names { #expect(head.fields.contains { $0.name == name && $0.value == name }) }
        #expect(head.value(of: "x-0") == "x-0")
        #expect(head.value(of: "x-aaaaa35") == "x-aaaaa35")
        #expect(head.value(of: "x-aaaaa36") == nil)
        #expect(head.value(of: "accept") == nil)
    }

    @Test
    func `all values of a field keep their order`() throws {
        #expect(try head().values(of: "x-tag") == ["One", "two"])
        #expect(try head().values(of: "absent").isEmpty)
    }

    @Test
    func `values compare without regard to case`() throws {
        #expect(try head().valueEquals("x-tag", "one"))
        #expect(try !head().valueEquals("x-tag", "two"))
        #expect(try !head().valueEquals("absent", "one"))
    }

    @Test
    func `presence is told without a value`() throws {
        #expect(try head().has("accept"))
        #expect(try !head().has("authorization"))
    }

    @Test
    func `paths compare byte by byte`() throws {
        #expect(try head().pathEquals("/v1/chat"))
        #expect(try !head().pathEquals("/v1/Chat"))
        #expect(try !head().pathEquals("/v1/chat/"))
        #expect(try head().withPathBytes { $0.count } == 8)
    }

    @Test
    func `fields are listed in order with names in lower case`() throws {
        let names = try head().fields.map(\.name)
        #expect(names == ["host", "x-tag", "accept", "x-tag", "content-length"])
    }

    @Test
    func `the path of an absolute form without one is a slash`() throws {
        let head = try parsedHead("GET http://hub HTTP/1.1\r\nHost: x\r\n\r\n")
        #expect(head.pathEquals("/"))
        #expect(head.host == "hub")
    }

    @Test
    func `value bytes that are not UTF-8 become replacement characters`() throws {
        var bytes = Array("GET / HTTP/1.1\r\nHost: h\r\nX: a".utf8)
        bytes += [0xFF] + Array("\r\n\r\n".utf8)
        var parser = HTTP1RequestParser()
        let step = try bytes.withUnsafeBytes { try parser.parse($0) }
        guard case .head(let head, _) = step else {
            Issue.record("head is not complete")
            return
        }
        #expect(head.value(of: "x") == "a\u{FFFD}")
    }

    @Test(arguments: [
        HTTPMethod.get, .head, .post, .put, .patch, .delete, .options, .trace,
    ])
    func `a known method is recognised by its text`(method: HTTPMethod) throws {
        let head = try parsedHead("\(method.text) / HTTP/1.1\r\nHost: h\r\n\r\n")
        #expect(head.method == method)
        #expect(head.methodText == "\(method.text)")
    }
}
