import Testing

@testable import Wire

/// A head that is refused, with the status and a part of the reason.
struct RefusedHead: Sendable, CustomTestStringConvertible {
    var bytes: [UInt8]
    var status: Int
    var reason: String

    init(_ text: String, _ status: Int, _ reason: String) {
        bytes = Array(text.utf8)
        self.status = status
        self.reason = reason
    }

    /// A head with `Host: h` and the given field lines.
    static func fields(_ lines: String, _ status: Int, _ reason: String) -> RefusedHead {
        RefusedHead("POST / HTTP/1.1\r\nHost: h\r\n\(lines)\r\n\r\n", status, reason)
    }

    static func host(_ host: String) -> RefusedHead {
        RefusedHead("GET / HTTP/1.1\r\nHost: \(host)\r\n\r\n", 400, "malformed Host")
    }

    static func target(_ target: String, _ reason: String) -> RefusedHead {
        RefusedHead("GET \(target) HTTP/1.1\r\nHost: h\r\n\r\n", 400, reason)
    }

    var testDescription: String { "\(status) \(String(decoding: bytes.prefix(120), as: UTF8.self).debugDescription)" }
}

private let requestLines: [RefusedHead] = [
    RefusedHead("GET  / HTTP/1.1\r\n\r\n", 400, "more than one space"),
    RefusedHead("GET /  HTTP/1.1\r\n\r\n", 400, "version"),
    RefusedHead("GET / HTTP/1.1 \r\n\r\n", 400, "version"),
    RefusedHead("GET / x HTTP/1.1\r\n\r\n", 400, "version"),
    RefusedHead(" GET / HTTP/1.1\r\n\r\n", 400, "method"),
    RefusedHead("GET\t/ HTTP/1.1\r\n\r\n", 400, "method"),
    RefusedHead("GET /\tHTTP/1.1\r\n\r\n", 400, "request target"),
    RefusedHead("G(T / HTTP/1.1\r\n\r\n", 400, "method"),
    RefusedHead("G\u{E9}T / HTTP/1.1\r\n\r\n", 400, "method"),
    RefusedHead("GET\r\n\r\n", 400, "without a target"),
    RefusedHead("GET /\r\n\r\n", 400, "without a version"),
    RefusedHead("GET / \r\n\r\n", 400, "version"),
    RefusedHead(String(repeating: "M", count: 33) + " / HTTP/1.1\r\n\r\n", 501, "method too long"),
    RefusedHead("GET / http/1.1\r\nHost: h\r\n\r\n", 400, "version"),
    RefusedHead("GET / HTTP/1,1\r\nHost: h\r\n\r\n", 400, "version"),
    RefusedHead("GET / HTTP/11\r\nHost: h\r\n\r\n", 400, "version"),
    RefusedHead("GET / HTTP/1.10\r\nHost: h\r\n\r\n", 400, "version"),
    RefusedHead("GET / HTTP/1.2\r\nHost: h\r\n\r\n", 505, "version"),
    RefusedHead("GET / HTTP/0.9\r\nHost: h\r\n\r\n", 505, "version"),
    RefusedHead("GET / HTTP/3.0\r\nHost: h\r\n\r\n", 505, "version"),
    RefusedHead("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "version"),
    RefusedHead("\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "empty lines"),
    RefusedHead("\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 400, "bare LF"),
    RefusedHead("\u{16}\u{03}\u{01}", 400, "control character"),
]

private let targets: [RefusedHead] = [
    .target("*", "asterisk"),
    .target("a/b", "not a path"),
    .target("h:80", "not a path"),
    .target("ftp://h/", "not a path"),
    .target("http:///p", "authority"),
    .target("http://u@h/p", "authority"),
    .target("http://h:99999/p", "authority"),
    .target("/a#b", "request target"),
    .target("/caf\u{E9}", "request target"),
    RefusedHead("CONNECT h:443 HTTP/1.1\r\nHost: h\r\n\r\n", 405, "CONNECT"),
    RefusedHead("GET /\(String(repeating: "a", count: 8192)) HTTP/1.1\r\n\r\n", 414, "target too long"),
    RefusedHead("GET /\(String(repeating: "a", count: 20_000))", 414, "target too long"),
]

private let hosts: [RefusedHead] = [
    RefusedHead("GET / HTTP/1.1\r\n\r\n", 400, "missing Host"),
    RefusedHead("GET http://h/ HTTP/1.1\r\n\r\n", 400, "missing Host"),
    RefusedHead("GET / HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", 400, "repeated Host"),
    RefusedHead("GET / HTTP/1.0\r\nHost: h\r\nhost: i\r\n\r\n", 400, "repeated Host"),
    .host("a b"), .host("a,b"), .host("u@h"), .host("h/p"), .host("h?q"), .host("h#f"), .host("a\tb"), .host("h:x"),
    .host("h:65536"), .host("h:1:2"), .host(":80"), .host("[::1"), .host("[]"), .host("[::1]x"), .host("[fe80::1%25e]"),
    .host("h\\i"), .host("caf\u{E9}"),
]

private let fieldLines: [RefusedHead] = [
    .fields("X : a", 400, "whitespace in or after a field name"),
    .fields("X\t: a", 400, "whitespace in or after a field name"),
    .fields("X Y: a", 400, "whitespace in or after a field name"),
    .fields("X: a\r\n b", 400, "line folding"),
    .fields("X: a\r\n\tb", 400, "line folding"),
    RefusedHead("GET / HTTP/1.1\r\n Host: h\r\n\r\n", 400, "line folding"),
    .fields(": a", 400, "empty field name"),
    .fields("X", 400, "without a colon"),
    .fields("X(Y): a", 400, "not allowed in a field name"),
    .fields("X\u{E9}: a", 400, "not allowed in a field name"),
    .fields("X: a\nY: b", 400, "bare LF"),
    .fields("X: a\n", 400, "bare LF"),
    .fields("X: a\rb", 400, "bare CR"),
    .fields("X: a\r", 400, "bare CR"),
    .fields("X: \0", 400, "control character"),
    .fields("X: a\u{01}b", 400, "control character"),
    .fields("X: 0123456789abcdef\u{7F}", 400, "control character"),
    .fields("X\0Y: a", 400, "control character"),
    .fields("Expect: 200-ok", 417, "expectation"),
    .fields(String(repeating: "X: y\r\n", count: 99) + "X: y", 431, "too many fields"),
    .fields("X: " + String(repeating: "y", count: 33_000), 431, "head too large"),
    .fields(String(repeating: "X: " + String(repeating: "y", count: 1000) + "\r\n", count: 40), 431, "head too large"),
]

private let smuggling: [RefusedHead] = [
    .fields("Content-Length: 6\r\nTransfer-Encoding: chunked", 400, "Content-Length together with Transfer-Encoding"),
    .fields("Transfer-Encoding: chunked\r\nContent-Length: 6", 400, "Content-Length together with Transfer-Encoding"),
    .fields("Transfer-Encoding:\tchunked\r\nContent-Length: 6", 400, "Content-Length together with Transfer-Encoding"),
    .fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", 501, "repeated Transfer-Encoding"),
    .fields("Transfer-Encoding: chunked\r\nTransfer-encoding: cow", 501, "repeated Transfer-Encoding"),
    .fields("Transfer-Encoding: cow\r\nTransfer-encoding: chunked", 501, "other than chunked"),
    .fields("Transfer-Encoding: chunked, chunked", 501, "other than chunked"),
    .fields("Transfer-Encoding: gzip, chunked", 501, "other than chunked"),
    .fields("Transfer-Encoding: chunked, identity", 501, "other than chunked"),
    .fields("Transfer-Encoding: identity", 501, "other than chunked"),
    .fields("Transfer-Encoding: xchunked", 501, "other than chunked"),
    .fields("Transfer-Encoding: chunkedx", 501, "other than chunked"),
    .fields("Transfer-Encoding: \"chunked\"", 501, "other than chunked"),
    .fields("Transfer-Encoding: chunked;q=1", 501, "other than chunked"),
    .fields("Transfer-Encoding: ,chunked", 501, "other than chunked"),
    .fields("Transfer-Encoding:", 501, "other than chunked"),
    .fields("Transfer-Encoding: chun\u{212A}ed", 501, "other than chunked"),
    .fields("Transfer-Encoding : chunked", 400, "whitespace in or after a field name"),
    .fields("Transfer-Encoding\t: chunked", 400, "whitespace in or after a field name"),
    .fields(" Transfer-Encoding: chunked", 400, "line folding"),
    .fields("\tTransfer-Encoding: chunked", 400, "line folding"),
    .fields("Transfer-Encoding:\r\n chunked", 501, "other than chunked"),
    .fields("X: y\nTransfer-Encoding: chunked", 400, "bare LF"),
    .fields("Transfer-Encoding: chunked\u{0B}", 400, "control character"),
    .fields("Transfer-Encoding: \u{0C}chunked", 400, "control character"),
    .fields("Transfer-Encoding: \0chunked", 400, "control character"),
    RefusedHead("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400, "Transfer-Encoding in HTTP/1.0"),
    .fields("Content-Length: 5\r\nContent-Length: 6", 400, "repeated Content-Length"),
    .fields("Content-Length: 5\r\nContent-Length: 5", 400, "repeated Content-Length"),
    .fields("Content-Length: 5\r\ncontent-length:5", 400, "repeated Content-Length"),
    .fields("Content-Length: 5, 6", 400, "malformed Content-Length"),
    .fields("Content-Length: 5,5", 400, "malformed Content-Length"),
    .fields("Content-Length: +5", 400, "malformed Content-Length"),
    .fields("Content-Length: -5", 400, "malformed Content-Length"),
    .fields("Content-Length: 0x5", 400, "malformed Content-Length"),
    .fields("Content-Length: 5 5", 400, "malformed Content-Length"),
    .fields("Content-Length: 5.0", 400, "malformed Content-Length"),
    .fields("Content-Length: \u{661}", 400, "malformed Content-Length"),
    .fields("Content-Length:", 400, "malformed Content-Length"),
    .fields("Content-Length: 9223372036854775808", 400, "Content-Length too large"),
    .fields("Content-Length: 18446744073709551621", 400, "Content-Length too large"),
    .fields("Content-Length : 5", 400, "whitespace in or after a field name"),
]

private let refusedHeads = requestLines + targets + hosts + fieldLines + smuggling

struct HTTP1RequestParserRefuseTests {
    @Test(arguments: refusedHeads)
    func `a bad head is refused with its cause`(expected: RefusedHead) {
        guard case .refused(let error) = parseHead(expected.bytes) else {
            Issue.record("not refused: \(parseHead(expected.bytes))")
            return
        }
        #expect(error.status == expected.status)
        #expect(error.reason.contains(expected.reason), "\(error.reason)")
    }

    @Test(arguments: refusedHeads)
    func `a bad head is refused the same wherever it is split`(expected: RefusedHead) {
        let bytes = expected.bytes
        let whole = parseHead(bytes)
        // The longest rows repeat one byte thousands of times: their middle is cut at every 97th place only.
        let cuts = bytes.count < 1000 ? Array(0...bytes.count) : Array(stride(from: 0, through: bytes.count, by: 97))
        for cut in cuts { #expect(parseHead(bytes, cuts: [cut]) == whole, "cut at \(cut)") }
        #expect(parseHead(bytes, cuts: cuts) == whole)
    }

    @Test
    func `a head of exactly the limit is accepted and one byte more is not`() {
        let start = "GET / HTTP/1.1\r\nHost: h\r\nX: "
        var limits = HTTP1Limits()
        limits.headBytes = 200
        let fitting = start + String(repeating: "y", count: 200 - start.utf8.count - 4) + "\r\n\r\n"
        guard case .head = parseHead(Array(fitting.utf8), limits: limits) else {
            Issue.record("a fitting head is refused")
            return
        }
        let longer = start + String(repeating: "y", count: 201 - start.utf8.count - 4) + "\r\n\r\n"
        #expect(
            parseHead(Array(longer.utf8), limits: limits)
                == .refused(HTTP1Error(status: 431, reason: "request head too large")))
    }

    @Test
    func `a target of exactly the limit is accepted`() {
        let text = "GET /\(String(repeating: "a", count: 8191)) HTTP/1.1\r\nHost: h\r\n\r\n"
        guard case .head = parseHead(Array(text.utf8)) else {
            Issue.record("a fitting target is refused")
            return
        }
    }

    @Test
    func `a bad line is refused before the head is complete`() {
        guard case .refused = parseHead(Array("GET / HTTP/1.1\r\nContent-Length: x\r\n".utf8)) else {
            Issue.record("waits for the rest of the head")
            return
        }
    }
}
