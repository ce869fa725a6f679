import TestSupport
import Testing
import Wire

/// Request bodies in gzip: contract 1.8.
struct CompressedBodyTests {
    static let path = "/v1/chat/completions"

    static func question(_ text: String) -> [UInt8] {
        Array(#"{"model":"sim-chat;ttft_ms=0","messages":[{"role":"user","content":"\#(text)"}]}"#.utf8)
    }

    static func answer(_ response: ReceivedResponse) throws -> String? {
        let choices = try JSONDocument.parse(response.body).root["choices"]?.elements
        return choices?.first { _ in true }?["message"]?["content"]?.string
    }

    @Test(arguments: ["gzip", "GZIP", "x-gzip", "identity, gzip"])
    func `a compressed body is read`(coding: String) async throws {
        try await ServedHub.run { hub in
            let client = try hub.connect()
            let body = Gzip.compress(Self.question("ECHO:hello"))
            let response = try client.post(Self.path, body, headers: [("content-encoding", coding)])
            #expect(response.status == 200)
            #expect(try Self.answer(response) == "hello")
        }
    }

    @Test func `a large compressed body is read too`() async throws {
        try await ServedHub.run { hub in
            let client = try hub.connect()
            let text = String(repeating: "word ", count: 400_000)
            let body = Gzip.compress(Self.question("\(text)ECHO:seen"))
            let response = try client.post(Self.path, body, headers: [("content-encoding", "gzip")])
            #expect(response.status == 200)
            #expect(response.text.contains("chat.completion"))
        }
    }

    @Test(arguments: [100_000, 2_000_000])
    func `a body that grows over the limit is 413 and the connection goes on`(limit: Int) async throws {
        try await ServedHub.run("max_body_bytes: \(limit)\n") { hub in
            let client = try hub.connect()
            let bomb = Gzip.compress([UInt8](repeating: 0x20, count: 20_000_000))
            let refused = try client.post(Self.path, bomb, headers: [("content-encoding", "gzip")])
            #expect(refused.status == 413)
            #expect(refused.text.contains("payload_too_large"))
            let next = try client.post(Self.path, Self.question("ECHO:on"))
            #expect(try Self.answer(next) == "on")
        }
    }

    @Test(arguments: [Array("{}".utf8), Gzip.compress(question("cut")).dropLast(9)])
    func `a damaged body is 400 and the connection goes on`(body: [UInt8]) async throws {
        try await ServedHub.run { hub in
            let client = try hub.connect()
            let refused = try client.post(Self.path, body, headers: [("content-encoding", "gzip")])
            #expect(refused.status == 400)
            let error = try JSONDocument.parse(refused.body).root["error"]
            #expect(error?["code"]?.string == "invalid_request")
            #expect(error?["param"]?.string == "content-encoding")
            #expect(try client.post(Self.path, Self.question("ECHO:on")).status == 200)
        }
    }

    @Test(arguments: ["br", "deflate", "zstd", "gzip, gzip", "gzip, br", "gzip x", "gzi"])
    func `another coding is 415 and says which are known`(coding: String) async throws {
        try await ServedHub.run { hub in
            let client = try hub.connect()
            let body = Gzip.compress(Self.question("hello"))
            let refused = try client.post(Self.path, body, headers: [("content-encoding", coding)])
            #expect(refused.status == 415)
            #expect(refused["accept-encoding"] == "gzip")
            #expect(refused.text.contains("unsupported_media_type"))
        }
    }

    @Test func `codings in two fields count as two`() async throws {
        try await ServedHub.run { hub in
            let client = try hub.connect()
            let headers = [("content-encoding", "gzip"), ("content-encoding", "gzip")]
            #expect(try client.post(Self.path, Self.question("hello"), headers: headers).status == 415)
        }
    }

    @Test func `an empty body is refused as JSON whatever its coding`() async throws {
        try await ServedHub.run { hub in
            let client = try hub.connect()
            let response = try client.post(Self.path, [], headers: [("content-encoding", "gzip")])
            #expect(response.status == 400)
            #expect(response.text.contains("invalid_json"))
        }
    }
}
