import Crypto
import Dialects
import HTTPClient
import HubCore
import Providers
import Reactor
import TestSupport
import Testing
import Wire

struct BedrockProviderTests {
    private let bench: Bench
    private let clock = ManualClock()
    private static let model = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
    private static let credentials = AWSCredentials(accessKeyID: "AKID", secretAccessKey: "s", sessionToken: "t")

    init() throws {
        bench = try Bench()
    }

    private func run(
        _ authorization: BedrockOptions.Authorization = .signature(.fixed(credentials)),
        cloud: AWSCloud = AWSCloud(), _ body: (BedrockProvider, ScriptedProvider) async throws -> Void
    ) async throws {
        let server = try ScriptedProvider { cloud.answer($0) }
        defer { server.stop() }
        var options = BedrockOptions(providerID: "bedrock", region: "eu-west-1", authorization: authorization)
        options.baseURL = server.rootURL
        try await body(try BedrockProvider(options, client: bench.client, clock: clock), server)
    }

    private func call(_ members: String = "", model: String = model, isStream: Bool = false) throws -> ProviderCall {
        try .test(members, model: model, isStream: isStream)
    }

    @Test(arguments: [
        (model, "/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse"),
        (
            "arn:aws:bedrock:us-east-1:1:inference-profile/us.a",
            "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fus.a/converse"
        ),
    ])
    func `what is sent is what is signed, whatever the model's name holds`(model: String, path: String) async throws {
        try await run { provider, server in
            let answer = try await provider.sendCompletion(try call(model: model))
            #expect(answer.usage == TokenUsage(input: 3, output: 2))
            let request = try #require(server.requests.last)
            #expect(request.target == path)
            #expect(isSigned(request, by: Self.credentials, region: "eu-west-1"))
        }
    }

    @Test func `a stream is signed, too`() async throws {
        try await run { provider, server in
            let (received, failure) = try await provider.stream(call(isStream: true))
            #expect(failure == nil)
            #expect(received.chunks.count == 4)
            #expect(received.chunks.last?.usage == TokenUsage(input: 3, output: 2))
            let request = try #require(server.requests.last)
            #expect(request.target.hasSuffix("/converse-stream"))
            #expect(isSigned(request, by: Self.credentials, region: "eu-west-1"))
        }
    }

    @Test func `an API key is a bearer token, and nothing is signed`() async throws {
        try await run(.key("ABSK-1")) { provider, server in
            _ = try await provider.sendCompletion(try call())
            let request = try #require(server.requests.last)
            #expect(request.header("authorization") == "Bearer ABSK-1")
            #expect(request.header("x-amz-date") == nil)
        }
    }

    @Test(arguments: ["..", "."])
    func `a model of dots leads nowhere else`(model: String) async throws {
        try await run { provider, server in
            let failure = await provider.failure(try call(model: model))
            #expect(failure?.code == .modelNotFound)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `what Converse cannot carry is named, or refused where it must not be lost`() async throws {
        try await run { provider, _ in
            let answer = try await provider.sendCompletion(try call(#","seed":1"#))
            #expect(answer.droppedParameters == ["seed"])
            let failure = await provider.failure(try call(#","tools":[{"type":"custom","custom":{"name":"c"}}]"#))
            #expect(failure?.code == .unsupportedParameter)
        }
    }

    @Test func `tokens are counted by a call of their own`() async throws {
        try await run { provider, server in
            #expect(try await provider.countTokens(try call(#","max_tokens":9"#)) == 14)
            let request = try #require(server.requests.last)
            let body = try JSONDocument.parse(request.body).root["input"]?["converse"]
            #expect(body?.members.map { $0.key.string } == ["messages"])
        }
    }

    @Test(arguments: [
        (400, "The provided model doesn't support counting tokens."),
        (400, "The provided model identifier is invalid."),
        (404, "no such model"),
    ])
    func `a count that Bedrock refuses is left to the hub's estimate`(status: Int, message: String) async throws {
        let refusal = ScriptedAnswer.json(#"{"message":"\#(message)"}"#, status: status)
        try await run(cloud: AWSCloud(instead: ["/count-tokens": refusal])) { provider, _ in
            let count = try await provider.countTokens(try call())
            #expect(count == nil)
        }
    }

    @Test(arguments: [(403, ErrorCode.providerAuthentication), (429, .providerRateLimited), (500, .providerError)])
    func `a count that fails for another reason is a failure`(status: Int, code: ErrorCode) async throws {
        let refusal = ScriptedAnswer.json(#"{"message":"no"}"#, status: status)
        try await run(cloud: AWSCloud(instead: ["/count-tokens": refusal])) { provider, _ in
            let failure = await #expect(throws: HubError.self) { try await provider.countTokens(try call()) }
            #expect(failure?.code == code)
        }
    }

    @Test func `health and the list of models cost nothing`() async throws {
        try await run { provider, server in
            #expect(await provider.checkHealth().status == .healthy)
            #expect(await provider.listModels().map(\.id) == ["a", "us.b"])
            #expect(server.requests.allSatisfy { $0.method == "GET" })
            #expect(server.requests.allSatisfy { isSigned($0, by: Self.credentials, region: "eu-west-1") })
        }
    }

    // MARK: Temporary credentials

    private func temporary(_ number: Int) -> AWSCredentials {
        AWSCredentials(accessKeyID: "ASIA\(number)", secretAccessKey: "s", sessionToken: "token-\(number)")
    }

    /// The container's and the machine's, at a scripted server.
    private func runTemporary(
        isContainer: Bool, _ cloud: AWSCloud, _ body: (BedrockProvider, ScriptedProvider) async throws -> Void
    ) async throws {
        let server = try ScriptedProvider { cloud.answer($0) }
        defer { server.stop() }
        let container = try #require(
            AWSContainerEndpoint(fullURL: server.rootURL + "/container", tokenFile: "/run/token"))
        var options = BedrockOptions(
            providerID: "bedrock", region: "eu-west-1",
            authorization: .signature(isContainer ? .container(container) : .instance))
        options.baseURL = server.rootURL
        options.instanceURL = server.rootURL
        options.readFile = { $0 == "/run/token" ? Array("secret\n".utf8) : nil }
        try await body(try BedrockProvider(options, client: bench.client, clock: clock), server)
    }

    private func fetches(_ server: ScriptedProvider) -> Int {
        server.requests.filter { $0.target == "/container" || $0.target.hasSuffix("/my-role") }.count
    }

    @Test(arguments: [true, false])
    func `a role's credentials are fetched once, and again before their end`(isContainer: Bool) async throws {
        try await runTemporary(isContainer: isContainer, AWSCloud()) { provider, server in
            _ = try await provider.sendCompletion(try call())
            clock.advance(milliseconds: 3_000_000)
            _ = try await provider.sendCompletion(try call())
            #expect(fetches(server) == 1)
            #expect(isSigned(try #require(server.requests.last), by: temporary(1), region: "eu-west-1"))
            clock.advance(milliseconds: 400_000)
            _ = try await provider.sendCompletion(try call())
            #expect(fetches(server) == 2)
        }
    }

    @Test(arguments: [false, true])
    func `credentials that AWS refuses are replaced once and the call done again`(isStream: Bool) async throws {
        try await runTemporary(isContainer: true, AWSCloud(refusing: [1])) { provider, server in
            if isStream {
                let (received, failure) = try await provider.stream(call(isStream: true))
                #expect(failure == nil)
                #expect(received.chunks.count == 4)
            } else {
                _ = try await provider.sendCompletion(try call())
            }
            #expect(isSigned(try #require(server.requests.last), by: temporary(2), region: "eu-west-1"))
        }
    }

    @Test func `a call whose credentials are refused twice fails`() async throws {
        try await runTemporary(isContainer: true, AWSCloud(refusing: [1, 2])) { provider, server in
            let failure = await provider.failure(try call())
            #expect(failure?.code == .providerAuthentication)
            #expect(fetches(server) == 2)
        }
    }

    @Test func `a stream that began is not repeated for expired credentials`() async throws {
        let cloud = AWSCloud(instead: ["/converse-stream": .frames(AWSCloud.expiringStream)])
        try await runTemporary(isContainer: true, cloud) { provider, server in
            let (received, failure) = try await provider.stream(call(isStream: true))
            #expect(failure?.code == .providerAuthentication)
            #expect(received.chunks.count == 2)
            #expect(fetches(server) == 1)
        }
    }

    @Test(arguments: [
        (429, ErrorCode.providerError), (500, .providerError), (503, .providerError), (404, .providerNotConfigured),
        (401, .providerNotConfigured),
    ])
    func `a source of credentials that is busy may be asked again`(status: Int, code: ErrorCode) async throws {
        for isContainer in [true, false] {
            let answer = ScriptedAnswer.json("{}", status: status)
            let cloud = AWSCloud(instead: ["/container": answer, "/latest/api/token": answer])
            try await runTemporary(isContainer: isContainer, cloud) { provider, _ in
                let failure = await provider.failure(try call())
                #expect(failure?.code == code)
                #expect(failure?.provider == "bedrock")
            }
        }
    }

    @Test func `a source of credentials that hangs up may be asked again`() async throws {
        var silence = ScriptedAnswer.json("{}")
        silence.ending = .closeBeforeHead
        try await runTemporary(isContainer: true, AWSCloud(instead: ["/container": silence])) { provider, _ in
            let failure = await provider.failure(try call())
            #expect(failure?.code == .providerUnreachable)
            #expect(failure?.message.hasPrefix("bedrock: no AWS credentials: ") == true)
        }
    }

    @Test func `the wait for credentials takes no longer than the call may`() async throws {
        var silence = ScriptedAnswer.json("{}")
        silence.ending = .silenceBeforeHead
        try await runTemporary(isContainer: true, AWSCloud(instead: ["/container": silence])) { provider, server in
            let call = try ProviderCall.test(
                model: Self.model, deadlines: CallDeadlines(total: .milliseconds(30)))
            let failure = await Task(executorPreference: bench.reactors.reactors[0]) {
                await provider.failure(call)
            }.value
            #expect(failure?.code == .providerTimeout)
            #expect(failure?.message == "no token came within the time of the call")
            #expect(failure?.provider == "bedrock")
            #expect(server.requests.allSatisfy { $0.target == "/container" })
        }
    }

    @Test func `without credentials the call says so`() async throws {
        try await run(.signature(.instance)) { _, server in
            var options = BedrockOptions(
                providerID: "bedrock", region: "eu-west-1", authorization: .signature(.instance))
            options.baseURL = server.rootURL
            options.instanceURL = server.rootURL + "/nowhere"
            let provider = try BedrockProvider(options, client: bench.client, clock: clock)
            let failure = await provider.failure(try call())
            #expect(failure?.code == .providerNotConfigured || failure?.code == .providerBadResponse)
            #expect(failure?.message.hasPrefix("bedrock: ") == true)
        }
    }

    @Test(arguments: [
        ("http://169.254.170.2/x", true), ("http://169.254.170.23:80/x", true), ("http://[fd00:ec2::23]/x", true),
        ("http://localhost:9/x", true), ("https://creds.example/x", true), ("http://creds.example/x", false),
        ("http://169.254.169.254/x", false), ("http://localhost@evil.example/x", false), ("ftp://localhost/x", false),
    ])
    func `credentials come from this machine or over TLS`(url: String, isTaken: Bool) {
        #expect((AWSContainerEndpoint(fullURL: url) != nil) == isTaken)
    }
}
