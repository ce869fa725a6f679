import Dialects
import TestSupport

/// A hub whose first provider breaks off and whose second goes on, each of any form.
struct RescueBench {
    /// How the first provider breaks off.
    enum Break {
        case cut, malformed, silence
        /// After a call was begun.
        case inCall
        /// When all was said, but for the last bytes.
        case afterEnd
    }

    static let words = ["The sun ", "is a ", "star. ", "It is ", "hot."]
    static let whole = words.joined()
    static let said = 2

    let first: WireDialect
    let second: WireDialect

    private static func events(_ words: some Sequence<String>) -> [ChatEvent] {
        [.start(id: "msg_1", model: "served")] + words.map { .text(choice: 0, $0) }
    }

    private static let end: [ChatEvent] = [
        .partEnd(choice: 0), .finish(choice: 0, Finish(.stop)), .usage(TokenUsage(input: 30, output: 7)),
    ]

    /// The bytes up to the first that two streams do not share.
    private static func common(_ one: [UInt8], _ other: [UInt8]) -> Int {
        zip(one, other).prefix { $0 == $1 }.count
    }

    private func answer(_ bytes: [UInt8], _ dialect: WireDialect) -> ScriptedAnswer {
        dialect == .bedrock ? .frames(bytes) : .events(String(decoding: bytes, as: UTF8.self))
    }

    private func broken(_ way: Break) -> ScriptedAnswer {
        let said = Self.events(Self.words.prefix(Self.said))
        let more = DialectForm.stream(said + [.text(choice: 0, "ZZZ")] + Self.end, as: first)
        let other = DialectForm.stream(said + [.text(choice: 0, "YYY")] + Self.end, as: first)
        let bytes = Array(more.prefix(Self.common(more, other)))
        var answer: ScriptedAnswer
        switch way {
        case .cut, .silence:
            answer = self.answer(more, first)
            answer.ending = way == .cut ? .close(at: bytes.count) : .silence(at: bytes.count)
        case .malformed:
            // The piece that was under way ends in what is no JSON, or no frame.
            answer = self.answer(bytes + Array("\n\n\n\n".utf8) + Array(repeating: 0x7B, count: 64), first)
        case .inCall:
            let call: [ChatEvent] = [
                .toolCall(choice: 0, call: 0, id: "c", name: "look", signature: nil),
                .toolArguments(choice: 0, call: 0, #"{"a":"#), .toolArguments(choice: 0, call: 0, #"1}"#),
            ]
            let full = DialectForm.stream(said + call + [.finish(choice: 0, Finish(.toolCalls))], as: first)
            answer = self.answer(full, first)
            answer.ending = .close(at: full.count - 8)
        case .afterEnd:
            let full = DialectForm.stream(Self.events(Self.words) + Self.end, as: first)
            answer = self.answer(full, first)
            answer.ending = .close(at: full.count - 3)
        }
        return answer
    }

    private var goingOn: ScriptedAnswer {
        answer(DialectForm.stream(Self.events(Self.words.dropFirst(Self.said)) + Self.end, as: second), second)
    }

    private static func entry(_ id: String, _ dialect: WireDialect, _ provider: ScriptedProvider) -> (String, String) {
        let (kind, url, model) =
            switch dialect {
            case .openAI: ("compatible", provider.baseURL, "llama-3")
            case .responses: ("openai", provider.baseURL, "gpt-5-codex")
            case .anthropic: ("anthropic", provider.rootURL, "claude-sonnet-4-5")
            case .gemini: ("google", provider.rootURL, "gemini-2.5-flash")
            case .bedrock: ("bedrock", provider.rootURL, "us.anthropic.claude-sonnet-4-5-20250929-v1:0")
            }
        let key = dialect == .bedrock ? "access_key_id: a, secret_access_key: b" : "api_key: k"
        let extra = dialect == .openAI ? ", continues_text: continue_final_message" : ""
        let vendor = dialect == .responses ? ", vendor: openai" : ""
        return (
            "  - provider_id: \(id)\n    kind: \(kind)\n    config: {base_url: \"\(url)\", \(key)\(extra)\(vendor)}\n",
            model
        )
    }

    struct Outcome {
        let response: ReceivedResponse
        /// The bodies that the second provider got.
        let asked: [String]
    }

    /// What a client gets.
    func outcome(
        _ client: RescueClient, _ way: Break = .cut, headers: [(name: String, value: String)] = [],
        second answer: ScriptedAnswer? = nil
    ) async throws -> Outcome {
        let firstProvider = try ScriptedProvider { [broken = broken(way)] request in
            request.method == "POST" ? broken : .json(#"{"data":[]}"#)
        }
        let secondProvider = try ScriptedProvider { [answer = answer ?? goingOn] request in
            request.method == "POST" ? answer : .json(#"{"data":[]}"#)
        }
        defer {
            firstProvider.stop()
            secondProvider.stop()
        }
        let (one, oneModel) = Self.entry("one", first, firstProvider)
        let (two, twoModel) = Self.entry("two", second, secondProvider)
        let configuration = """
            rescue_streams: true
            stream_idle_timeout_ms: 250
            providers:
            \(one)\(two)routes:
              - pattern: m
                targets: [{provider: one, model: "\(oneModel)"}]
                fallbacks: [{provider: two, model: "\(twoModel)"}]
            """
        var response: ReceivedResponse?
        try await ServedHub.run(configuration) { hub in
            response = try hub.connect().post(client.path, Array(client.body.utf8), headers: headers)
        }
        guard let response else { throw SocketFailure("no response") }
        let asked = secondProvider.requests.filter { $0.method == "POST" }
            .map { String(decoding: $0.body, as: UTF8.self) }
        return Outcome(response: response, asked: asked)
    }
}
