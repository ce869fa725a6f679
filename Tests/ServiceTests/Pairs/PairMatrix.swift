import Dialects
import HTTPClient
import TestSupport
import Wire

@testable import Service

/// Sends every case from every client to every provider through one hub, over sockets.
struct PairMatrix {
    struct Result: Sendable {
        let client: String
        let provider: String
        let pairCase: PairCase
        let isStream: Bool
        /// Empty: all is as it should be.
        let problems: [String]
    }

    private let hub: ReplayHub

    static func results() async throws -> [Result] {
        let hub = try ReplayHub(providers: PairProvider.entries)
        let matrix = PairMatrix(hub: hub)
        var results: [Result] = []
        for client in PairClient.all {
            for provider in PairProvider.all {
                for pairCase in PairCase.allCases {
                    for isStream in [false, true] where pairCase.has(isStream: isStream) {
                        results.append(try await matrix.result(client, provider, pairCase, isStream: isStream))
                    }
                }
            }
        }
        await hub.stop()
        return results
    }

    private func result(
        _ client: PairClient, _ provider: PairProvider, _ pairCase: PairCase, isStream: Bool
    ) async throws -> Result {
        let model = "\(provider.name)/\(provider.model)"
        let exchange = try await hub.exchange(
            Array(client.request(pairCase, model, isStream).utf8), at: client.path(model, isStream),
            answer: provider.answer(pairCase, client: client.dialect, isStream: isStream))
        let asked = askedProblems(exchange, client, provider, pairCase)
        let answered =
            switch pairCase {
            case .errorBefore: Self.refusalProblems(exchange, client.dialect)
            case .errorInside: Self.breakProblems(exchange, client.dialect)
            default:
                Self.answerProblems(
                    exchange, client.dialect, provider.dialect(client.dialect), pairCase, isStream: isStream)
            }
        return Result(
            client: client.name, provider: provider.name, pairCase: pairCase, isStream: isStream,
            problems: asked + answered)
    }

    // MARK: What the provider was asked

    private func askedProblems(
        _ exchange: ReplayExchange, _ client: PairClient, _ provider: PairProvider, _ pairCase: PairCase
    ) -> [String] {
        let dialect = provider.dialect(client.dialect)
        guard let body = exchange.received.flatMap({ try? JSONDocument.parse($0.body).root }) else {
            return ["the provider was asked nothing: \(exchange.text)"]
        }
        if let problem = provider.shape(dialect).problem(body) { return ["the provider refuses: \(problem)"] }
        guard let request = try? DialectForm.request(dialect, body) else { return ["no request"] }
        var problems: [String] = []
        let lines = Self.unsigned(ChatSummary.lines(of: request))
        if lines != pairCase.asked { problems.append("asked \(lines)") }
        if request.maximumOutputTokens ?? 0 < 4000 { problems.append("the limit is lost") }
        if pairCase == .reasoning, request.reasoning == nil { problems.append("the wish to think is lost") }
        return problems
    }

    // MARK: What the client was told

    private static func answerProblems(
        _ exchange: ReplayExchange, _ client: WireDialect, _ provider: WireDialect, _ pairCase: PairCase,
        isStream: Bool
    ) -> [String] {
        guard exchange.status == 200, exchange.failure == nil else { return [exchange.text] }
        do throws(HubError) {
            let answer = try DialectForm.said(client, exchange.body, isStream: isStream)
            let lines = unsigned(ChatSummary.lines(of: answer))
            let wanted = pairCase.answered(tellsThoughts: client != .bedrock && provider != .bedrock)
            return lines == wanted ? [] : ["answered \(lines)"]
        } catch {
            return ["\(error)"]
        }
    }

    private static func refusalProblems(_ exchange: ReplayExchange, _ client: WireDialect) -> [String] {
        let error = DialectForm.failure(client, exchange.body, status: exchange.status)
        var problems: [String] = []
        if exchange.status != 429 || error.code != .providerRateLimited { problems.append(exchange.text) }
        if !error.message.contains("slow down") { problems.append("the provider's words are lost: \(error.message)") }
        if exchange.headers["retry-after"] != "7" { problems.append("retry-after is lost") }
        return problems
    }

    /// What was said is there, then an error; and nothing looks complete.
    private static func breakProblems(_ exchange: ReplayExchange, _ client: WireDialect) -> [String] {
        do throws(HubError) {
            _ = try DialectForm.chunks(client, [exchange.body[...]])
            return ["the stream looks complete"]
        } catch {
            var problems: [String] = []
            if !error.message.contains("broke down") { problems.append("the words are lost: \(error.message)") }
            let isThere = String(decoding: exchange.body, as: UTF8.self).contains("Paris")
            if !isThere { problems.append("what was said before is lost") }
            return problems
        }
    }

    /// Without the signatures.
    private static func unsigned(_ lines: [String]) -> [String] {
        lines.map { line in
            var line = line
            for mark in [" signed ", " hidden "] {
                if let range = line.firstRange(of: mark) { line = String(line[..<range.lowerBound]) }
            }
            return line
        }
    }
}

extension ReplayExchange {
    fileprivate var text: String { "\(status) \(String(decoding: body.prefix(600), as: UTF8.self))" }
}
