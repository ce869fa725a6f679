import Testing
import Wire

/// A chunked body and what comes of it: the decoded text, or a status and a part of the reason.
struct ChunkedCase: Sendable, CustomTestStringConvertible {
    var text: String
    var body = ""
    var rest = ""
    var status = 0
    var reason = ""

    static func bad(_ text: String, _ reason: String, status: Int = 400) -> ChunkedCase {
        ChunkedCase(text: text, status: status, reason: reason)
    }

    var testDescription: String { text.prefix(100).debugDescription }
}

private let good: [ChunkedCase] = [
    .init(text: "0\r\n\r\n"),
    .init(text: "5\r\nhello\r\n0\r\n\r\n", body: "hello"),
    .init(text: "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n", body: "hello world"),
    .init(text: "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n", body: "01234567890123456789"),
    .init(text: "0000000000000005\r\nhello\r\n000\r\n\r\n", body: "hello"),
    .init(text: "2\r\n\r\n\r\n0\r\n\r\n", body: "\r\n"),
    .init(text: "5;a=b;c=\"d e\"\r\nhello\r\n0;last\r\n\r\n", body: "hello"),
    .init(text: "5\r\nhello\r\n0\r\nX-Sum: 1\r\nY:\r\n\r\n", body: "hello"),
    .init(text: "0\r\n\r\nGET / HTTP/1.1\r\n", rest: "GET / HTTP/1.1\r\n"),
]

private let bad: [ChunkedCase] = [
    .bad("\r\n", "not a hex number"),
    .bad("g\r\n", "not a hex number"),
    .bad("-5\r\n", "not a hex number"),
    .bad("+5\r\n", "not a hex number"),
    .bad("0x5\r\n", "not a hex number"),
    .bad(" 5\r\n", "not a hex number"),
    .bad("5 \r\n", "not a hex number"),
    .bad("5\t\r\n", "not a hex number"),
    .bad("5 ;a\r\n", "not a hex number"),
    .bad("5\0\r\n", "not a hex number"),
    .bad(";a\r\n", "not a hex number"),
    .bad("5\nhello", "bare LF"),
    .bad("5\rhello", "bare CR in a chunk size line"),
    .bad("5\r\r\nhello", "bare CR in a chunk size line"),
    .bad("5;a\nhello", "bare LF"),
    .bad("5;a\rb\r\n", "bare CR in a chunk size line"),
    .bad("5;a\0\r\n", "control character in a chunk extension"),
    .bad("5;" + String(repeating: "a", count: 256) + "\r\n", "extensions too long"),
    .bad(String(repeating: "1;" + String(repeating: "a", count: 200) + "\r\nx\r\n", count: 90), "extensions too long"),
    .bad("00000000000000005\r\nhello", "chunk size too long"),
    .bad("5\r\nhelloX\r\n", "longer than its size"),
    .bad("5\r\nhello\n0\r\n\r\n", "longer than its size"),
    .bad("5\r\nhello\rX", "bare CR after chunk data"),
    .bad("0\r\nX : y\r\n\r\n", "whitespace in or after a field name"),
    .bad("0\r\n folded\r\n\r\n", "line folding"),
    .bad("0\r\nX\r\n\r\n", "without a colon"),
    .bad("0\r\nX: y\n\r\n", "bare LF in a trailer"),
    .bad("0\r\n\n", "bare LF in a trailer"),
    .bad("0\r\n\rX", "bare CR in a trailer"),
    .bad("0\r\nX: \0\r\n\r\n", "control character in a trailer"),
    .bad("0\r\nContent-Length: 5\r\n\r\n", "not allowed in a trailer"),
    .bad("0\r\ntransfer-encoding: chunked\r\n\r\n", "not allowed in a trailer"),
    .bad("0\r\nHOST: h\r\n\r\n", "not allowed in a trailer"),
    .bad("0\r\nX: " + String(repeating: "y", count: 9000), "trailers too large", status: 431),
    .bad("65\r\n", "larger than the limit", status: 413),
    .bad("64\r\n" + String(repeating: "x", count: 100) + "\r\n1\r\n", "larger than the limit", status: 413),
    .bad("7fffffffffffffff\r\n", "larger than the limit", status: 413),
    .bad("ffffffffffffffff\r\n", "larger than the limit", status: 413),
]

/// Decodes pieces that end at `cuts`, then the rest: body and leftover, or the error.
private func decode(_ bytes: [UInt8], cuts: [Int] = []) -> Result<[[UInt8]], HTTP1Error> {
    var decoder = ChunkedDecoder(maximumBytes: 100)
    var body: [UInt8] = []
    var start = 0
    do throws(HTTP1Error) {
        for end in cuts + [bytes.count] {
            let step = try decodePiece(Array(bytes[start..<end]), with: &decoder, into: &body)
            if case .finished(let consumed) = step { return .success([body, Array(bytes[(start + consumed)...])]) }
            start = end
        }
    } catch {
        return .failure(error)
    }
    return .success([body])
}

private func decodePiece(
    _ piece: [UInt8], with decoder: inout ChunkedDecoder, into body: inout [UInt8]
) throws(HTTP1Error) -> ChunkedDecoder.Step {
    let result: Result<ChunkedDecoder.Step, HTTP1Error> = piece.withUnsafeBytes { buffer in
        do throws(HTTP1Error) {
            return .success(try decoder.decode(buffer, into: &body))
        } catch {
            return .failure(error)
        }
    }
    return try result.get()
}

struct HTTP1ChunkedTests {
    @Test(arguments: good)
    func `a good chunked body is decoded and its end found`(expected: ChunkedCase) {
        #expect(decode(Array(expected.text.utf8)) == .success([Array(expected.body.utf8), Array(expected.rest.utf8)]))
    }

    @Test(arguments: bad)
    func `a bad chunked body is refused with its cause`(expected: ChunkedCase) {
        guard case .failure(let error) = decode(Array(expected.text.utf8)) else {
            Issue.record("not refused")
            return
        }
        #expect(error.status == expected.status)
        #expect(error.reason.contains(expected.reason), "\(error.reason)")
    }

    @Test(arguments: good + bad)
    func `a chunked body reads the same wherever it is split`(expected: ChunkedCase) {
        let bytes = Array(expected.text.utf8)
        let whole = decode(bytes)
        let cuts = bytes.count < 1000 ? Array(0...bytes.count) : Array(stride(from: 0, through: bytes.count, by: 97))
        for cut in cuts { #expect(decode(bytes, cuts: [cut]) == whole, "cut at \(cut)") }
        #expect(decode(bytes, cuts: cuts) == whole)
    }

    @Test
    func `what the writer writes the decoder reads`() {
        var out: [UInt8] = []
        for piece in ["hello", "", String(repeating: "x", count: 40)] {
            Array(piece.utf8).withUnsafeBytes { ChunkedWriter.append($0, to: &out) }
        }
        ChunkedWriter.appendEnd(to: &out)
        #expect(String(decoding: out.prefix(10), as: UTF8.self) == "5\r\nhello\r\n")
        #expect(decode(out) == .success([Array(("hello" + String(repeating: "x", count: 40)).utf8), []]))
    }
}
