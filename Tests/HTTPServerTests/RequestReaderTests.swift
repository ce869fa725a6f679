import TestSupport
import Testing
import Wire

@testable import HTTPServer

@Suite struct RequestReaderTests {
    private static let input = Array(
        (request("POST", "/a", body: "hello") + request("POST", "/b", fields: ["transfer-encoding: chunked"])
            + "3\r\nabc\r\n2;x=1\r\nde\r\n0\r\nt: 1\r\n\r\n" + request("GET", "/c") + request("PUT", "/d", body: ""))
            .utf8
    )

    /// What is read when the input arrives in pieces; unread bytes are presented again with the next piece.
    private static func read(_ pieces: [ArraySlice<UInt8>]) -> [String] {
        var reader = RequestReader(limits: HTTP1Limits())
        var pending: [UInt8] = []
        var requests: [String] = []
        for piece in pieces {
            pending += piece
            let consumed = pending.withUnsafeBytes { bytes -> Int in
                var offset = 0
                while true {
                    var event = reader.next(bytes, &offset)
                    if case .head = event { event = reader.readBody(maximumBytes: 100) }
                    switch event {
                    case .complete(let head, let body):
                        requests.append("\(head.methodText) \(head.path) \(String(decoding: body, as: UTF8.self))")
                    case .needsMore where reader.isReadingBody && offset < bytes.count: continue
                    case .needsMore: return offset
                    case .head, .lost: break
                    case .malformed(let error, _):
                        requests.append("\(error.status)")
                        return bytes.count
                    }
                }
            }
            pending.removeFirst(consumed)
        }
        return requests
    }

    private static let expected = ["POST /a hello", "POST /b abcde", "GET /c ", "PUT /d "]

    @Test func `requests are read from one piece`() {
        #expect(Self.read([Self.input[...]]) == Self.expected)
    }

    @Test func `requests are read the same when cut at any two places`() {
        for first in 0...Self.input.count {
            for second in stride(from: first, through: Self.input.count, by: 7) {
                let pieces = [Self.input[..<first], Self.input[first..<second], Self.input[second...]]
                #expect(Self.read(pieces) == Self.expected)
            }
        }
    }

    @Test func `requests are read byte by byte`() {
        #expect(Self.read(Self.input.indices.map { Self.input[$0...$0] }) == Self.expected)
    }
}

@Suite struct OutputBufferTests {
    @Test(arguments: 0..<5 as Range<UInt64>)
    func `random appends and removals keep the order`(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var buffer = OutputBuffer()
        var model: [UInt8] = []
        for _ in 0..<300 {
            if Bool.random(using: &random) {
                let piece = [UInt8](
                    repeating: .random(in: 0...255, using: &random), count: .random(in: 0...9000, using: &random))
                model += piece
                if Bool.random(using: &random) {
                    buffer.append { $0 += piece }
                } else {
                    piece.withUnsafeBytes { buffer.append($0) }
                }
            } else {
                let count = Int.random(in: 0...model.count, using: &random)
                model.removeFirst(count)
                buffer.removeFirst(count)
            }
            #expect(buffer.count == model.count)
            #expect(buffer.isEmpty == model.isEmpty)
            #expect(buffer.withBytes { $0.elementsEqual(model) })
        }
    }
}
