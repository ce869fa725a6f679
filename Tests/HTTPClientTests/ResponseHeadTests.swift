import Testing

@testable import HTTPClient

struct ResponseHeadTests {
    private func read(_ lines: [String]) -> ResponseHead {
        var head = ResponseHead()
        for line in lines { _ = Array((line + "\r\n").utf8).withUnsafeBytes { head.receive($0) } }
        return head
    }

    @Test func `an interim head is dropped`() {
        let head = read(["HTTP/1.1 103 Early Hints", "Link: a", "", "HTTP/2 404", "X: 1", ""])
        #expect(head.isComplete)
        #expect(head.status == 404)
        #expect(head.headers.fields.map(\.name) == ["X"])
    }

    @Test func `trailers are ignored`() {
        let head = read(["HTTP/1.1 200 OK", "X: 1", "", "X: 2", ""])
        #expect(head.headers.values(of: "x") == ["1"])
    }

    @Test func `a folded line continues its field`() {
        #expect(read(["HTTP/1.1 200 OK", "X: a", "  b", ""]).headers["X"] == "a  b")
    }

    @Test func `headers are found in any case, trimmed and all of them`() {
        let headers = HTTPClientHeaders([
            ("Retry-After", " 3 "), ("Set-Cookie", "a"), ("set-cookie", "b"), ("Empty", ""),
        ])
        #expect(headers["retry-after"] == "3")
        #expect(headers["RETRY-AFTER"] == "3")
        #expect(headers["Retry"] == nil)
        #expect(headers["Empty"] == "")
        #expect(headers.values(of: "Set-Cookie") == ["a", "b"])
    }
}
