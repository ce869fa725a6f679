import HTTPServer
import TestSupport
import Testing

/// What a client gets while the provider is silent: contract 1.8.
struct SilentStreamTests {
    private static let ping = ": ping\n\n"

    @Test(arguments: ["/v1/chat/completions", "/v1/completions"])
    func `a silent stream gets comments, between its events`(path: String) async throws {
        try await ServedHub.run(streamKeepAlive: .milliseconds(5)) { hub in
            let client = try hub.connect()
            let body = #"{"model":"sim-chat","stream":true,"messages":[{"role":"user","content":"hi"}]}"#
            let stall = (name: "x-hub-sim", value: "ttft_ms=0;tokens_per_second=0;fault=stall;fault_after=3")
            try client.sendPost(path, Array(body.utf8), headers: [stall])
            #expect(try client.readHead().status == 200)
            var received: [String] = []
            while received.suffix(2) != [Self.ping, Self.ping] {
                received.append(String(decoding: try #require(try client.readChunk()), as: UTF8.self))
            }
            let events = received.filter { $0 != Self.ping }
            #expect(!events.isEmpty && events.allSatisfy { $0.hasPrefix("data: {") && $0.hasSuffix("}\n\n") })
        }
    }

    @Test func `silence is 15 s where nothing else is said`() {
        #expect(HTTPServerConfiguration().streamKeepAlive == .seconds(15))
    }
}
