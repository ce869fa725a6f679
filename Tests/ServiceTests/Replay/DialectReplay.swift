import Dialects
import HTTPClient
import TestSupport
import Testing
import Wire

/// One recorded interaction through a hub.
struct DialectReplay {
    let interaction: RecordedInteraction
    let hub: ReplayHub
    let client: WireDialect
    let provider: WireDialect

    static func check(client: WireDialect, provider: WireDialect, isStream: Bool) async throws {
        let interactions = try RecordedInteractions.all(dialect: names[provider] ?? "").filter {
            $0.isStream == isStream && $0.kind != "error_in_200" && !$0.kind.hasPrefix("count_tokens")
        }
        #expect(interactions.count > 25)
        let hub = try ReplayHub(path: path(client, isStream: isStream), kind: kinds[provider] ?? "")
        for interaction in interactions {
            let replay = DialectReplay(interaction: interaction, hub: hub, client: client, provider: provider)
            for problem in try await replay.problems() { Issue.record("\(interaction.id): \(problem)") }
        }
        await hub.stop()
    }

    private static let names: [WireDialect: String] = [
        .openAI: "openai-chat", .anthropic: "anthropic", .gemini: "gemini", .bedrock: "bedrock-converse",
    ]
    private static let kinds: [WireDialect: String] = [
        .openAI: "compatible", .anthropic: "anthropic", .gemini: "google", .bedrock: "bedrock",
    ]

    private static func path(_ client: WireDialect, isStream: Bool) -> String {
        switch client {
        case .openAI: "/v1/chat/completions"
        case .responses: "/v1/responses"
        case .anthropic: "/v1/messages"
        case .gemini:
            isStream
                ? "/v1beta/models/fixture/m:streamGenerateContent?alt=sse"
                : "/v1beta/models/fixture/m:generateContent"
        case .bedrock: isStream ? "/model/fixture%2Fm/converse-stream" : "/model/fixture%2Fm/converse"
        }
    }

    func problems() async throws -> [String] {
        var random = RandomSource(seed: UInt64(interaction.body.count))
        let answer = ScriptedAnswer(
            status: interaction.status, headers: headers(), body: interaction.body, framing: .chunked)
        let exchange = try await hub.exchange(request(), answer: answer.split(at: 12, using: &random))
        if interaction.status != 200 { return errorProblems(exchange) }
        guard exchange.status == 200, exchange.failure == nil else {
            return ["\(exchange.status) \(String(decoding: exchange.body.prefix(300), as: UTF8.self))"]
        }
        return client == provider ? try sameProblems(exchange) : try meaningProblems(exchange)
    }

    /// Some recorders asked for an array; the hub always asks for events, but reads both.
    private func headers() -> [(name: String, value: String)] {
        let headers = interaction.headers.filter { $0.name != "connection" }
        guard interaction.isStream, interaction.status == 200 else { return headers }
        return headers.filter { $0.name != "content-type" } + [
            ("content-type", provider == .bedrock ? "application/vnd.amazon.eventstream" : "text/event-stream")
        ]
    }

    private func request() -> [UInt8] {
        if client == provider { return body(interaction.request) { _ in true } }
        let stream = interaction.isStream ? #","stream":true"# : ""
        return switch client {
        case .responses: Array(#"{"model":"fixture/m","store":false,"input":"hi"\#(stream)}"#.utf8)
        case .gemini: Array(#"{"contents":[{"parts":[{"text":"hi"}]}]}"#.utf8)
        case .bedrock: Array(#"{"messages":[{"role":"user","content":[{"text":"hi"}]}]}"#.utf8)
        case .anthropic:
            Array(
                #"{"model":"fixture/m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]\#(stream)}"#.utf8)
        case .openAI:
            Array(
                (#"{"model":"fixture/m","messages":[{"role":"user","content":"hi"}]\#(stream)"#
                    + (interaction.isStream ? #","stream_options":{"include_usage":true}}"# : "}")).utf8)
        }
    }

    private func body(_ object: JSONValue, where isKept: (JSONKey) -> Bool) -> [UInt8] {
        var writer = JSONWriter(reserving: 4096)
        writer.beginObject()
        for (key, value) in object.members where isKept(key) {
            writer.key(key)
            writer.value(value)
        }
        writer.endObject()
        return writer.bytes
    }

    private func errorProblems(_ exchange: ReplayExchange) -> [String] {
        if client == .bedrock {
            let isError = exchange.status >= 400 && exchange.json?["message"]?.isString == true
            let isNamed = exchange.headers["x-amzn-errortype"] != nil
            return isError && isNamed ? [] : ["\(exchange.status) is no error of Bedrock's"]
        }
        guard exchange.status >= 400, let error = exchange.json?["error"], error["message"]?.isString == true else {
            return ["\(exchange.status) \(String(decoding: exchange.body.prefix(300), as: UTF8.self))"]
        }
        return client == .gemini && error["code"]?.int != exchange.status ? ["the error has another code"] : []
    }

    private func sameProblems(_ exchange: ReplayExchange) throws -> [String] {
        let sent = exchange.received.map { String(decoding: $0.body, as: UTF8.self) }
        let wanted = String(
            decoding: body(interaction.request) { !$0.equals("model") }, as: UTF8.self)
        var problems = sent == wanted ? [] : ["the request differs"]
        let (got, recorded) = (try documents(exchange.body), try documents(interaction.body))
        let isSame = got.count == recorded.count && zip(got, recorded).allSatisfy { $0.isEquivalent(to: $1) }
        if !isSame { problems.append("the answer differs") }
        return problems
    }

    /// The answer, or the chunks of a stream.
    private func documents(_ bytes: [UInt8]) throws -> [JSONValue] {
        if !interaction.isStream { return [try JSONDocument.parse(bytes, maximumDepth: 512).root] }
        return try DialectForm.chunks(client, [bytes[...]]).map(\.body)
    }

    private func meaningProblems(_ exchange: ReplayExchange) throws -> [String] {
        let said = try DialectForm.said(provider, interaction.body, isStream: interaction.isStream)
        let got = try DialectForm.said(client, exchange.body, isStream: interaction.isStream)
        let wanted = ChatSummary.lines(of: ChatReduction.reduced(said, to: client))
        let lines = ChatSummary.lines(of: ChatReduction.reduced(got, to: client))
        return lines == wanted ? [] : ["\(lines) instead of \(wanted)"]
    }
}
