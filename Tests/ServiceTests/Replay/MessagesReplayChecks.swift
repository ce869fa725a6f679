import Dialects
import HTTPClient
import TestSupport
import Wire

/// Sends one recorded interaction through a hub whose client and provider speak the given dialects.
struct MessagesReplayChecks {
    let interaction: RecordedInteraction
    let hub: ReplayHub
    let client: WireDialect
    let provider: WireDialect

    func problems() async throws -> [String] {
        var problems: [String] = []
        for (name, answer) in deliveries() {
            let exchange = try await hub.exchange(clientRequest(), answer: answer)
            problems += check(exchange).map { "\(name): \($0)" }
        }
        if interaction.status == 200, provider == .anthropic { problems += try await usageProblems() }
        return problems
    }

    private func deliveries() -> [(name: String, answer: ScriptedAnswer)] {
        var random = RandomSource(seed: UInt64(interaction.body.count))
        var deliveries = [("whole", answer), ("split", answer.split(at: 12, using: &random))]
        if interaction.body.count < 1500 { deliveries.append(("byte by byte", answer.splitEverywhere())) }
        return deliveries
    }

    private var answer: ScriptedAnswer {
        ScriptedAnswer(
            status: interaction.status, headers: interaction.headers.filter { $0.name != "connection" },
            body: interaction.body, framing: .chunked)
    }

    // MARK: Requests

    /// As recorded where the client speaks the provider's dialect, else a short one.
    private func clientRequest() -> [UInt8] {
        guard client == provider else {
            let stream = interaction.isStream ? #","stream":true"# : ""
            return Array(
                #"{"model":"fixture/m","max_tokens":64,"messages":[{"role":"user","content":"hi"}]\#(stream)}"#.utf8)
        }
        return request(model: "fixture/\(model)")
    }

    private var model: String { interaction.request["model"]?.string ?? "m" }

    private func request(model: String) -> [UInt8] {
        var writer = JSONWriter(reserving: 4096)
        writer.beginObject()
        for (key, value) in interaction.request.members {
            if key.equals("model") { writer.member("model", model) } else { writer.member(key, value) }
        }
        writer.endObject()
        return writer.bytes
    }

    // MARK: Answers

    private func check(_ exchange: ReplayExchange) -> [String] {
        if client == provider, isRefusedByTheHub(exchange) { return [] }
        if interaction.status != 200 { return checkError(exchange) }
        guard exchange.status == 200, exchange.failure == nil else {
            return ["\(exchange.status) \(String(decoding: exchange.body.prefix(300), as: UTF8.self))"]
        }
        return client == provider ? checkSame(exchange) : checkMeaning(exchange)
    }

    /// Requests without what the hub itself needs are answered by it.
    private func isRefusedByTheHub(_ exchange: ReplayExchange) -> Bool {
        exchange.received == nil && exchange.status == 400 && interaction.status == 400
    }

    private func checkSame(_ exchange: ReplayExchange) -> [String] {
        var problems: [String] = []
        let sent = exchange.received.flatMap { try? JSONDocument.parse($0.body, maximumDepth: 512).root }
        let wanted = String(decoding: request(model: model), as: UTF8.self)
        if sent.map({ ReplayExpectation.compact($0) }) != wanted { problems.append("request differs") }
        if exchange.received?.header("x-api-key") != "test-key" { problems.append("no key") }
        if exchange.received?.header("anthropic-version") != "2023-06-01" { problems.append("no version") }
        guard interaction.isStream else {
            if exchange.body != interaction.body { problems.append("answer differs") }
            return problems
        }
        let recorded = Self.events(interaction.body)
        let got = Self.events(exchange.body)
        if recorded != got { problems.append("\(got.count) events for \(recorded.count)") }
        return problems
    }

    /// Type and data, without the pings.
    private static func events(_ bytes: [UInt8]) -> [String] {
        SSEText.events(bytes).compactMap { event in
            guard let data = try? JSONDocument.parse(event.data, maximumDepth: 512).root, event.type != "ping" else {
                return nil
            }
            return event.type + " " + ReplayExpectation.compact(data)
        }
    }

    private func checkMeaning(_ exchange: ReplayExchange) -> [String] {
        do throws(HubError) {
            let wanted = ChatReduction.reduced(
                try DialectForm.said(provider, interaction.body, isStream: interaction.isStream), to: client)
            var got = try DialectForm.said(client, exchange.body, isStream: interaction.isStream)
            // OpenAI's clients get usage in streams only if they ask.
            if client == .openAI, interaction.isStream { got.usage = wanted.usage }
            let lines = ChatSummary.lines(of: got)
            let wantedLines = ChatSummary.lines(of: wanted)
            return lines == wantedLines ? [] : ["\(lines), not \(wantedLines)"]
        } catch {
            return ["\(error)"]
        }
    }

    // MARK: Errors

    private func checkError(_ exchange: ReplayExchange) -> [String] {
        let status =
            switch interaction.status {
            case 400, 422: 400
            case 404: 404
            // More than the account may ever ask for at once.
            case 429: String(decoding: interaction.body, as: UTF8.self).contains("Request too large") ? 400 : 429
            default: 502
            }
        guard let body = exchange.json, exchange.status == status else {
            return ["\(exchange.status) for \(interaction.status)"]
        }
        guard client == .anthropic else {
            return body["error"]?["code"]?.isString == true ? [] : ["no error code"]
        }
        let type =
            switch status {
            case 404: "not_found_error"
            case 429: "rate_limit_error"
            case 502: "api_error"
            default: "invalid_request_error"
            }
        let isRight =
            body["type"]?.equals("error") == true && body["error"]?["type"]?.string == type
            && body["request_id"]?.string == exchange.headers["request-id"]
        return isRight ? [] : ["error is \(ReplayExpectation.compact(body))"]
    }

    // MARK: Usage

    /// The hub's count beside what the recording says, field by field and the later one of a stream.
    private func usageProblems() async throws -> [String] {
        let exchange = try await hub.exchange(
            clientRequest(), headers: [("x-hub-metadata", "true")], answer: answer)
        let documents =
            interaction.isStream
            ? SSEText.events(exchange.body).compactMap { try? JSONDocument.parse($0.data, maximumDepth: 512).root }
            : [exchange.json].compactMap { $0 }
        guard let tokens = documents.compactMap({ ($0["hub"] ?? $0["metadata"])?["tokens"] }).last else {
            return ["no hub object"]
        }
        let names = ["input", "cache_read", "cache_write", "output", "reasoning"]
        let got = names.map { tokens[named: $0]?.int ?? -1 }
        let wanted = recordedTokens()
        return got == wanted ? [] : ["tokens \(got), not \(wanted)"]
    }

    private func recordedTokens() -> [Int] {
        var counts: [String: Int] = [:]
        let documents =
            interaction.isStream
            ? SSEText.events(interaction.body).compactMap { try? JSONDocument.parse($0.data, maximumDepth: 512).root }
            : [try? JSONDocument.parse(interaction.body, maximumDepth: 512).root].compactMap { $0 }
        for usage in documents.compactMap({ $0["usage"] ?? $0["message"]?["usage"] }) {
            for (key, value) in usage.members { counts[key.string] = value.int ?? counts[key.string] }
            if let thinking = usage["output_tokens_details"]?["thinking_tokens"]?.int { counts["thinking"] = thinking }
        }
        let thinking = counts["thinking"] ?? 0
        return [
            counts["input_tokens"] ?? 0, counts["cache_read_input_tokens"] ?? 0,
            counts["cache_creation_input_tokens"] ?? 0, (counts["output_tokens"] ?? 0) - thinking, thinking,
        ]
    }
}

extension JSONWriter {
    fileprivate mutating func member(_ key: JSONKey, _ value: JSONValue) {
        self.key(key)
        self.value(value)
    }
}
