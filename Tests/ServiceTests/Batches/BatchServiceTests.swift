import TestSupport
import Testing
import Wire

/// What takes a day, or has to happen before a body is read. The rest is in the conformance suite.
struct BatchServiceTests {
    static let head = "content-type: multipart/form-data; boundary=X\r\n"

    static func upload(_ lines: String, over client: SocketClient) throws -> String {
        let disposition = "content-disposition: form-data; name="
        let body = """
            --X\r\n\(disposition)purpose\r\n\r\nbatch\r\n\
            --X\r\n\(disposition)file; filename=a\r\n\r\n\(lines)\r\n--X--\r\n
            """
        try client.send(
            "POST /v1/files HTTP/1.1\r\nhost: h\r\n\(head)content-length: \(body.utf8.count)\r\n\r\n\(body)")
        return try #require(JSONDocument.parse(client.readResponse().body).root["id"]?.string)
    }

    static func get(_ path: String, over client: SocketClient) throws -> ReceivedResponse {
        try client.send("GET \(path) HTTP/1.1\r\nhost: h\r\n\r\n")
        return try client.readResponse()
    }

    /// Until the batch has the status, for at most twenty seconds.
    static func wait(for status: String, of batch: String, over client: SocketClient) throws -> JSONValue {
        let end = ContinuousClock.now + .seconds(20)
        while true {
            let root = try JSONDocument.parse(get("/v1/batches/\(batch)", over: client).body).root
            if root["status"]?.string == status { return root }
            guard ContinuousClock.now < end else {
                throw SocketFailure("the batch is \(root["status"]?.string ?? "gone")")
            }
        }
    }

    @Test func `a batch that runs out of time says of each request that it was not made`() async throws {
        let clock = ManualClock()
        // It is midnight there.
        try await ServedHub.run("batch_window: \"12:00-13:00\"\n", clock: clock) { hub in
            let client = try hub.connect()
            let line = #"{"custom_id":"ID","method":"POST","url":"/v1/chat/completions","body":{"model":"sim-chat"}}"#
            let lines = ["one", "two"].map { line.replacing("ID", with: $0) }.joined(separator: "\n")
            let file = try Self.upload(lines, over: client)
            let wanted = #"{"input_file_id":"\#(file)","endpoint":"/v1/chat/completions","completion_window":"24h"}"#
            let made = try JSONDocument.parse(client.post("/v1/batches", Array(wanted.utf8)).body).root
            let id = try #require(made["id"]?.string)
            _ = try Self.wait(for: "in_progress", of: id, over: client)
            clock.advance(milliseconds: 86_400_000)
            let batch = try Self.wait(for: "expired", of: id, over: client)
            #expect(batch["request_counts"]?["failed"]?.int == 2)
            #expect(batch["output_file_id"]?.isNull == true)
            #expect(batch["expired_at"]?.int == batch["expires_at"]?.int)
            let errors = try Self.get("/v1/files/\(#require(batch["error_file_id"]?.string))/content", over: client)
            let told = try errors.text.split(separator: "\n").map { try JSONDocument.parse(String($0)).root }
            #expect(told.map { $0["custom_id"]?.string } == ["one", "two"])
            #expect(
                told.allSatisfy { $0["error"]?["code"]?.string == "batch_expired" && $0["response"]?.isNull == true })
        }
    }

    @Test(arguments: ["POST", "GET", "HEAD"], ["", head, head + "content-encoding: gzip\r\n"])
    func `a caller without a key is told so before a body is read`(method: String, fields: String) async throws {
        try await ServedHub.run("hub_admin_key: a-key-of-sixteen-characters\n", isLocked: true) { hub in
            let client = try hub.connect()
            try client.send("\(method) /v1/files HTTP/1.1\r\nhost: h\r\n\(fields)content-length: 50000000\r\n\r\n")
            // Until its end: the answer to HEAD has no body.
            let refused = String(decoding: try client.receiveToEnd(), as: UTF8.self)
            #expect(refused.hasPrefix("HTTP/1.1 401 "))
            #expect(refused.hasSuffix("\r\n\r\n") == (method == "HEAD"))
            #expect(refused.contains("missing_credential") == (method != "HEAD"))
        }
    }

    @Test(arguments: ["", head])
    func `a list of files is asked for without a body`(fields: String) async throws {
        try await ServedHub.run { hub in
            let client = try hub.connect()
            try client.send("GET /v1/files HTTP/1.1\r\nhost: h\r\n\(fields)content-length: 50000000\r\n\r\n")
            #expect(try client.readResponse().status == (fields.isEmpty ? 415 : 413))
        }
    }
}
