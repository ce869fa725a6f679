import Testing

@testable import Wire

/// A head that is accepted, and what it says.
struct AcceptedHead: Sendable, CustomTestStringConvertible {
    var text: String
    var method = "GET"
    var path = "/"
    var query: String?
    var host: String? = "h"
    var framing = BodyFraming.none
    var isKeepAlive = true
    var expectsContinue = false

    var testDescription: String { text.debugDescription }
}

private let acceptedHeads: [AcceptedHead] = [
    .init(text: "GET / HTTP/1.1\r\nHost: h\r\n\r\n"),
    .init(text: "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"),
    .init(text: "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"),
    .init(text: "GET / HTTP/1.1\r\nHost:h\r\n\r\n"),
    .init(text: "GET / HTTP/1.1\r\nhOsT: \t h \t \r\n\r\n"),
    .init(text: "GET / HTTP/1.1\r\nHost:\r\n\r\n", host: ""),
    .init(text: "GET / HTTP/1.1\r\nHost: h:8080\r\n\r\n", host: "h:8080"),
    .init(text: "GET / HTTP/1.1\r\nHost: h:\r\n\r\n", host: "h:"),
    .init(text: "GET / HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", host: "[::1]:80"),
    .init(text: "GET / HTTP/1.1\r\nHost: h\r\nX:\r\n\r\n"),
    .init(text: "GET / HTTP/1.1\r\nHost: h\r\nX: a\tb\r\n\r\n"),
    .init(text: "GET / HTTP/1.1\r\nHost: h\r\nX: caf\u{E9} \u{1F600} 0123456789\r\n\r\n"),
    .init(text: "GET /v1/models?limit=2&q=a?b HTTP/1.1\r\nHost: h\r\n\r\n", path: "/v1/models", query: "limit=2&q=a?b"),
    .init(text: "GET /? HTTP/1.1\r\nHost: h\r\n\r\n", query: ""),
    .init(text: "GET //a/%2e%2e/b HTTP/1.1\r\nHost: h\r\n\r\n", path: "//a/%2e%2e/b"),
    .init(text: "GET http://other:81/p?q HTTP/1.1\r\nHost: h\r\n\r\n", path: "/p", query: "q", host: "other:81"),
    .init(text: "GET HTTPS://other HTTP/1.1\r\nHost: h\r\n\r\n", host: "other"),
    .init(text: "GET http://other?q HTTP/1.1\r\nHost: h\r\n\r\n", query: "q", host: "other"),
    .init(text: "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", method: "OPTIONS", path: "*"),
    .init(text: "PURGE / HTTP/1.1\r\nHost: h\r\n\r\n", method: "PURGE"),
    .init(text: "get / HTTP/1.1\r\nHost: h\r\n\r\n", method: "get"),
    .init(text: "GET / HTTP/1.0\r\n\r\n", host: nil, isKeepAlive: false),
    .init(text: "GET / HTTP/1.0\r\nHost: h\r\nConnection: Keep-Alive\r\n\r\n"),
    .init(text: "GET / HTTP/1.0\r\nHost: h\r\nConnection: keep-alive, close\r\n\r\n", isKeepAlive: false),
    .init(text: "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", isKeepAlive: false),
    .init(text: "GET / HTTP/1.1\r\nHost: h\r\nConnection: x, , CLOSE\r\n\r\n", isKeepAlive: false),
    .init(text: "GET / HTTP/1.1\r\nHost: h\r\nConnection: x\r\nConnection: close\r\n\r\n", isKeepAlive: false),
    .init(text: "GET / HTTP/1.1\r\nHost: h\r\nConnection: closed\r\n\r\n"),
    .init(text: "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n", method: "POST", framing: .length(0)),
    .init(text: "POST / HTTP/1.1\r\nHost: h\r\ncontent-length:42\r\n\r\n", method: "POST", framing: .length(42)),
    .init(
        text: "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 9223372036854775807\r\n\r\n", method: "POST",
        framing: .length(.max)),
    .init(text: "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n", method: "POST", framing: .chunked),
    .init(
        text: "POST / HTTP/1.1\r\nHost: h\r\nTRANSFER-ENCODING:\tChUnKeD \r\n\r\n", method: "POST", framing: .chunked),
    .init(
        text: "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nExpect: 100-Continue\r\n\r\n", method: "PUT",
        framing: .length(1), expectsContinue: true),
    .init(
        text: "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n", method: "PUT",
        framing: .length(0)),
    .init(text: "GET / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\n\r\n"),
    .init(
        text: "PUT / HTTP/1.0\r\nHost: h\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n", method: "PUT",
        framing: .length(1), isKeepAlive: false),
]

struct HTTP1RequestParserAcceptTests {
    @Test(arguments: acceptedHeads)
    func `an accepted head says what it should`(expected: AcceptedHead) throws {
        guard case .head(let summary) = parseHead(Array(expected.text.utf8)) else {
            Issue.record("refused: \(parseHead(Array(expected.text.utf8)))")
            return
        }
        #expect(summary.method == expected.method)
        #expect(summary.path == expected.path)
        #expect(summary.query == expected.query)
        #expect(summary.host == expected.host)
        #expect(summary.framing == expected.framing)
        #expect(summary.isKeepAlive == expected.isKeepAlive)
        #expect(summary.expectsContinue == expected.expectsContinue)
        #expect(summary.consumed == expected.text.utf8.count)
    }

    @Test(arguments: acceptedHeads)
    func `an accepted head reads the same wherever it is split`(expected: AcceptedHead) {
        let bytes = Array(expected.text.utf8)
        let whole = parseHead(bytes)
        for cut in 0...bytes.count { #expect(parseHead(bytes, cuts: [cut]) == whole, "cut at \(cut)") }
        #expect(parseHead(bytes, cuts: Array(0...bytes.count)) == whole)
    }

    @Test(arguments: acceptedHeads)
    func `every proper prefix of an accepted head needs more`(expected: AcceptedHead) {
        let bytes = Array(expected.text.utf8)
        for end in 0..<bytes.count { #expect(parseHead(Array(bytes[..<end])) == .needsMore, "prefix of \(end)") }
    }

    @Test
    func `pipelined bytes are left to the next head`() throws {
        let first = "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n"
        let second = "GET /b HTTP/1.1\r\nHost: h\r\n\r\n"
        var parser = HTTP1RequestParser()
        guard case .head(let head, let consumed) = try parser.parse(Array((first + "abc" + second).utf8)) else {
            Issue.record("first head is not complete")
            return
        }
        #expect(head.path == "/a")
        #expect(consumed == first.utf8.count)
        guard case .head(let next, _) = try parser.parse(Array(second.utf8)) else {
            Issue.record("second head is not complete")
            return
        }
        #expect(next.path == "/b")
        #expect(next.framing == .none)
    }

    @Test
    func `reset forgets a head begun`() throws {
        var parser = HTTP1RequestParser()
        _ = try parser.parse(Array("GET /old HTTP/1.1\r\nHost: a\r\n".utf8))
        parser.reset()
        guard case .head(let head, _) = try parser.parse(Array("GET /new HTTP/1.1\r\nHost: b\r\n\r\n".utf8)) else {
            Issue.record("head is not complete")
            return
        }
        #expect(head.path == "/new")
        #expect(head.host == "b")
    }

    @Test
    func `a head that drips in byte by byte is scanned once`() throws {
        let line = "X-Field: " + String(repeating: "v", count: 400) + "\r\n"
        let head = "GET / HTTP/1.1\r\nHost: h\r\n" + String(repeating: line, count: 75) + "\r\n"
        let bytes = Array(head.utf8)
        var parser = HTTP1RequestParser()
        for end in 1..<bytes.count {
            guard case .needsMore = try parser.parse(Array(bytes[..<end])) else {
                Issue.record("head ended at \(end)")
                return
            }
            // Only a CR whose LF has not come is looked at again.
            #expect(parser.scanned == (bytes[end - 1] == 13 ? end - 1 : end))
        }
        guard case .head(_, let consumed) = try parser.parse(bytes) else {
            Issue.record("head is not complete")
            return
        }
        #expect(consumed == bytes.count)
    }
}
