import Dialects
import HTTPClient
import HubCore
import Providers
import TestSupport
import Testing
import Wire

struct OpenAIFormProviderTests {
    private static let answer = ScriptedAnswer.json(
        #"{"id":"c","choices":[{"index":0,"message":{"content":"hi"},"finish_reason":"stop"}]}"#)
    private static let stream = ScriptedAnswer.events(
        """
        data: {"choices":[{"delta":{"content":"hi"}}]}

        data: {"choices":[{"delta":{},"finish_reason":"stop"}]}

        data: [DONE]


        """)
    private static let impatient = CallDeadlines(
        firstToken: .milliseconds(50), idle: .milliseconds(50), total: .milliseconds(100))

    private let bench: Bench

    init() throws {
        bench = try Bench()
    }

    private func provider(
        _ scripted: ScriptedProvider, configure: (inout OpenAIFormOptions) -> Void = { _ in }
    ) throws -> OpenAIFormProvider {
        var options = OpenAIFormOptions(
            providerID: "acme", kind: .compatible, baseURL: scripted.baseURL, apiKey: "key-1")
        configure(&options)
        return try OpenAIFormProvider(options, client: bench.client)
    }

    /// How calls fail at a server that answers so.
    private func failures(
        _ answer: ScriptedAnswer, deadlines: CallDeadlines = CallDeadlines()
    ) async throws -> (whole: HubError?, streamed: HubError?) {
        let scripted = try ScriptedProvider(answer: answer)
        defer { scripted.stop() }
        let provider = try provider(scripted)
        let whole = await provider.failure(try .test(model: "m", deadlines: deadlines))
        let streamed = await provider.stream(try .test(model: "m", isStream: true, deadlines: deadlines)).failure
        return (whole, streamed)
    }

    // MARK: Requests

    @Test func `a call has what the server needs`() async throws {
        let scripted = try ScriptedProvider(answer: Self.answer)
        defer { scripted.stop() }
        let provider = try provider(scripted) { $0.headers = [("OpenAI-Organization", "org-1"), ("x-title", "hub")] }
        let call = try ProviderCall.test(model: "vendor/m", passedHeaders: [("anthropic-beta", "1")])
        #expect(try await provider.sendCompletion(call).text == "hi")
        let request = try #require(scripted.requests.first)
        #expect(request.method == "POST")
        #expect(request.target == "/v1/chat/completions")
        #expect(request.header("authorization") == "Bearer key-1")
        #expect(request.header("openai-organization") == "org-1")
        #expect(request.header("x-title") == "hub")
        // Another vendor's.
        #expect(request.header("anthropic-beta") == nil)
        #expect(request.header("content-type") == "application/json")
        #expect(request.header("traceparent") == "00-00000000000000010000000000000002-0000000000000003-01")
        #expect(request.header("expect") == nil)
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"model":"vendor/m","messages":[{"role":"user","content":"hi"}]}"#)
    }

    @Test(arguments: [("api-key", "", "key-1"), ("X-Key", "Token", "Token key-1")])
    func `the key goes where the server wants it`(header: String, scheme: String, value: String) async throws {
        let scripted = try ScriptedProvider(answer: Self.answer)
        defer { scripted.stop() }
        let provider = try provider(scripted) { options in
            options.authenticationHeader = header
            options.authenticationScheme = scheme
            options.chatPath = "/chat?version=1"
        }
        _ = try await provider.sendCompletion(.test(model: "m"))
        #expect(scripted.requests.first?.header(header) == value)
        #expect(scripted.requests.first?.header("authorization") == nil)
        #expect(scripted.requests.first?.target == "/v1/chat?version=1")
    }

    @Test func `a server without a key gets none`() async throws {
        let scripted = try ScriptedProvider(answer: Self.answer)
        defer { scripted.stop() }
        _ = try await provider(scripted) { $0.apiKey = nil }.sendCompletion(.test(model: "m"))
        #expect(scripted.requests.first?.header("authorization") == nil)
    }

    @Test func `a connection is used again`() async throws {
        let scripted = try ScriptedProvider { $0.target.hasSuffix("models") ? .json("{}") : Self.answer }
        defer { scripted.stop() }
        let provider = try provider(scripted)
        for _ in 0..<3 { _ = try await provider.sendCompletion(.test(model: "m")) }
        #expect(scripted.requests.count == 3)
        #expect(scripted.connectionCount == 1)
    }

    @Test func `a missing key is told`() throws {
        let scripted = try ScriptedProvider(answer: Self.answer)
        defer { scripted.stop() }
        let provider = try provider(scripted) { $0.missingKey = "set ACME_API_KEY" }
        #expect {
            try provider.validateConfiguration()
        } throws: { error in
            (error as? HubError)?.code == .providerNotConfigured
                && (error as? HubError)?.message.contains("ACME_API_KEY") == true
        }
    }

    @Test(arguments: ["ftp://a/v1", "not a url", "http://user:pass@127.0.0.1/v1"])
    func `a base URL that cannot be used is refused`(url: String) {
        #expect(throws: HubError.self) {
            try OpenAIFormProvider(
                OpenAIFormOptions(providerID: "acme", kind: .compatible, baseURL: url), client: bench.client)
        }
    }

    // MARK: Answers

    @Test func `a stream is read as it comes`() async throws {
        let scripted = try ScriptedProvider(answer: Self.stream)
        defer { scripted.stop() }
        let (received, failure) = try await provider(scripted).stream(.test(model: "m", isStream: true))
        #expect(failure == nil)
        #expect(received.text == "hi")
        #expect(received.flow != nil)
    }

    @Test(
        arguments: [
            ([("retry-after", "7")], 7), ([("retry-after", "1.2")], 2), ([("retry-after-ms", "1500")], 2),
            ([("retry-after-ms", "20"), ("retry-after", "9")], 1), ([("retry-after", "-1")], nil),
            ([("retry-after", "Wed, 21 Oct 2015 07:28:00 GMT")], 0), ([("retry-after", "999999999")], nil),
            ([("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT"), ("date", "Wed, 21 Oct 2026 07:27:18 GMT")], 42),
            ([("retry-after-ms", "x"), ("retry-after", "3")], 3), ([], nil),
        ] as [([(String, String)], Int?)])
    func `the time to wait is read from the headers`(headers: [(String, String)], seconds: Int?) async throws {
        let answer = ScriptedAnswer(status: 429, headers: headers.map { ($0.0, $0.1) }, body: Array("{}".utf8))
        let (whole, streamed) = try await failures(answer)
        for failure in [whole, streamed] {
            #expect(failure?.code == .providerRateLimited)
            #expect(failure?.retryAfter == seconds)
        }
    }

    // MARK: Text completions

    private static func textCall(_ members: String = "", isStream: Bool = false) throws -> ProviderCall {
        let stream = isStream ? #","stream":true"# : ""
        let call = try ProviderCall.test(model: "m", isStream: isStream)
        let body = #"{"model":"x","prompt":"Once","logprobs":1,"suffix":"end"\#(members)\#(stream)}"#
        return ProviderCall(
            request: try TextCompletionRequest.parse(JSONDocument.parse(body).root), model: "m", attempt: 1,
            attemptID: call.attemptID, trace: call.trace, deadlines: call.deadlines)
    }

    @Test func `a text completion goes where the server takes it`() async throws {
        let scripted = try ScriptedProvider(
            answer: .json(
                #"{"id":"c","choices":[{"index":0,"text":" upon","logprobs":{"tokens":[" upon"]},"finish_reason":"stop"}]}"#
            ))
        defer { scripted.stop() }
        let provider = try provider(scripted) { $0.completionsPath = "/completions" }
        #expect(provider.takesTextCompletions(model: "m"))
        let response = try await provider.sendCompletion(Self.textCall())
        #expect(response.body["choices"]?[index: 0]?["text"]?.string == " upon")
        #expect(scripted.requests.first?.target == "/v1/completions")
        #expect(
            scripted.requests.first.map { String(decoding: $0.body, as: UTF8.self) }
                == #"{"model":"m","prompt":"Once","logprobs":1,"suffix":"end"}"#)
    }

    @Test func `a streamed text completion carries its text`() async throws {
        let scripted = try ScriptedProvider(
            answer: .events(
                """
                data: {"choices":[{"index":0,"text":" upon","finish_reason":null}]}

                data: {"choices":[{"index":0,"text":"","finish_reason":"length"}],"usage":null}

                data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}}

                data: [DONE]


                """))
        defer { scripted.stop() }
        let provider = try provider(scripted) { $0.completionsPath = "/completions" }
        let (received, failure) = await provider.stream(try Self.textCall(isStream: true))
        #expect(failure == nil)
        #expect(received.chunks.map(\.hasPayload) == [true, false, false])
        #expect(received.chunks.last?.usage?.total == 2)
        #expect(scripted.requests.first?.body.isEmpty == false)
        let sent = scripted.requests.first.map { String(decoding: $0.body, as: UTF8.self) } ?? ""
        #expect(sent.contains(#""stream_options":{"include_usage":true}"#))
    }

    @Test func `only the models that are told take text`() throws {
        let scripted = try ScriptedProvider(answer: Self.answer)
        defer { scripted.stop() }
        let provider = try provider(scripted) { options in
            options.completionsPath = "/completions"
            options.textModelPrefixes = OpenAIFormOptions.openAITextModelPrefixes
        }
        #expect(provider.takesTextCompletions(model: "gpt-3.5-turbo-instruct-0914"))
        #expect(provider.takesTextCompletions(model: "ft:babbage-002:acme"))
        #expect(!provider.takesTextCompletions(model: "gpt-4o"))
    }

    @Test func `a server without text completions says so`() async throws {
        let scripted = try ScriptedProvider(answer: Self.answer)
        defer { scripted.stop() }
        let provider = try provider(scripted)
        #expect(!provider.takesTextCompletions(model: "m"))
        let failure = await provider.failure(try Self.textCall())
        #expect(failure?.code == .unsupportedParameter)
        #expect(scripted.requests.isEmpty)
    }

    // MARK: Failures

    private static func answer(_ ending: ScriptedAnswer.Ending, streamed: Bool = false) -> ScriptedAnswer {
        var answer = streamed ? stream : answer
        answer.ending = ending
        return answer
    }

    @Test func `silence before the head is a timeout`() async throws {
        let (whole, streamed) = try await failures(Self.answer(.silenceBeforeHead), deadlines: Self.impatient)
        #expect(whole?.code == .providerTimeout)
        #expect(streamed?.code == .providerTimeout)
    }

    @Test func `silence in the middle of a stream is a timeout of the stream`() async throws {
        let (_, streamed) = try await failures(
            Self.answer(.silence(at: 50), streamed: true), deadlines: Self.impatient)
        #expect(streamed?.code == .streamTimeout)
    }

    @Test(arguments: [ScriptedAnswer.Ending.closeBeforeHead, .resetBeforeHead])
    func `a connection that ends before the head is unreachable`(ending: ScriptedAnswer.Ending) async throws {
        let (whole, streamed) = try await failures(Self.answer(ending))
        #expect(whole?.code == .providerUnreachable)
        #expect(streamed?.code == .providerUnreachable)
        #expect(whole?.isUnsent == false && streamed?.isUnsent == false)
    }

    @Test(arguments: [ScriptedAnswer.Ending.close(at: 60), .reset(at: 60)])
    func `a stream that is cut is interrupted`(ending: ScriptedAnswer.Ending) async throws {
        let (_, streamed) = try await failures(Self.answer(ending, streamed: true))
        #expect(streamed?.code == .streamInterrupted)
    }

    @Test func `a stream that ends without its end is interrupted, however it was framed`() async throws {
        var answer = Self.stream
        answer.body = Array(answer.body.prefix(60))
        for framing in [ScriptedAnswer.Framing.chunked, .length, .untilClose] {
            answer.framing = framing
            let (_, streamed) = try await failures(answer)
            #expect(streamed?.code == .streamInterrupted)
        }
    }

    @Test(arguments: [ScriptedAnswer.Ending.close(at: 20), .reset(at: 20)])
    func `a whole answer that is cut is a bad one, not to be asked for again`(
        ending: ScriptedAnswer.Ending
    ) async throws {
        let (whole, _) = try await failures(Self.answer(ending))
        #expect(whole?.code == .providerBadResponse)
        #expect(whole?.status == 502)
        #expect(whole?.isRetryable == false)
    }

    @Test func `a refusal that is cut is known by its status`() async throws {
        var answer = ScriptedAnswer.json(#"{"error":{"message":"slow down"}}"#, status: 429)
        answer.ending = .close(at: 10)
        let (whole, streamed) = try await failures(answer)
        #expect(whole?.code == .providerRateLimited)
        #expect(streamed?.code == .providerRateLimited)
    }

    @Test(
        arguments: [
            ("text/html", "<html>hello</html>", ErrorCode.providerBadResponse, ErrorCode.streamInterrupted),
            ("application/json", "{}", .providerBadResponse, .providerBadResponse),
            ("application/json", #"{"choices":[]}"#, nil, .providerBadResponse),
            ("application/json", #"{"error":{"message":"m","code":429}}"#, .providerRateLimited, .providerRateLimited),
        ] as [(String, String, ErrorCode?, ErrorCode)])
    func `an answer of another type is not taken for a stream`(
        type: String, body: String, whole: ErrorCode?, streamed: ErrorCode
    ) async throws {
        let answer = ScriptedAnswer(headers: [("content-type", type)], body: Array(body.utf8))
        let failures = try await failures(answer)
        #expect(failures.whole?.code == whole)
        #expect(failures.streamed?.code == streamed)
    }

    @Test func `an answer that is too large is refused`() async throws {
        let body = [UInt8](repeating: UInt8(ascii: " "), count: 33 << 20)
        let (whole, _) = try await failures(ScriptedAnswer(body: body, framing: .chunked))
        #expect(whole?.code == .providerBadResponse)
        #expect(whole?.message.contains("larger than") == true)
    }

    @Test func `an event that is too large is refused`() async throws {
        let body = Array("data: ".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 5 << 20)
        let answer = ScriptedAnswer(headers: [("content-type", "text/event-stream")], body: body, framing: .chunked)
        let (_, streamed) = try await failures(answer)
        #expect(streamed?.code == .streamInterrupted)
    }

    @Test func `a provider whose connections are all in use is overloaded, and not ill`() async throws {
        let scripted = try ScriptedProvider { request in
            request.target.hasSuffix("models") ? .json("{}") : Self.answer(.silenceBeforeHead)
        }
        defer { scripted.stop() }
        let provider = try provider(scripted) { options in
            options.maximumConnections = 1
            options.connectionPatience = .milliseconds(20)
        }
        let call = try ProviderCall.test(model: "m", deadlines: CallDeadlines(total: .seconds(20)))
        let hanging = Task { await provider.failure(call) }
        for await event in scripted.events {
            if case .received = event { break }
        }
        let failure = await provider.failure(call)
        #expect(failure?.code == .overloaded)
        #expect(failure?.provider == "acme")
        #expect(failure?.isRetryable == true)
        #expect(await provider.checkHealth().status == .healthy)
        hanging.cancel()
        _ = await hanging.value
    }

    @Test func `a server that is not there is unreachable`() async throws {
        let scripted = try ScriptedProvider(answer: Self.answer)
        let provider = try provider(scripted)
        scripted.stop()
        let failure = await provider.failure(try .test(model: "m"))
        #expect(failure?.code == .providerUnreachable)
        #expect(failure?.isUnsent == true)
        #expect(await provider.checkHealth().status == .unhealthy)
    }

    // MARK: Cancellation

    @Test(arguments: [false, true])
    func `a cancelled call closes its connection`(isStream: Bool) async throws {
        let scripted = try ScriptedProvider(answer: Self.answer(.silence(at: 10), streamed: isStream))
        defer { scripted.stop() }
        let provider = try provider(scripted)
        let call = try ProviderCall.test(model: "m", isStream: isStream)
        let task = Task {
            isStream ? await provider.stream(call).failure?.code : await provider.failure(call)?.code
        }
        for await event in scripted.events {
            if case .received = event { task.cancel() }
            if case .closedByClient = event { break }
        }
        #expect(await task.value == .aborted)
        #expect(scripted.requests.count == 1)
    }

    // MARK: Models

    @Test func `models are those the server lists`() async throws {
        let scripted = try ScriptedProvider { request in
            request.target == "/v1/models"
                ? .json(#"{"data":[{"id":"a"},{"object":"model"},{"id":"b"}]}"#) : Self.answer
        }
        defer { scripted.stop() }
        let provider = try provider(scripted)
        #expect(await provider.listModels().map(\.id) == ["a", "b"])
        #expect(await provider.checkHealth().status == .healthy)
    }

    @Test(arguments: [(500, ProviderHealth.Status.unhealthy), (401, .healthy), (404, .healthy)])
    func `any answer but a server error is a sign of life`(status: Int, health: ProviderHealth.Status) async throws {
        let scripted = try ScriptedProvider(answer: .json("{}", status: status))
        defer { scripted.stop() }
        #expect(try await provider(scripted).checkHealth().status == health)
    }
}
