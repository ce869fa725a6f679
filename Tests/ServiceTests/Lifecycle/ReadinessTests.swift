import TestSupport
import Testing
import Wire

@testable import Service

struct ReadinessTests {
    @Test(arguments: ["/health/ready", "/ready"])
    func `a hub that goes away is alive but not ready, and says why`(path: String) async throws {
        try await ServedHub.run { hub in
            let client = try hub.connect()
            func get(_ path: String) throws -> ReceivedResponse {
                try client.send("GET \(path) HTTP/1.1\r\nhost: hub\r\n\r\n")
                return try client.readResponse()
            }
            let before = try get(path)
            #expect(before.status == 200)
            #expect(try JSONDocument.parse(before.body).root["ready"]?.bool == true)
            hub.state.beginDraining()
            let after = try get(path)
            #expect(after.status == 503)
            #expect(after.text == #"{"ready":false,"reason":"draining"}"#)
            #expect(try get("/health/live").status == 200)
        }
    }

    @Test func `a hub that goes away takes no new completions`() async throws {
        try await ServedHub.run { hub in
            let client = try hub.connect()
            hub.state.beginDraining()
            let body = Array(#"{"model":"sim-chat","messages":[{"role":"user","content":"ECHO:hi"}]}"#.utf8)
            let refused = try client.post("/v1/chat/completions", body)
            #expect(refused.status == 503)
            #expect(refused["retry-after"] != nil)
            #expect(try JSONDocument.parse(refused.body).root["error"]?["code"]?.string == "not_ready")
        }
    }
}
