import Dialects
import TestSupport
import Wire

/// What is translated how often.
struct Work {
    enum Kind: String {
        /// Of the client, for the provider.
        case request
        /// Of the provider, for the client.
        case answer
        /// One stream with so many of them.
        case event
    }

    private let kind: Kind
    private let client: WireDialect
    private let provider: WireDialect
    private let count: Int
    private let input: [UInt8]

    init(_ kind: Kind, client: WireDialect, provider: WireDialect, count: Int) throws(HubError) {
        (self.kind, self.client, self.provider, self.count) = (kind, client, provider, count)
        switch kind {
        case .request:
            var report = TranslationReport()
            let sample = try DialectForm.request(.openAI, Self.parsed(Array(Samples.request.utf8)))
            input = DialectForm.request(sample, as: client, &report)
        case .answer:
            let sample = try DialectForm.answer(.openAI, Array(Samples.answer.utf8)).canonical(fallbackID: "x")
            input = DialectForm.whole(sample, as: provider)
        case .event:
            let sample = try DialectForm.events(.openAI, Array(Samples.stream(events: count).utf8))
            input = DialectForm.stream(sample, as: provider)
        }
    }

    func run() throws(HubError) {
        switch kind {
        case .request:
            for _ in 0..<count {
                var report = TranslationReport()
                let request = try DialectForm.request(client, Self.parsed(input))
                _ = DialectForm.request(request, as: provider, &report)
            }
        case .answer:
            for _ in 0..<count {
                let answer = try DialectForm.answer(provider, input)
                _ = DialectForm.whole(answer.canonical(fallbackID: "x"), as: client)
            }
        case .event: _ = DialectForm.stream(try DialectForm.events(provider, input), as: client)
        }
    }

    private static func parsed(_ bytes: [UInt8]) throws(HubError) -> JSONValue {
        do throws(JSONError) {
            return try JSONDocument.parse(bytes).root
        } catch {
            throw HubError(.invalidJSON, error.message)
        }
    }
}
