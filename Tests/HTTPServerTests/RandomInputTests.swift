import HTTPServer
import TestSupport
import Testing
import Wire

/// Seeded random input on real sockets.
@Suite struct RandomInputTests {
    @Test(arguments: 0..<8 as Range<UInt64>)
    func `random pipelined requests in random pieces are all answered in order`(seed: UInt64) async throws {
        let handler = TestHandler { request, writer in
            let answer = HTTPResponse.echo(request)
            guard request.head.has("x-stream") else { return writer.respond(answer) }
            writer.startStream(streamHead())
            for byte in answer.body {
                writer.write([byte])
                if byte % 16 == 0 { await Task.yield() }
            }
            writer.finish()
        }
        try await withServer(handler) { server in
            var random = SeededRandom(seed: seed)
            let requests = (0..<60).map { RandomRequest(number: $0, using: &random) }
            var rest = Array(requests.map(\.text).joined().utf8)[...]
            let client = try server.connect()
            while !rest.isEmpty {
                let size = min(rest.count, Int.random(in: 1...400, using: &random))
                try client.send(rest.prefix(size))
                rest = rest.dropFirst(size)
                if Bool.random(using: &random) { try server.reactor.waitForTurn() }
            }
            if seed.isMultiple(of: 2) { client.finishSending() }
            for sent in requests {
                let response = try client.readResponse(toHead: sent.method == "HEAD")
                #expect(response.status == 200)
                if sent.method != "HEAD" { #expect(response.text == sent.answer) }
            }
        }
    }

    private struct RandomRequest {
        let method: String
        let text: String
        let answer: String

        init(number: Int, using random: inout SeededRandom) {
            let body = (0..<Int.random(in: 0...50, using: &random)).map { _ in "abc\r\n0".randomElement(using: &random)
            }
            let content = String(body.compactMap(\.self))
            var fields = Bool.random(using: &random) ? ["x-stream: 1"] : []
            switch Int.random(in: 0..<4, using: &random) {
            case 0:
                method = "GET"
                text = request("GET", "/\(number)", fields: fields)
                answer = "GET /\(number) "
            case 1:
                method = "HEAD"
                text = request("HEAD", "/\(number)", fields: fields)
                answer = ""
            case 2:
                method = "POST"
                fields.append("transfer-encoding: chunked")
                let chunk = content.isEmpty ? "" : "\(String(content.utf8.count, radix: 16))\r\n\(content)\r\n"
                text = request("POST", "/\(number)", fields: fields) + chunk + "0\r\n\r\n"
                answer = "POST /\(number) \(content)"
            default:
                method = "PUT"
                text = request("PUT", "/\(number)", fields: fields, body: content)
                answer = "PUT /\(number) \(content)"
            }
        }
    }

    @Test(arguments: 0..<4 as Range<UInt64>)
    func `random bytes end their connection and nothing else`(seed: UInt64) async throws {
        try await withServer { server in
            var random = SeededRandom(seed: seed)
            let steady = try server.connect()
            for number in 0..<40 {
                let client = try server.connect()
                try? client.send(Self.damaged(using: &random))
                if Bool.random(using: &random) { client.finishSending() } else { client.reset() }
                try steady.send(request("GET", "/\(number)"))
                #expect(try steady.readResponse().text == "GET /\(number) ")
            }
        }
    }

    /// Noise, or valid requests with some bytes changed, removed or doubled.
    private static func damaged(using random: inout SeededRandom) -> [UInt8] {
        if Bool.random(using: &random) {
            return (0..<Int.random(in: 1...2000, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
        }
        let chunked = request("POST", "/c", fields: ["transfer-encoding: chunked"]) + "3\r\nabc\r\n0\r\n\r\n"
        var bytes = Array((request("POST", "/a", body: "hello") + chunked + request()).utf8)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let position = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: bytes[position] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes.remove(at: position)
            default: bytes.insert(bytes[position], at: position)
            }
        }
        return bytes
    }
}
