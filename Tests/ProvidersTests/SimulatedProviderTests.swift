import Dialects
import HubCore
import Providers
import Reactor
import Testing
import Wire

struct SimulatedProviderTests {
    private let bench: Bench
    private let provider: SimulatedProvider
    /// Without delays.
    private static let fast = "ttft_ms=0;tokens_per_second=0"
    private static let impatient = CallDeadlines(
        firstToken: .milliseconds(20), idle: .milliseconds(20), total: .milliseconds(40))

    init() throws {
        bench = try Bench()
        provider = SimulatedProvider(reactors: bench.reactors)
    }

    private func call(
        _ members: String = "", prompt: String = "hi", isStream: Bool = false, attempt: Int = 1,
        _ settings: String = "",
        deadlines: CallDeadlines = CallDeadlines()
    ) throws -> ProviderCall {
        try .test(
            members, prompt: prompt, isStream: isStream, attempt: attempt, simulation: "\(Self.fast);\(settings)",
            deadlines: deadlines)
    }

    private func text(_ call: ProviderCall) async throws -> String? { try await provider.sendCompletion(call).text }

    // MARK: Determinism

    @Test func `the same call has the same answer, whole and streamed`() async throws {
        let text = try await text(call())
        #expect(text?.isEmpty == false)
        #expect(try await self.text(call()) == text)
        #expect(try await provider.stream(call(isStream: true)).received.text == text)
    }

    @Test func `seed, prompt, model and attempt each change the answer`() async throws {
        let other = try ProviderCall.test(model: "sim-other", simulation: Self.fast)
        let calls = [try call(), try call("", "seed=2"), try call(prompt: "ho"), try call(attempt: 2), other]
        var texts: Set<String> = []
        for call in calls { texts.insert(try await text(call) ?? "") }
        #expect(texts.count == calls.count)
    }

    @Test func `an answer longer than the text it is taken from goes on at its beginning`() async throws {
        let settings = "output_tokens=10000"
        let whole = try #require(try await text(call("", settings)))
        #expect(whole.split(separator: " ").count == 10_000)
        #expect(try await provider.stream(call("", isStream: true, settings)).received.text == whole)
    }

    @Test func `usage is the same whole and streamed`() async throws {
        let whole = try await provider.sendCompletion(call(prompt: "three words here", "output_tokens=5")).usage
        let (received, _) = await provider.stream(
            try call(prompt: "three words here", isStream: true, "output_tokens=5"))
        #expect(whole == TokenUsage(input: 3, output: 5))
        #expect(received.chunks.compactMap(\.usage).last == whole)
    }

    // MARK: Echo

    @Test(arguments: [
        "hello", "  two leading spaces", "a  b   c ", "line\nline\r\n\nend\n", "👩‍👩‍👧‍👦 é e\u{301} 你好",
        "\t\"quoted\" \\ \u{1}", "",
        " ", "data: [DONE]\n\n",
    ])
    func `ECHO answers the very same text`(text: String) async throws {
        #expect(try await self.text(call(prompt: "ECHO:\(text)")) == text)
        let (received, failure) = await provider.stream(try call(prompt: "ECHO:\(text)", isStream: true))
        #expect(failure == nil)
        #expect(received.text == text)
    }

    // MARK: Parameters

    @Test(arguments: [("max_tokens", 3), ("max_completion_tokens", 3), ("max_tokens", 0), ("max_tokens", -7)])
    func `a limit of tokens cuts the answer`(field: String, limit: Int) async throws {
        let answer = try await provider.sendCompletion(call(#","\#(field)":\#(limit)"#))
        #expect(answer.usage?.output == max(0, limit))
        #expect(answer.finishReasons == ["length"])
        #expect(answer.text?.split(separator: " ").count == max(0, limit))
    }

    @Test func `n choices are made`() async throws {
        let answer = try await provider.sendCompletion(call(#","n":3"#, "output_tokens=4"))
        #expect(answer.body["choices"]?.elements.compactMap { $0["index"]?.int } == [0, 1, 2])
        #expect(answer.usage?.output == 12)
        let (received, _) = await provider.stream(try call(#","n":3"#, isStream: true, "output_tokens=4"))
        #expect(received.finishReasons == ["stop", "stop", "stop"])
    }

    @Test(arguments: [(128, 100_000, 0), (128, 1, 300_000)])
    func `more than can be held is refused`(choices: Int, tokens: Int, echoed: Int) async throws {
        let prompt = echoed > 0 ? "ECHO:" + String(repeating: "x", count: echoed) : "hi"
        let call = try call(#","n":\#(choices)"#, prompt: prompt, "output_tokens=\(tokens)")
        #expect(await provider.failure(call)?.parameter == "n")
    }

    private static let tools = """
        ,"tools":[{"type":"function","function":{"name":"a","parameters":{"type":"object","required":["x"],\
        "properties":{"x":{"type":"integer","minimum":5},"y":{}}}}},{"type":"function","function":{"name":"b"}}]
        """

    @Test(arguments: [
        (#""tool_choice":"required""#, "", ["a"]), (#""tool_choice":"auto""#, "", []),
        (#""tool_choice":{"type":"function","function":{"name":"b"}}"#, "", ["b"]),
        (#""tool_choice":{"name":"a"}"#, "", ["a"]), (#""x":1"#, "tool_calls=2", ["a", "b"]),
        (#""tool_choice":"none""#, "tool_calls=2", []),
    ])
    func `tools are called as asked for`(choice: String, settings: String, names: [String]) async throws {
        let members = "\(Self.tools),\(choice)"
        let answer = try await provider.sendCompletion(call(members, settings))
        let called = answer.message?["tool_calls"].map { Array($0.elements) } ?? []
        #expect(called.compactMap { $0["function"]?["name"]?.string } == names)
        #expect(answer.finishReasons == [names.isEmpty ? "stop" : "tool_calls"])
        if names.first == "a" { #expect(called[0]["function"]?["arguments"]?.equals(#"{"x":5}"#) == true) }
        let (received, failure) = await provider.stream(try call(members, isStream: true, settings))
        #expect(failure == nil)
        let streamed = received.chunks.compactMap { $0.delta?["tool_calls"]?[index: 0]?["function"]?["name"]?.string }
        #expect(streamed == names)
    }

    private static let schemas: [(String, String)] = [
        (#"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}"#, #"{"a":""}"#),
        (#"{"type":"string","minLength":3}"#, #""xxx""#), (#"{"enum":["red","blue"]}"#, #""red""#),
        (#"{"const":7}"#, "7"), (#"{"type":["null","string"]}"#, "null"), (#"{"type":"boolean"}"#, "false"),
        (#"{"type":"integer","exclusiveMinimum":2}"#, "3"), (#"{"type":"integer","maximum":-4}"#, "-4"),
        (#"{"type":"integer","minimum":1.5}"#, "2"),
        (#"{"type":"array","items":{"type":"null"},"minItems":2}"#, "[null,null]"),
        (#"{"anyOf":[{"type":"integer"},{"type":"string"}]}"#, "0"),
        (
            ##"{"type":"object","required":["p","p"],"properties":{"p":{"$ref":"#/$defs/P"}},"$defs":{"P":{"type":"string"}}}"##,
            #"{"p":""}"#
        ),
        (##"{"$ref":"#/$defs/gone"}"##, "{}"),
    ]

    @Test(arguments: schemas)
    func `a schema gets a value that fits`(schema: String, value: String) async throws {
        let format = #","response_format":{"type":"json_schema","json_schema":{"name":"n","schema":\#(schema)}}"#
        #expect(try await text(call(format)) == value)
    }

    private static let endlessSchemas = [
        ##"{"$ref":"#"}"##, ##"{"type":"array","minItems":4000,"items":{"$ref":"#"}}"##,
        ##"{"type":"array","minItems":16,"items":{"type":"array","minItems":4096,"items":{"type":"string","minLength":4096}}}"##,
        ##"{"type":"object","required":["a","b"],"properties":{"a":{"$ref":"#"},"b":{"$ref":"#"}}}"##,
    ]

    @Test(arguments: endlessSchemas)
    func `a schema without end gets a value of bounded size`(schema: String) async throws {
        let format = #","response_format":{"type":"json_schema","json_schema":{"name":"n","schema":\#(schema)}}"#
        let text = try await text(call(format))
        #expect((1...2 << 20).contains(text?.utf8.count ?? 0))
        #expect(throws: Never.self) { try JSONDocument.parse(text ?? "") }
    }

    // MARK: Faults

    private static let faults: [(String, ErrorCode, ErrorCode?)] = [
        ("fault=rate_limit", .providerRateLimited, .providerRateLimited),
        ("fault=server_error", .providerError, .providerError),
        ("fault=auth", .providerAuthentication, .providerAuthentication),
        ("fault=timeout", .providerTimeout, .providerTimeout),
        ("fault=disconnect", .providerUnreachable, .providerUnreachable),
        ("fault=status;status=503", .providerError, .providerError),
        ("fault=status;status=404", .modelNotFound, .modelNotFound),
        ("fault=cut_stream", .providerBadResponse, .streamInterrupted),
        ("fault=bad_json", .providerBadResponse, .streamInterrupted),
        ("fault=hang", .providerTimeout, .providerTimeout), ("fault=stall", .providerTimeout, .streamTimeout),
        ("fault=missing_end", .providerBadResponse, nil), ("fault_rate=1;seed=3", .providerError, .providerError),
    ]

    @Test(arguments: faults)
    func `a fault fails as its real counterpart`(settings: String, whole: ErrorCode, streamed: ErrorCode?) async throws
    {
        let failure = await provider.failure(try call("", settings, deadlines: Self.impatient))
        #expect(failure?.code == whole)
        #expect(failure?.provider == "simulated")
        let (_, cut) = await provider.stream(try call(isStream: true, settings, deadlines: Self.impatient))
        #expect(cut?.code == streamed)
    }

    @Test(arguments: [0, 3, 8])
    func `a fault in the middle comes after as many events as were set`(count: Int) async throws {
        let (received, failure) = await provider.stream(
            try call(isStream: true, "fault=cut_stream;fault_after=\(count)"))
        #expect(failure?.code == .streamInterrupted)
        #expect(received.chunks.count == count)
    }

    @Test func `a rate limit says when to come back`() async throws {
        #expect(await provider.failure(try call("", "fault=rate_limit;retry_after=7"))?.retryAfter == 7)
    }

    // MARK: Settings

    @Test(arguments: [
        ("ttft_ms=-1", "ttft_ms"), ("ttft_ms=soon", "ttft_ms"), ("tokens_per_second=nan", "tokens_per_second"),
        ("jitter=2", "jitter"), ("output_tokens=1.5", "output_tokens"), ("output_tokens=100001", "output_tokens"),
        ("fault_rate=1.1", "fault_rate"), ("fault=flood", "fault"), ("tool_calls=129", "tool_calls"),
        ("retry_after=-1", "retry_after"), ("status=200", "status"), ("seed=-1", "seed"),
        ("fault_after=x", "fault_after"), ("speed=1", "speed"), ("seed", "seed"),
    ])
    func `a setting that cannot be used is named`(settings: String, name: String) async throws {
        let failure = await provider.failure(try call("", settings))
        #expect(failure?.code == .validationFailed)
        #expect(failure?.parameter == "x-hub-sim")
        #expect(failure?.message.contains(name) == true)
    }

    @Test(arguments: [#"{"faults":["flood"]}"#, #"{"faults":[7]}"#, #"{"seed":[]}"#, #"{"jitter":true}"#])
    func `a setting of the body that cannot be used is refused`(settings: String) async throws {
        let call = try call(#","provider_params":{"simulated":\#(settings)}"#)
        #expect(await provider.failure(call)?.code == .validationFailed)
    }

    @Test func `the header wins over the body, the body over the model's name`() async throws {
        let members = #","provider_params":{"simulated":{"output_tokens":2,"tokens_per_second":0}}"#
        for (simulation, tokens) in [(nil, 2), ("output_tokens=3", 3)] {
            let call = try ProviderCall.test(
                members, model: "sim-chat;output_tokens=1;ttft_ms=0", simulation: simulation)
            #expect(try await provider.sendCompletion(call).usage?.output == tokens)
        }
    }

    // MARK: Flow

    @Test func `a cancelled stream ends at once`() async throws {
        let provider = provider
        let call = try call(isStream: true, "ttft_ms=600000")
        let task = Task { await provider.stream(call).failure?.code }
        task.cancel()
        #expect(await task.value == .aborted)
    }
}
