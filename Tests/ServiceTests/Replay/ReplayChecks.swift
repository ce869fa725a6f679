import Dialects
import HTTPClient
import TestSupport
import Wire

/// Sends one recorded interaction through a hub in several ways and says what was not as it should be.
struct ReplayChecks {
    let interaction: RecordedInteraction
    let hub: ReplayHub

    private var expectation: ReplayExpectation { ReplayExpectation(interaction: interaction) }
    private var isError: Bool { interaction.status >= 400 }
    private var hasErrorInside: Bool { interaction.kind == "error_in_200" }

    func problems() async throws -> [String] {
        var problems: [String] = []
        for (delivery, answer) in deliveries() {
            let exchange = try await hub.exchange(expectation.clientRequest(), answer: answer)
            problems += checkRequest(exchange).map { "\(delivery): \($0)" }
            problems += check(exchange).map { "\(delivery): \($0)" }
        }
        if !isError, !hasErrorInside { problems += try await usageProblems() }
        return problems
    }

    private func check(_ exchange: ReplayExchange) -> [String] {
        if isError { return checkError(exchange) }
        if hasErrorInside { return checkErrorInside(exchange) }
        return interaction.isStream ? checkStream(exchange) : checkWhole(exchange)
    }

    // MARK: Deliveries

    private func deliveries() -> [(name: String, answer: ScriptedAnswer)] {
        let whole = answer
        let seed = interaction.id.utf8.reduce(UInt64(7)) { $0 &* 31 &+ UInt64($1) }
        var random = RandomSource(seed: seed)
        var deliveries = [("whole", whole)]
        for number in 1...2 {
            deliveries.append(("split \(number)", whole.split(at: 12, using: &random)))
        }
        if interaction.body.count < 4096 { deliveries.append(("byte by byte", whole.splitEverywhere())) }
        return deliveries
    }

    private var answer: ScriptedAnswer {
        ScriptedAnswer(
            status: interaction.status, headers: interaction.headers.filter { $0.name != "connection" },
            body: interaction.body, framing: .chunked)
    }

    // MARK: Checks

    private func checkRequest(_ exchange: ReplayExchange) -> [String] {
        guard let body = exchange.received?.body, let request = try? JSONDocument.parse(body, maximumDepth: 512).root
        else { return ["the provider got no request; answer \(exchange.status) \(exchange.text)"] }
        let sent = ReplayExpectation.compact(request)
        return sent == expectation.providerRequest() ? [] : ["request differs: \(sent)"]
    }

    private func checkWhole(_ exchange: ReplayExchange) -> [String] {
        guard exchange.status == 200, exchange.failure == nil, let answer = exchange.json,
            let recorded = try? JSONDocument.parse(interaction.body, maximumDepth: 512).root
        else { return ["answered \(exchange.status) \(exchange.text)"] }
        let filled: [StaticString] = ["id", "object", "created", "model"]
        for (key, value) in recorded.members where !(key.equals("id") && value.equals("")) {
            guard let got = answer[named: key.string], got.isEquivalent(to: value) else {
                return ["\(key.string) differs"]
            }
        }
        for (key, _) in answer.members where recorded[named: key.string] == nil && !filled.contains(where: key.equals) {
            return ["\(key.string) was not recorded"]
        }
        return []
    }

    private func checkStream(_ exchange: ReplayExchange) -> [String] {
        guard exchange.status == 200, exchange.failure == nil else {
            return ["answered \(exchange.status) \(exchange.text), \(String(describing: exchange.failure))"]
        }
        guard SSEText.endsWithDone(exchange.body) else { return ["no [DONE]"] }
        return compare(SSEText.events(exchange.body), with: expectation.events())
    }

    private func compare(_ events: [SSEEvent], with recorded: [String]) -> [String] {
        let got = events.map { event in
            (try? JSONDocument.parse(event.data, maximumDepth: 512).root).map { ReplayExpectation.compact($0) } ?? "?"
        }
        if got == recorded { return [] }
        guard let place = zip(got, recorded).enumerated().first(where: { $0.element.0 != $0.element.1 }) else {
            return ["\(got.count) events for \(recorded.count): \(got.dropFirst(recorded.count))"]
        }
        return ["event \(place.offset) is \(place.element.0), not \(place.element.1)"]
    }

    private func checkError(_ exchange: ReplayExchange) -> [String] {
        let expected = ReplayErrorExpectation(interaction)
        guard let error = exchange.json?["error"], exchange.failure == nil else {
            return ["answered \(exchange.status) \(exchange.text)"]
        }
        var problems: [String] = []
        let message = error["message"]?.string ?? ""
        if exchange.status != expected.status { problems.append("status \(exchange.status)") }
        if error["code"]?.string != expected.code { problems.append("code \(error["code"]?.string ?? "none")") }
        if exchange.headers["x-should-retry"] != String(expected.isRetryable) { problems.append("retry flag") }
        if let words = expected.message, !message.contains(words) { problems.append("message \(message)") }
        if expected.code == "provider_authentication", message.lowercased().contains("api key") {
            problems.append("the message repeats what the provider said of the key: \(message)")
        }
        if let wanted = expected.retryAfter, exchange.headers["retry-after"] != wanted {
            problems.append("retry-after \(exchange.headers["retry-after"] ?? "none")")
        }
        return problems
    }

    /// The stream is cut after an error event and never looks complete.
    private func checkErrorInside(_ exchange: ReplayExchange) -> [String] {
        let recorded = expectation.recordedEvents()
        guard let place = recorded.firstIndex(where: { $0["error"] != nil }) else { return ["no recorded error"] }
        let events = SSEText.events(exchange.body)
        let error = events.last.flatMap { try? JSONDocument.parse($0.data).root }?["error"]
        var problems = compare(Array(events.dropLast()), with: Array(expectation.events().prefix(place)))
        if SSEText.endsWithDone(exchange.body) { problems.append("ends as complete") }
        if exchange.failure == nil { problems.append("the connection ended well") }
        let words = recorded[place]["error"]?["message"]?.string ?? "?"
        if error?["message"]?.string?.contains(words) != true { problems.append("the provider's message is lost") }
        if error?["code"]?.string != "stream_interrupted" {
            problems.append("code \(error?["code"]?.string ?? "none")")
        }
        return problems
    }

    private func usageProblems() async throws -> [String] {
        let exchange = try await hub.exchange(
            expectation.clientRequest(), headers: [("x-hub-metadata", "true")], answer: answer)
        let last = SSEText.events(exchange.body).last.flatMap {
            try? JSONDocument.parse($0.data, maximumDepth: 512).root
        }
        guard let hub = (interaction.isStream ? last : exchange.json)?["hub"] else { return ["usage: no hub object"] }
        let tokens = hub["tokens"].map { tokens in
            TokenUsage(
                input: tokens["input"]?.int ?? -1, cacheRead: tokens["cache_read"]?.int ?? -1,
                cacheWrite: tokens["cache_write"]?.int ?? -1, output: tokens["output"]?.int ?? -1,
                reasoning: tokens["reasoning"]?.int ?? -1)
        }
        let expected = expectation.usage()
        if tokens == expected { return [] }
        return ["usage: \(String(describing: tokens)), not \(String(describing: expected))"]
    }
}

extension ReplayExchange {
    fileprivate var text: String { String(decoding: body.prefix(300), as: UTF8.self) }
}
