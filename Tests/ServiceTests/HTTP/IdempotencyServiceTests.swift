import HubCore
import Store
import Synchronization
import TestSupport
import Testing
import Wire

@testable import Service

/// `Idempotency-Key` over the service, with a provider that counts its calls.
struct IdempotencyServiceTests {
    private static let chat = "/v1/chat/completions"

    private static func body(_ text: String = "hi", more: String = "") -> [UInt8] {
        Array(#"{"model":"counted","messages":[{"role":"user","content":"\#(text)"}]\#(more)}"#.utf8)
    }

    private static func key(_ value: String) -> [(name: String, value: String)] { [("idempotency-key", value)] }

    @Test func `the same request again is given the first answer, at no cost and without a call`() async throws {
        let provider = try CountedProvider()
        defer { provider.stop() }
        try await ServedHub.run(provider.configuration) { hub in
            let client = try hub.connect()
            let first = try client.post(Self.chat, Self.body(), headers: Self.key("a"))
            let rows = hub.ledgerRows
            let again = try client.post(Self.chat, Self.body(), headers: Self.key("a"))
            #expect(first.status == 200)
            #expect(first["idempotency-replayed"] == nil)
            #expect(again.status == 200)
            #expect(again["idempotency-replayed"] == "true")
            #expect(again.body == first.body)
            for name in ["content-type", "x-hub-provider", "x-hub-model", "x-hub-route-reason", "x-hub-cache"] {
                #expect(again[name] == first[name])
            }
            #expect(first["x-hub-attempts"] == "1")
            #expect(again["x-hub-attempts"] == "0")
            #expect(again["x-hub-cost-usd"] == "0")
            #expect(again["x-request-id"] != first["x-request-id"])
            #expect(again["server-timing"] != nil)
            #expect(provider.callCount == 1)
            #expect(hub.ledgerRows == rows)
        }
    }

    @Test(arguments: [
        ("/v1/completions", #"{"model":"counted","messages":[{"role":"user","content":"hi"}]}"#),
        ("/v1/completions", #"{"model":"counted","prompt":"hi"}"#),
        ("/v1/messages", #"{"model":"counted","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}"#),
        ("/v1/responses", #"{"model":"counted","input":"hi"}"#),
        ("/v1/providers/counted/chat", #"{"model":"counted","messages":[{"role":"user","content":"hi"}]}"#),
        ("/v1beta/models/counted:generateContent", #"{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}"#),
        ("/model/counted/converse", #"{"messages":[{"role":"user","content":[{"text":"hi"}]}]}"#),
    ])
    func `every endpoint of completions takes the header`(path: String, body: String) async throws {
        let provider = try CountedProvider()
        defer { provider.stop() }
        try await ServedHub.run(provider.configuration) { hub in
            let client = try hub.connect()
            let first = try client.post(path, Array(body.utf8), headers: Self.key("a"))
            let again = try client.post(path, Array(body.utf8), headers: Self.key("a"))
            #expect(first.status == 200)
            #expect(again.body == first.body)
            #expect(again["idempotency-replayed"] == "true")
            #expect(provider.callCount == 1)
        }
    }

    @Test func `embeddings take the header`() async throws {
        try await ServedHub.run { hub in
            let client = try hub.connect()
            let body = Array(#"{"model":"sim-embed","input":"hi"}"#.utf8)
            let first = try client.post("/v1/embeddings", body, headers: Self.key("a"))
            let again = try client.post("/v1/embeddings", body, headers: Self.key("a"))
            #expect(first.status == 200)
            #expect(again.body == first.body)
            #expect(again["idempotency-replayed"] == "true")
        }
    }

    @Test func `a key that was used with another body is refused and names the header`() async throws {
        let provider = try CountedProvider()
        defer { provider.stop() }
        try await ServedHub.run(provider.configuration) { hub in
            let client = try hub.connect()
            _ = try client.post(Self.chat, Self.body(), headers: Self.key("a"))
            let other = try client.post(Self.chat, Self.body("other"), headers: Self.key("a"))
            #expect(other.status == 409)
            let error = try JSONDocument.parse(other.body).root["error"]
            #expect(error?["code"]?.string == "idempotency_conflict")
            #expect(error?["param"]?.string == "idempotency-key")
            #expect(other["x-should-retry"] == "false")
            #expect(other["idempotency-replayed"] == nil)
            #expect(try client.post(Self.chat, Self.body("other"), headers: Self.key("b")).status == 200)
            #expect(try client.post("/v1/completions", Self.body("other"), headers: Self.key("a")).status == 200)
        }
    }

    @Test func `a request that still runs is refused meanwhile, and its answer is kept when its client has left`()
        async throws
    {
        let provider = try CountedProvider(isHeld: true)
        defer { provider.stop() }
        try await ServedHub.run(provider.configuration) { hub in
            let (first, second) = (try hub.connect(), try hub.connect())
            try first.sendPost(Self.chat, Self.body(), headers: Self.key("a"))
            try provider.began.wait()
            let early = try second.post(Self.chat, Self.body(), headers: Self.key("a"))
            #expect(early.status == 409)
            #expect(early.text.contains("idempotency_conflict"))
            first.close()
            try hub.wait { $0.connections == 1 }
            provider.gate.open()
            var again = try second.post(Self.chat, Self.body(), headers: Self.key("a"))
            while again.status == 409 { again = try second.post(Self.chat, Self.body(), headers: Self.key("a")) }
            #expect(again.status == 200)
            #expect(again["idempotency-replayed"] == "true")
            #expect(provider.callCount == 1)
        }
    }

    @Test(arguments: [429, 500, 503])
    func `a failure that a retry may help is not kept`(status: Int) async throws {
        let provider = try CountedProvider(firstStatus: status)
        defer { provider.stop() }
        try await ServedHub.run("max_retries: 1\n" + provider.configuration) { hub in
            let client = try hub.connect()
            let failed = try client.post(Self.chat, Self.body(), headers: Self.key("a"))
            #expect(failed.status == 429 || failed.status >= 500)
            let again = try client.post(Self.chat, Self.body(), headers: Self.key("a"))
            #expect(again.status == 200)
            #expect(again["idempotency-replayed"] == nil)
            #expect(provider.callCount == 2)
        }
    }

    @Test func `a refusal that stays one is kept`() async throws {
        let provider = try CountedProvider(firstStatus: 400)
        defer { provider.stop() }
        try await ServedHub.run(provider.configuration) { hub in
            let client = try hub.connect()
            let refused = try client.post(Self.chat, Self.body(), headers: Self.key("a"))
            let again = try client.post(Self.chat, Self.body(), headers: Self.key("a"))
            #expect(refused.status == 400)
            #expect(again.status == 400)
            #expect(again.body == refused.body)
            #expect(again["idempotency-replayed"] == "true")
            #expect(again["x-should-retry"] == "false")
            #expect(provider.callCount == 1)
        }
    }

    @Test(arguments: [String(repeating: "k", count: 256), "k\u{e9}", ""], ["", #","stream":true"#])
    func `a key that cannot be one is refused and names the header`(key: String, more: String) async throws {
        try await ServedHub.run { hub in
            let client = try hub.connect()
            let refused = try client.post(Self.chat, Self.body(more: more), headers: Self.key(key))
            #expect(refused.status == 400)
            #expect(try JSONDocument.parse(refused.body).root["error"]?["param"]?.string == "idempotency-key")
        }
    }

    @Test func `a key of 255 characters is one, and two headers are not`() async throws {
        try await ServedHub.run { hub in
            let client = try hub.connect()
            let body = Array(#"{"model":"sim-chat","messages":[{"role":"user","content":"ECHO:hi"}]}"#.utf8)
            let key = Self.key(String(repeating: "k", count: 255))
            #expect(try client.post(Self.chat, body, headers: key).status == 200)
            #expect(try client.post(Self.chat, body, headers: key)["idempotency-replayed"] == "true")
            #expect(try client.post(Self.chat, body, headers: key + key).status == 400)
        }
    }

    @Test func `another header that is wrong is refused, before and after the answer is there`() async throws {
        try await ServedHub.run { hub in
            let client = try hub.connect()
            let body = Array(#"{"model":"sim-chat","messages":[{"role":"user","content":"ECHO:hi"}]}"#.utf8)
            let wrong = Self.key("a") + [("x-hub-timeout-ms", "0")]
            #expect(try client.post(Self.chat, body, headers: wrong).status == 400)
            #expect(try client.post(Self.chat, body, headers: Self.key("a")).status == 200)
            #expect(try client.post(Self.chat, body, headers: wrong).status == 400)
        }
    }

    @Test func `streams ignore the header`() async throws {
        try await ServedHub.run { hub in
            let client = try hub.connect()
            let stream = Array(
                #"{"model":"sim-chat","stream":true,"messages":[{"role":"user","content":"ECHO:hi"}]}"#.utf8)
            for _ in 0..<2 {
                let answer = try client.post(Self.chat, stream, headers: Self.key("a"))
                #expect(answer.status == 200)
                #expect(answer["idempotency-replayed"] == nil)
                #expect(answer.text.hasSuffix("data: [DONE]\n\n"))
            }
        }
    }

    @Test func `an answer from memory does not go past the header`() async throws {
        try await ServedHub.run(isCached: true) { hub in
            let client = try hub.connect()
            let body = Array(#"{"model":"sim-chat","messages":[{"role":"user","content":"ECHO:hi"}]}"#.utf8)
            for _ in 0..<2 { _ = try client.post(Self.chat, body) }
            #expect(try client.post(Self.chat, body)["x-hub-cache"] == "hit-l1")
            #expect(try client.post(Self.chat, body, headers: Self.key("a"))["idempotency-replayed"] == nil)
            #expect(try client.post(Self.chat, body, headers: Self.key("a"))["idempotency-replayed"] == "true")
        }
    }

    @Test func `each credential has keys of its own, and none is none`() async throws {
        let keys = "api_keys: [{id: ann, key: \(Self.ann)}, {id: bob, key: \(Self.bob)}]\n"
        try await ServedHub.run(keys, isLocked: true) { hub in
            let client = try hub.connect()
            let body = Array(#"{"model":"sim-chat","messages":[{"role":"user","content":"ECHO:hi"}]}"#.utf8)
            func ask(_ credential: String?) throws -> ReceivedResponse {
                let headers = credential.map { [("authorization", "Bearer \($0)")] } ?? []
                return try client.post(Self.chat, body, headers: headers + Self.key("a"))
            }
            #expect(try ask(Self.ann)["idempotency-replayed"] == nil)
            #expect(try ask(Self.bob)["idempotency-replayed"] == nil)
            #expect(try ask(Self.ann)["idempotency-replayed"] == "true")
            for _ in 0..<2 {
                let refused = try ask(nil)
                #expect(refused.status == 401)
                #expect(refused["idempotency-replayed"] == nil)
            }
        }
    }

    private static let ann = "hub_" + String(repeating: "a", count: 43)
    private static let bob = "hub_" + String(repeating: "b", count: 43)

    @Test func `the answer is there after a restart`() async throws {
        let provider = try CountedProvider()
        defer { provider.stop() }
        try await withTemporaryFolder { folder in
            var bodies: [[UInt8]] = []
            for _ in 0..<2 {
                try await ServedHub.run(provider.configuration, database: "sqlite:\(folder)/hub.db") { hub in
                    bodies.append(try hub.connect().post(Self.chat, Self.body(), headers: Self.key("a")).body)
                }
            }
            #expect(bodies[0] == bodies[1])
            #expect(provider.callCount == 1)
        }
    }

    @Test(.enabled(if: PostgresServer.isHere))
    func `of two replicas one makes the call and both have the answer`() async throws {
        let provider = try CountedProvider(isHeld: true)
        defer { provider.stop() }
        let database = try PostgresServer.shared.get().newDatabase()
        let configuration = provider.configuration + "encryption_key: \(Self.encryptionKey)\nledger_enabled: false\n"
        try await ServedHub.run(configuration, database: database) { one in
            try await ServedHub.run(configuration, database: database) { two in
                let (first, second) = (try one.connect(), try two.connect())
                try first.sendPost(Self.chat, Self.body(), headers: Self.key("a"))
                try provider.began.wait()
                #expect(try second.post(Self.chat, Self.body(), headers: Self.key("a")).status == 409)
                provider.gate.open()
                let answer = try first.readResponse()
                let again = try second.post(Self.chat, Self.body(), headers: Self.key("a"))
                #expect(again["idempotency-replayed"] == "true")
                #expect(again.body == answer.body)
                #expect(provider.callCount == 1)
            }
        }
    }

    private static let encryptionKey = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
}

extension ServedHub {
    /// Rows of the ledger so far, on their way or there.
    fileprivate var ledgerRows: UInt64? {
        state.storage.ledger.map { UInt64($0.counts.written) + UInt64($0.counts.pending) }
    }
}

/// A provider that counts the calls it is asked for, and answers the first one with a status, or when it is told to.
private final class CountedProvider: Sendable {
    let began = Gate()
    let gate = Gate()
    private let provider: ScriptedProvider

    init(firstStatus: Int = 200, isHeld: Bool = false) throws {
        let (began, gate) = (began, gate)
        let calls = Calls()
        self.calls = calls
        provider = try ScriptedProvider { request in
            // Health is asked for by GET.
            guard request.method == "POST" else { return .json("{}") }
            let number = calls.add()
            began.open()
            if isHeld { try? gate.wait() }
            if number == 1, firstStatus != 200 {
                return .json(#"{"error":{"message":"no","type":"x","code":null}}"#, status: firstStatus)
            }
            return .json(Self.whole)
        }
    }

    private let calls: Calls
    var callCount: Int { calls.count.withLock { $0 } }

    private final class Calls: Sendable {
        let count = Mutex(0)
        func add() -> Int {
            count.withLock { count in
                count += 1
                return count
            }
        }
    }

    func stop() { provider.stop() }

    var configuration: String {
        "providers: [{provider_id: counted, kind: compatible, config: {base_url: \"\(provider.baseURL)\", api_key: k, "
            + "models: [{id: counted}]}}]\n"
    }

    private static let whole =
        #"{"id":"a","object":"chat.completion","created":1,"model":"counted","choices":[{"index":0,"message":"#
        + #"{"role":"assistant","content":"answer"},"finish_reason":"stop"}],"#
        + #""usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#
}
