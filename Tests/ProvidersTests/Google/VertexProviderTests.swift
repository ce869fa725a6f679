import Dialects
import HTTPClient
import HubCore
import Providers
import Reactor
import Synchronization
import TestSupport
import Testing
import Wire

/// Google Cloud's script: gives tokens, and takes the last one that it gave.
private final class GoogleCloud: Sendable {
    private static let answer = ScriptedAnswer.json(
        #"{"candidates":[{"content":{"parts":[{"text":"hi"}],"role":"model"},"finishReason":"STOP","index":0}],"#
            + #""usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2,"totalTokenCount":5},"modelVersion":"g"}"#
    )
    private static let stream = ScriptedAnswer.events(
        #"data: {"candidates":[{"content":{"parts":[{"text":"hi"}]},"finishReason":"STOP","index":0}],"#
            + #""usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":2}}"# + "\r\n\r\n")
    private static let models = ScriptedAnswer.json(
        #"{"publisherModels":[{"name":"publishers/google/models/gemini-x"},"#
            + #"{"name":"publishers/google/models/gemini-embedding-001"},{"name":"publishers/google/models/veo"}]}"#)

    private let given = Mutex(0)
    private let refused: Mutex<[Int]>
    private let tokenAnswer: ScriptedAnswer?

    /// - Parameters:
    ///   - tokenAnswer: in place of tokens.
    ///   - refusing: the numbers of tokens that are not taken.
    init(tokenAnswer: ScriptedAnswer? = nil, refusing: [Int] = []) {
        self.tokenAnswer = tokenAnswer
        refused = Mutex(refusing)
    }

    func answer(_ request: ScriptedRequest) -> ScriptedAnswer {
        if request.target == "/token" {
            let number = given.withLock { given in
                given += 1
                return given
            }
            return tokenAnswer ?? .json(#"{"access_token":"token-\#(number)","expires_in":3600,"token_type":"Bearer"}"#)
        }
        let last = given.withLock { $0 }
        guard request.header("authorization") == "Bearer token-\(last)", !refused.withLock({ $0.contains(last) }) else {
            return .json(#"{"error":{"code":401,"message":"expired","status":"UNAUTHENTICATED"}}"#, status: 401)
        }
        if request.target.contains(":countTokens") { return .json(#"{"totalTokens":14}"#) }
        if request.method == "GET" { return Self.models }
        return request.target.contains(":stream") ? Self.stream : Self.answer
    }
}

@Suite(.enabled(if: OpenSSLTool.isHere, "needs the openssl command"))
struct VertexProviderTests {
    private let bench: Bench
    private let clock = ManualClock()

    init() throws {
        bench = try Bench()
    }

    private func run(
        _ cloud: GoogleCloud = GoogleCloud(), location: String = "europe-west4",
        _ body: (GoogleProvider, ScriptedProvider) async throws -> Void
    ) async throws {
        let server = try ScriptedProvider { cloud.answer($0) }
        defer { server.stop() }
        let account = try GoogleServiceAccount(json: Self.keyFile(tokenURL: server.rootURL + "/token"))
        let options = GoogleOptions(
            providerID: "google",
            vertex: VertexOptions(account: account, project: "my-project", location: location),
            baseURL: server.rootURL)
        try await body(try GoogleProvider(options, client: bench.client, clock: clock), server)
    }

    static func keyFile(tokenURL: String, quotaProject: String? = nil) throws -> String {
        var writer = JSONWriter(reserving: 4096)
        writer.beginObject()
        writer.member("type", "service_account")
        writer.member("project_id", "its-project")
        writer.member("private_key_id", "kid-1")
        writer.member("private_key", try OpenSSLTool.rsaKey.get())
        writer.member("client_email", "hub@its-project.iam.gserviceaccount.com")
        writer.member("token_uri", tokenURL)
        if let quotaProject { writer.member("quota_project_id", quotaProject) }
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func call(_ members: String = "", isStream: Bool = false) throws -> ProviderCall {
        try .test(members, model: "gemini-2.5-flash", isStream: isStream)
    }

    @Test func `batches are not made there, whatever is configured`() async throws {
        let account = try GoogleServiceAccount(json: Self.keyFile(tokenURL: "http://127.0.0.1:9/token"))
        var vertex = GoogleOptions(
            providerID: "google", vertex: VertexOptions(account: account, project: "p", location: "global"))
        vertex.takesBatches = true
        #expect(try !GoogleProvider(vertex, client: bench.client, clock: clock).takesBatches)
        var gemini = GoogleOptions(providerID: "google", baseURL: "http://127.0.0.1:9", apiKey: "key")
        gemini.takesBatches = true
        #expect(try GoogleProvider(gemini, client: bench.client, clock: clock).takesBatches)
    }

    @Test func `project and location are in the path, and a token in the header`() async throws {
        try await run { provider, server in
            let answer = try await provider.sendCompletion(try call(#","metadata":{"team":"a"}"#))
            #expect(answer.usage == TokenUsage(input: 3, output: 2))
            #expect(answer.droppedParameters.isEmpty)
            let request = try #require(server.requests.last)
            #expect(
                request.target == "/v1/projects/my-project/locations/europe-west4/publishers/google/models/"
                    + "gemini-2.5-flash:generateContent")
            #expect(request.header("authorization") == "Bearer token-1")
            #expect(request.header("x-goog-user-project") == nil)
            #expect(try JSONDocument.parse(request.body).root["labels"]?["team"]?.string == "a")
        }
    }

    @Test(arguments: [([], "paying"), ([("X-Goog-User-Project", "other")], "other")])
    func `a project for the quota is named where one is configured`(
        headers: [(name: String, value: String)], named: String
    ) async throws {
        let cloud = GoogleCloud()
        let server = try ScriptedProvider { cloud.answer($0) }
        defer { server.stop() }
        let account = try GoogleServiceAccount(
            json: Self.keyFile(tokenURL: server.rootURL + "/token", quotaProject: "paying"))
        var options = GoogleOptions(
            providerID: "google", vertex: VertexOptions(account: account, project: "p"), baseURL: server.rootURL)
        options.headers = headers
        _ = try await GoogleProvider(options, client: bench.client, clock: clock).sendCompletion(try call())
        #expect(server.requests.last?.header("x-goog-user-project") == named)
    }

    @Test(arguments: [("flex", ["serviceTier"]), ("standard", [])])
    func `a tier, which Vertex refuses, is left out of Gemini's own requests`(
        tier: String, dropped: [String]
    ) async throws {
        let body = #"{"contents":[{"parts":[{"text":"hi"}]}],"serviceTier":"\#(tier)"}"#
        let request = try GeminiRequest.parse(JSONDocument.parse(body).root, model: "x", isStream: false)
        try await run { provider, server in
            let answer = try await provider.sendCompletion(.test(request, model: "gemini-2.5-flash"))
            #expect(answer.droppedParameters == dropped)
            #expect(
                server.requests.last.map { String(decoding: $0.body, as: UTF8.self) }
                    == #"{"contents":[{"parts":[{"text":"hi"}]}]}"#)
        }
    }

    @Test func `a call waits for a token no longer than it may take itself`() async throws {
        var silence = ScriptedAnswer.json("{}")
        silence.ending = .silenceBeforeHead
        try await run(GoogleCloud(tokenAnswer: silence)) { provider, server in
            let call = try ProviderCall.test(
                model: "gemini-2.5-flash", deadlines: CallDeadlines(total: .milliseconds(30)))
            let failure = await Task(executorPreference: bench.reactors.reactors[0]) {
                await provider.failure(call)
            }.value
            #expect(failure?.code == .providerTimeout)
            // Not that of the fetch, which has a time of its own.
            #expect(failure?.message == "no token came within the time of the call")
            #expect(failure?.provider == "google")
            #expect(server.requests.allSatisfy { $0.target == "/token" })
        }
    }

    @Test func `the token is asked for with an assertion that the account's key signed`() async throws {
        try await run { provider, server in
            _ = try await provider.sendCompletion(try call())
            let form = String(decoding: try #require(server.requests.first).body, as: UTF8.self)
            let parts = form.split(separator: "&assertion=")
            try #require(parts.count == 2)
            #expect(parts[0] == "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer")
            let pieces = parts[1].split(separator: ".")
            try #require(pieces.count == 3)
            let claims = try JSONDocument.parse(try #require(Base64.decode(String(pieces[1]), .urlSafe))).root
            #expect(claims["iss"]?.string == "hub@its-project.iam.gserviceaccount.com")
            #expect(claims["scope"]?.string == "https://www.googleapis.com/auth/cloud-platform")
            #expect(claims["aud"]?.string == server.rootURL + "/token")
            #expect(claims["iat"]?.int == 1_767_225_601)
            #expect(claims["exp"]?.int == 1_767_229_201)
            #expect(
                try OpenSSLTool.verifies(
                    try #require(Base64.decode(String(pieces[2]), .urlSafe)),
                    of: Array("\(pieces[0]).\(pieces[1])".utf8),
                    key: try OpenSSLTool.rsaKey.get()))
        }
    }

    @Test func `a token is kept until shortly before its end`() async throws {
        try await run { provider, server in
            _ = try await provider.sendCompletion(try call())
            clock.advance(milliseconds: 3_359_000)
            _ = try await provider.stream(call(isStream: true))
            clock.advance(milliseconds: 1000)
            _ = try await provider.sendCompletion(try call())
            #expect(server.requests.map(\.target).filter { $0 == "/token" }.count == 2)
            #expect(server.requests.last?.header("authorization") == "Bearer token-2")
        }
    }

    @Test(arguments: [false, true])
    func `a token that is refused is replaced once and the call done again`(isStream: Bool) async throws {
        try await run(GoogleCloud(refusing: [1])) { provider, server in
            if isStream {
                let (received, failure) = try await provider.stream(call(isStream: true))
                #expect(failure == nil)
                #expect(received.chunks.count == 1)
            } else {
                #expect(try await provider.sendCompletion(try call()).usage != nil)
            }
            #expect(server.requests.count == 4)
        }
    }

    @Test func `a second refusal is the answer`() async throws {
        try await run(GoogleCloud(refusing: [1, 2])) { provider, server in
            let failure = try await provider.failure(call())
            #expect(failure?.code == .providerAuthentication)
            #expect(server.requests.count == 4)
        }
    }

    @Test(arguments: [
        (
            ScriptedAnswer.json(#"{"error":"invalid_grant","error_description":"key 123"}"#, status: 400),
            ErrorCode.providerAuthentication, "google: 127.0.0.1 refused the service account: invalid_grant"
        ),
        (.json("<html>", status: 503), .providerError, "google: 127.0.0.1 answered with status 503"),
        (
            .json(#"{"access_token":"a b","expires_in":9}"#), .providerBadResponse,
            "google: 127.0.0.1 answered with no token"
        ),
        (.json(#"{"access_token":"t"}"#), .providerBadResponse, "google: 127.0.0.1 answered with no token"),
    ])
    func `without a token no call is made`(answer: ScriptedAnswer, code: ErrorCode, message: String) async throws {
        try await run(GoogleCloud(tokenAnswer: answer)) { provider, server in
            let failure = try await provider.failure(call())
            #expect(failure?.code == code)
            #expect(failure?.message == message)
            #expect(server.requests.map(\.target) == ["/token"])
            let health = await provider.checkHealth()
            #expect(health.status == .unhealthy)
            #expect(health.reason == message)
        }
    }

    @Test func `health and models are asked for with a token, free of charge`() async throws {
        try await run { provider, server in
            #expect(await provider.checkHealth().status == .healthy)
            #expect(await provider.listModels().map(\.id) == ["gemini-x"])
            #expect(server.requests.last?.target == "/v1beta1/publishers/google/models?pageSize=300")
            #expect(provider.metadata().vendor == "vertex")
        }
    }

    @Test func `tokens are counted without the object that only the other service takes`() async throws {
        try await run { provider, server in
            #expect(try await provider.countTokens(try call(#","temperature":1,"service_tier":"flex""#)) == 14)
            let body = try JSONDocument.parse(try #require(server.requests.last).body).root
            #expect(body.members.map(\.key.string) == ["contents", "generationConfig"])
        }
    }

    @Test(arguments: [
        ("global", "https://aiplatform.googleapis.com"), ("us-east5", "https://us-east5-aiplatform.googleapis.com"),
    ])
    func `each location has its service`(location: String, url: String) throws {
        let account = try GoogleServiceAccount(json: Self.keyFile(tokenURL: "https://token.example/token"))
        #expect(VertexOptions(account: account, project: "p", location: location).baseURL == url)
    }
}
