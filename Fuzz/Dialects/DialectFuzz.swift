import Dialects
import Wire

/// What must hold of any bytes that a provider of a dialect sends for a stream or an answer, or a client for a request.
enum DialectFuzz {
    static func check(_ dialect: WireDialect, _ bytes: [UInt8]) {
        checkStream(dialect, bytes)
        checkAnswer(dialect, bytes)
        checkRequest(dialect, bytes)
    }

    // MARK: Streams

    private struct Outcome: Equatable {
        var chunks: [String] = []
        var failure: String?
    }

    private static func outcome(_ dialect: WireDialect, _ pieces: [ArraySlice<UInt8>]) -> (Outcome, [StreamChunk]) {
        var outcome = Outcome()
        var chunks: [StreamChunk] = []
        do throws(HubError) {
            chunks = try DialectForm.chunks(dialect, pieces)
        } catch {
            outcome.failure = "\(error.code) \(error.message)"
        }
        for chunk in chunks {
            check(chunk.usage)
            let facts = "\(chunk.hasPayload) \(chunk.hasChoices) \(chunk.finishReason ?? "") \(chunk.choice)"
            outcome.chunks.append("\(facts) \(text(chunk.body)) \(String(describing: chunk.usage))")
        }
        return (outcome, chunks)
    }

    /// The same however it is cut; and what was read is written for clients of every dialect as a stream that is whole.
    private static func checkStream(_ dialect: WireDialect, _ bytes: [UInt8]) {
        let (whole, chunks) = outcome(dialect, [bytes[...]])
        let cut = bytes.last.map { Int($0) * bytes.count / 256 } ?? 0
        precondition(outcome(dialect, [bytes[..<cut], bytes[cut...]]).0 == whole, "two pieces differ from one")
        if bytes.count < 4096 {
            let single = bytes.indices.map { bytes[$0...$0] }
            precondition(outcome(dialect, single).0 == whole, "single bytes differ from one piece")
        }
        guard whole.failure == nil else { return }
        let events = DialectForm.events(chunks)
        for client in WireDialect.allCases {
            let written = DialectForm.stream(events, as: client)
            expect("a stream of \(dialect) for \(client)") { () throws(HubError) in
                let back = try DialectForm.chunks(client, [written[...]])
                for chunk in back { check(chunk.usage) }
            }
        }
    }

    // MARK: Answers

    private static func checkAnswer(_ dialect: WireDialect, _ bytes: [UInt8]) {
        _ = DialectForm.failure(dialect, bytes, status: 400 + Int(bytes.first ?? 0))
        guard let answer = try? DialectForm.answer(dialect, bytes) else { return }
        check(answer.usage)
        let said = answer.canonical(fallbackID: "x")
        for client in WireDialect.allCases {
            let written = DialectForm.whole(said, as: client)
            expect("an answer of \(dialect) for \(client)") { () throws(HubError) in
                check(try DialectForm.answer(client, written).usage)
            }
        }
    }

    // MARK: Requests

    private static func checkRequest(_ dialect: WireDialect, _ bytes: [UInt8]) {
        guard let body = try? JSONDocument.parse(bytes, maximumDepth: 256).root,
            let request = try? DialectForm.request(dialect, body)
        else { return }
        for provider in WireDialect.allCases {
            var report = TranslationReport()
            let written = DialectForm.request(request, as: provider, &report)
            guard let document = try? JSONDocument.parse(written, maximumDepth: 512).root else {
                fatalError("a request of \(dialect) for \(provider) is not JSON")
            }
            // What is refused is not sent, and the client's own parameters are its own affair.
            guard report.refused.isEmpty, request.providerParameters == nil else { continue }
            expect("a request of \(dialect) for \(provider)") { () throws(HubError) in
                _ = try DialectForm.request(provider, document)
            }
        }
    }

    // MARK: Rules

    /// No class is negative, and sums stay far from overflowing.
    private static func check(_ usage: TokenUsage?) {
        guard let usage else { return }
        let classes = [
            usage.input, usage.cacheRead, usage.cacheWrite, usage.cacheWriteHour, usage.output, usage.reasoning,
            usage.audioInput, usage.audioOutput,
        ]
        for count in classes { precondition((0...(1 << 48)).contains(count), "\(usage)") }
    }

    private static func expect(_ what: String, _ body: () throws(HubError) -> Void) {
        do throws(HubError) {
            try body()
        } catch {
            fatalError("\(what) cannot be read: \(error.code) \(error.message)")
        }
    }

    private static func text(_ value: JSONValue) -> String {
        var writer = JSONWriter()
        writer.value(value)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
