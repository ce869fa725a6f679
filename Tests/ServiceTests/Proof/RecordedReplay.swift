import Dialects
import HTTPClient
import TestSupport
import Wire

/// One recorded call, read alone and sent through a hub to clients of every dialect.
struct RecordedReplay {
    let interaction: RecordedInteraction
    let dialect: RecordedDialect
    let hub: ReplayHub

    /// Empty: all is as it should be.
    func problems() async throws -> [String] {
        var problems = interaction.status == 200 ? readProblems() : []
        for client in PairClient.all {
            let exchange = try await exchange(client)
            problems += clientProblems(exchange, client.dialect).map { "\(client.name): \($0)" }
        }
        return problems
    }

    // MARK: Read alone

    private var isError: Bool { interaction.status != 200 || interaction.kind == "error_in_200" }

    private func readProblems() -> [String] {
        do throws(HubError) {
            let answer = try read()
            if interaction.kind == "error_in_200" { return ["the error was not found"] }
            let documents = RecordedDocuments(interaction.body, isStream: interaction.isStream)
            return dialect.facts(documents).problems(answer) + (try cutProblems(answer))
        } catch {
            return interaction.kind == "error_in_200" ? [] : ["\(error)"]
        }
    }

    private func read() throws(HubError) -> ChatResponse {
        try DialectForm.said(dialect.wire, interaction.body, isStream: interaction.isStream)
    }

    /// The stream in single bytes where it is short, and cut at random.
    private func cutProblems(_ answer: ChatResponse) throws(HubError) -> [String] {
        guard interaction.isStream else { return [] }
        let body = interaction.body
        var random = RandomSource(seed: UInt64(body.count))
        let cuts = Set((0..<40).map { _ in Int.random(in: 1..<body.count, using: &random) }).sorted()
        var ways = [("cut at random", zip([0] + cuts, cuts + [body.count]).map { body[$0..<$1] })]
        if body.count < 20_000 { ways.append(("in single bytes", body.indices.map { body[$0...$0] })) }
        let wanted = ChatSummary.lines(of: answer)
        var problems: [String] = []
        for (name, pieces) in ways {
            let got = try DialectForm.said(dialect.wire, pieces)
            if ChatSummary.lines(of: got) != wanted { problems.append("differs \(name)") }
        }
        return problems
    }

    // MARK: Through the hub

    private func exchange(_ client: PairClient) async throws -> ReplayExchange {
        var random = RandomSource(seed: UInt64(interaction.body.count))
        // Some recorders asked for an array; the hub asks for events, but reads both.
        let isStream = interaction.isStream && interaction.status == 200
        let headers = interaction.headers.filter { $0.name != "connection" && !(isStream && $0.name == "content-type") }
        let answer = ScriptedAnswer(
            status: interaction.status,
            headers: headers + (isStream ? [("content-type", Self.streamType(dialect.wire))] : []),
            body: interaction.body, framing: .chunked)
        let isOwn = client.dialect == dialect.wire
        let body = isOwn ? ownRequest() : Array(client.request(.text, "fixture/m", interaction.isStream).utf8)
        return try await hub.exchange(
            body, at: client.path("fixture/m", interaction.isStream), answer: answer.split(at: 12, using: &random))
    }

    private static func streamType(_ dialect: WireDialect) -> String {
        switch dialect {
        case .openAI, .anthropic, .responses, .gemini: "text/event-stream"
        case .bedrock: "application/vnd.amazon.eventstream"
        }
    }

    /// As recorded, but for the model's name.
    private func ownRequest() -> [UInt8] {
        dialect.wire == .openAI || dialect.wire == .anthropic
            ? ReplayExpectation(interaction: interaction).clientRequest() : written(interaction.request)
    }

    private func written(_ value: JSONValue) -> [UInt8] {
        var writer = JSONWriter(reserving: 4096)
        writer.value(value)
        return writer.bytes
    }

    private func clientProblems(_ exchange: ReplayExchange, _ client: WireDialect) -> [String] {
        // A request that lacks what the hub itself needs was refused by the provider as well.
        if exchange.received == nil, exchange.status == 400, interaction.status == 400 { return [] }
        guard !isError else { return errorProblems(exchange, client) }
        guard exchange.status == 200, exchange.failure == nil else { return [exchange.beginning] }
        do throws(HubError) {
            let wanted = ChatReduction.reduced(try read(), to: client)
            var got = ChatReduction.reduced(
                try DialectForm.said(client, exchange.body, isStream: interaction.isStream), to: client)
            // OpenAI's clients get usage in streams only if they ask.
            if client == .openAI, interaction.isStream, got.usage == nil { got.usage = wanted.usage }
            let (lines, wantedLines) = (ChatSummary.lines(of: got), ChatSummary.lines(of: wanted))
            return lines == wantedLines ? [] : ["\(lines), not \(wantedLines)"]
        } catch {
            return ["\(error)"]
        }
    }

    private func errorProblems(_ exchange: ReplayExchange, _ client: WireDialect) -> [String] {
        guard interaction.status != 200 else { return insideProblems(exchange, client) }
        let facts = RecordedErrorFacts(status: interaction.status, body: interaction.body)
        let told = ToldError(client, exchange)
        var problems: [String] = []
        if exchange.status != facts.code.facts.status {
            problems.append("status \(exchange.status) for \(facts.code.rawValue)")
        }
        if exchange.headers["x-should-retry"] != String(facts.code.facts.isRetryable) {
            problems.append("retry flag of \(facts.code.rawValue)")
        }
        if let problem = told.codeProblem(facts.code) { problems.append(problem) }
        if told.message.isEmpty { problems.append("no message") }
        if let words = facts.words, !told.message.contains(words) {
            problems.append("\(words) is lost: \(told.message)")
        }
        if let secret = facts.secret, told.message.contains(secret) {
            problems.append("what was said of the account is told: \(told.message)")
        }
        return problems
    }

    private func insideProblems(_ exchange: ReplayExchange, _ client: WireDialect) -> [String] {
        if exchange.status >= 400 { return [] }
        let looksComplete = (try? DialectForm.chunks(client, [exchange.body[...]])) != nil
        return looksComplete ? ["the error was not passed on"] : []
    }
}

extension ReplayExchange {
    fileprivate var beginning: String { "\(status) \(String(decoding: body.prefix(200), as: UTF8.self))" }
}
